import type { ClosedBy } from '../../facts/fact.ts';
import { second } from '../../time/instant.ts';
import { type When, whenSaid } from '../dims.ts';
import type { EscalationKind } from '../escalations.ts';
import { isBot, isNote, isTeam } from '../messages.ts';
import type { Message } from '../model.ts';
import type { Change } from '../track.ts';
import type { Amounts, Dimensions, Transition } from '../transition.ts';
import { dimsOfEscalation } from './escalation.ts';
import { dimsBefore } from './ownership.ts';
import { isAfter, isNoLaterThan, type Story } from './story.ts';

/**
 * `handled` (once, from S on), `episode_handled` (and again after each customer's reopening that is
 * not a courtesy) and `worked` (each piece of work) (metrics.md 1.4).
 */
export function work(story: Story): Transition[] {
  const episodes = episodesOf(story);
  const handlings = episodes.map((episode, i) => handling(story, episode, episodes[i + 1] ?? null));
  const first = story.start && !story.past?.start ? handling(story, episodes[0]!, null) : null;
  return [
    ...(first ? [{ ...first, kind: 'handled' as const }] : []),
    ...handlings.flatMap((found) =>
      found ? [{ ...found, kind: 'episode_handled' as const }] : [],
    ),
    ...pieces(story),
  ];
}

/** Whose close is an act upon the conversation (metrics.md 1.4, `handled`). */
const HANDLES: ReadonlySet<ClosedBy> = new Set([
  ...(['human', 'ai_agent', 'customer', 'external_sync', 'unknown'] as const),
]);

/** From the start, and from each time a customer came back for more than thanks. */
interface Episode {
  readonly from: number;
  readonly isStart: boolean;
}

function episodesOf(story: Story): Episode[] {
  const again = story.reopens
    .filter(({ kind, isCourtesy }) => kind === 'reopened.customer' && !isCourtesy)
    .map(({ change }) => ({ from: change.at, isStart: false }));
  const { start, past } = story;
  return start && !past?.start ? [{ from: start.at, isStart: true }, ...again] : again;
}

/**
 * The first team message or close in an episode; without messages, the first owner or the close. An
 * automation's close, one of many and one that merges it handle nothing.
 */
function handling(
  story: Story,
  { from, isStart }: Episode,
  next: Episode | null,
): Omit<Transition, 'kind'> | null {
  const untilS = next ? second(next.from) : Number.POSITIVE_INFINITY;
  const isWithin = ({ at }: { readonly at: number }): boolean =>
    second(at) >= second(from) && second(at) < untilS;
  const taken = takenIn(story, isStart ? (m) => isAfter(m, from) && isWithin(m) : isWithin);
  const close = story.closes.find((c) => HANDLES.has(c.by) && isWithin(c));
  if (taken && (!close || isNoLaterThan(taken, close))) {
    const { at, live, when } = taken;
    return { at, atMin: null, live, dims: story.dimsAt(when), ms: null };
  }
  if (!close) return null;
  const { at, atMin, live } = close;
  return { at, atMin, live, dims: story.dimsAt({ change: at }), ms: null };
}

function takenIn(
  { timeline, firstHuman, noMessages }: Story,
  isIn: (taken: { readonly at: number }) => boolean,
): Taken | null {
  if (noMessages) return firstHuman && { ...firstHuman, when: { change: firstHuman.at } };
  const message = timeline.messages.find((m) => isTeam(m) && isIn(m));
  if (!message) return null;
  return { at: message.at, live: message.live, isMessage: true, when: whenSaid(message) };
}

interface Taken {
  readonly at: number;
  readonly live: boolean;
  readonly isMessage: boolean;
  readonly when: When;
}

/** In order; within a second the message comes first (metrics.md 1.3). */
function pieces(story: Story): Transition[] {
  const { timeline, closes } = story;
  const said: Transition[] = [];
  for (const m of timeline.messages) {
    if (!(isTeam(m) || isNote(m))) continue;
    const dims = story.dimsAt(whenSaid(m));
    const amounts = amountsOf(m, story);
    said.push({ kind: 'worked', at: m.at, atMin: null, live: m.live, dims, ms: null, amounts });
  }
  // A change of owner that is a transfer is work in the row of the one who gave it away.
  const done: Transition[] = [];
  const add = ({ at, atMin, live }: Change<unknown>, dims: Dimensions): void =>
    void done.push({ kind: 'worked', at, atMin, live, dims, ms: null });
  for (const change of timeline.owner.changes) add(change, dimsOfOwning(story, change, 'manager'));
  for (const change of timeline.team.changes) add(change, dimsOfOwning(story, change, 'tier_up'));
  for (const close of closes) add(close, story.dimsAt({ change: close.at }));
  for (const escalation of story.escalations) {
    if (!escalation.isOwning) add(escalation.change, dimsOfEscalation(story, escalation));
  }
  done.sort((a, b) => a.at - b.at);
  return [...said, ...done].sort((a, b) => second(a.at) - second(b.at));
}

/** What is written before the customer wrote is no handling, and a touch all the same. */
function amountsOf(message: Message, { handling }: Story): Amounts {
  if (isBot(message)) return { botMessages: 1 };
  const handlingMs = handling.get(message.id);
  return handlingMs === undefined ? { touches: 1 } : { handlingMs, touches: 1 };
}

function dimsOfOwning(
  story: Story,
  change: Change<string | null>,
  kind: EscalationKind,
): Dimensions {
  const transfer = story.transfers.find(({ changes }) => changes.some((c) => c === change));
  if (transfer) return dimsBefore(story, transfer);
  // By its look: bots and automations are nobody to the one and somebody to the other.
  const escalation = story.escalations.find(
    (one) => one.kind === kind && one.change.place === change.place,
  );
  return escalation ? dimsOfEscalation(story, escalation) : story.dimsAt({ change: change.at });
}
