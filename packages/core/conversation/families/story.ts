/** What several families need of a timeline, worked out once: S, the first reply, the closes. */
import type { BusinessClock } from '../../directory/calendar.ts';
import type { StateCategory } from '../../facts/fact.ts';
import { second } from '../../time/instant.ts';
import { type AiHandoff, aiHandoffOf } from '../ai-handoff.ts';
import type { FirstHuman, Past, Spoken, Start } from '../chapter.ts';
import { type Closing, closingsOf } from '../closing.ts';
import type { Declared } from '../declared.ts';
import { type DimsAt, dimsOver, type TiersOf } from '../dims.ts';
import { type Escalation, escalationsOf, type IsManager } from '../escalations.ts';
import { type Handling, handlingOf } from '../handling.ts';
import { type OpenMs, openMsOver } from '../hours.ts';
import type { Joined } from '../joined.ts';
import { isBot, isCustomer, isHuman } from '../messages.ts';
import type { Conversation, Message } from '../model.ts';
import { type Reopen, reopensOf } from '../reopens.ts';
import { type SlaClock, slaClocksOf } from '../sla.ts';
import type { SlaTerms } from '../sla-terms.ts';
import type { Timeline } from '../timeline.ts';
import { type Change, type Track, valueNow } from '../track.ts';
import { type Transfer, transfersOf } from '../transfers.ts';
import type { Dimensions, HandledBy, Transition } from '../transition.ts';
import { NONE } from '../transition.ts';
import { NO_TURNS, type Turns, walkTurns } from '../turns.ts';

export interface Story {
  readonly timeline: Timeline;
  /** A chapter that was closed and forgotten: what it counted is not counted again. */
  readonly past: Past | null;
  /** What other conversations say of it. */
  readonly joined: Joined;
  readonly noMessages: boolean;
  readonly start: Start | null;
  readonly firstHuman: FirstHuman | null;
  readonly closes: readonly Closing[];
  readonly reopens: readonly Reopen[];
  readonly transfers: readonly Transfer[];
  readonly escalations: readonly Escalation[];
  readonly turns: Turns;
  readonly handling: Handling;
  readonly aiHandoff: AiHandoff | null;
  readonly handledBy: HandledBy;
  readonly declared: Declared;
  readonly isPerson: (userId: string) => boolean;
  /** Log time. */
  readonly T: number;
  readonly dimsAt: DimsAt;
  readonly openMs: OpenMs;
  /** null: there is no policy. */
  readonly sla: readonly SlaClock[] | null;
}

export interface StoryOptions {
  readonly noMessages: boolean;
  /** After how much silence the workspace says that it closes by itself. */
  readonly autoCloseAfterMs?: number | undefined;
  readonly declared: Declared;
  readonly isPerson: (userId: string) => boolean;
  readonly isManager: IsManager;
  /** Log time: what has lasted until then. */
  readonly T: number;
  /** Open hours; left out: none are declared. */
  readonly clock?: BusinessClock | null;
  /** Left out: of no account. */
  readonly tiersOf?: TiersOf;
  /** Targets; left out: none are declared. */
  readonly sla?: SlaTerms | null;
}

export function tellStory(
  timeline: Timeline,
  { past, joined }: Pick<Conversation, 'past' | 'joined'>,
  options: StoryOptions,
): Story {
  const { noMessages, declared, T } = options;
  const start = past?.start ?? (noMessages ? startWithout(timeline) : startOf(timeline));
  const firstHuman =
    past?.firstHuman ?? (noMessages ? firstOwned(timeline) : firstHumanReply(timeline, start));
  const closes = closingsOf(timeline, past, noMessages ? undefined : options.autoCloseAfterMs);
  const turns = noMessages ? NO_TURNS : turnsOf(timeline, past, start, T);
  const clock = options.clock ?? null;
  const told = { timeline, past, start, closes, turns };
  return {
    timeline,
    past,
    joined,
    noMessages,
    start,
    firstHuman,
    closes,
    reopens: reopensOf(timeline, past, noMessages),
    transfers: transfersOf(timeline, firstHuman),
    escalations: escalationsOf(timeline, declared, options.isManager),
    turns,
    handling: handlingOf(timeline, past, start),
    aiHandoff: aiHandoffOf(timeline, past),
    handledBy: noMessages ? handledWithout(firstHuman) : handledByOf(spokenIn(timeline, past)),
    declared,
    isPerson: options.isPerson,
    T,
    dimsAt: dimsOver(timeline, start?.channel ?? timeline.channel ?? NONE, options.tiersOf),
    openMs: openMsOver(timeline.team, clock),
    sla: options.sla ? slaClocksOf(told, options.sla, { T, clock }) : null,
  };
}

function turnsOf(timeline: Timeline, past: Past | null, start: Start | null, T: number): Turns {
  const isMessage = timeline.messages.some(isCustomer);
  const silent = start && !past?.start && !isMessage ? start : null;
  return walkTurns(timeline, { start: silent, before: past?.turns ?? 0, T });
}

/** Messages come first within a second; what looks date is compared as it is. */
export const isNoLaterThan = (
  taken: { readonly at: number; readonly isMessage: boolean },
  close: { readonly at: number },
): boolean => (taken.isMessage ? second(taken.at) <= second(close.at) : taken.at <= close.at);

/** A close in [S, reply): messages come first within a second. */
export function closesBefore(close: Change<StateCategory>, from: number, until: number): boolean {
  return second(close.at) >= second(from) && second(close.at) < second(until);
}

function startOf(timeline: Timeline): Start | null {
  const first = timeline.messages.find(isCustomer);
  if (first) {
    const channel = first.channel ?? timeline.channel;
    const { at, live } = first;
    return { at, live, provisional: false, channel, isMessage: true, ...askedIn(timeline) };
  }
  if (timeline.createdAt === null) return null;
  const phone = timeline.channel === 'phone';
  const unread = !timeline.threadRead && timeline.channel !== 'manual';
  if (!phone && !unread) return null;
  return madeAt(timeline, timeline.createdAt, !phone);
}

const startWithout = (timeline: Timeline): Start | null =>
  timeline.createdAt === null ? null : madeAt(timeline, timeline.createdAt, false);

function madeAt(timeline: Timeline, at: number, provisional: boolean): Start {
  const { createdLive: live, channel } = timeline;
  return { at, live, provisional, channel, isMessage: false, ...askedIn(timeline) };
}

const askedIn = ({ contact }: Timeline): Pick<Start, 'contact'> => ({
  contact: valueNow(contact) ?? null,
});

function firstHumanReply(timeline: Timeline, start: Start | null): FirstHuman | null {
  if (!start) return null;
  const reply = timeline.messages.find((m) => isHuman(m) && isAfter(m, start.at));
  if (!reply) return null;
  return { at: reply.at, authorId: reply.authorId, live: reply.live, isMessage: true };
}

/** At or after: within one instant the customer's message comes first. */
export const isAfter = (m: Pick<Message, 'at'>, at: number): boolean => m.at >= at;

/**
 * Without messages: first owned by a person, or with a team set while the team acts next; live as the
 * look is that shows it.
 */
function firstOwned({ assignee, team, state }: Timeline): FirstHuman | null {
  const looks = [...looksOf(assignee), ...looksOf(team), ...looksOf(state)];
  for (const { at, place, live } of looks.sort((a, b) => a.at - b.at || a.place - b.place)) {
    const isOwned = (until: number): boolean =>
      (seenBy(assignee, at, until) ?? null) !== null ||
      ((seenBy(team, at, until) ?? null) !== null && seenBy(state, at, until) === 'waiting_on_you');
    // What was undone in its very instant never was, but the first look counts.
    if (!isOwned(place) || !(place === 0 || isOwned(Number.POSITIVE_INFINITY))) continue;
    const authorId = seenBy(assignee, at, place) ?? null;
    return { at, authorId, live, isMessage: false };
  }
  return null;
}

function looksOf<V>(track: Track<V>): { at: number; place: number; live: boolean }[] {
  const first = { at: track.firstAt, place: track.firstPlace, live: track.firstLive };
  return [first, ...track.changes.map(({ at, place, live }) => ({ at, place, live }))];
}

/** The value that looks up to one of an instant show; undefined before it was first looked at. */
function seenBy<V>(track: Track<V>, at: number, place: number): V | undefined {
  const isShown = (by: { readonly at: number; readonly place: number }): boolean =>
    by.at < at || (by.at === at && by.place <= place);
  if (!isShown({ at: track.firstAt, place: track.firstPlace })) return undefined;
  return track.changes.findLast(isShown)?.to ?? track.first;
}

/** Forgotten chapters included. */
export const spokenIn = ({ messages }: Timeline, past: Past | null): Spoken => ({
  human: past?.spoken.human === true || messages.some(isHuman),
  bot: past?.spoken.bot === true || messages.some(isBot),
});

function handledByOf({ human, bot }: Spoken): HandledBy {
  if (human) return bot ? 'mixed' : 'human';
  return bot ? 'ai' : 'none';
}

/** By the end of the chapters that are forgotten. */
export const handledBefore = (past: Past, noMessages: boolean): HandledBy =>
  noMessages ? handledWithout(past.firstHuman) : handledByOf(past.spoken);

/** Without messages, a person took it or nobody did. */
const handledWithout = (firstHuman: FirstHuman | null): HandledBy =>
  firstHuman ? 'human' : 'none';

/** A duration that ends at a stop, on the wall and in open hours; an empty part says nothing. */
export function spent(
  story: Story,
  from: number,
  to: number,
  stop: Dimensions,
): Pick<Transition, 'ms' | 'open'> {
  const ms = story.openMs(from, to, stop);
  return { ms: Math.max(0, to - from), ...(ms === null ? {} : { open: { ms } }) };
}
