/** The parts of a value in the order in which they are told, and one page of them. */
import { heldWithin } from '../conversation/families/holding.ts';
import type { Story } from '../conversation/families/story.ts';
import { type Conversation, latest, type Message } from '../conversation/model.ts';
import type { Duration, Transition } from '../conversation/transition.ts';
import type { MetricDefinition } from '../metrics/catalogue.ts';
import {
  type ClockRun,
  type ConversationRef,
  type Cursor,
  cursorText,
  type ExplainedCost,
  type ExplainedEvent,
  type ExplainedScore,
  type Part,
} from '../metrics/explanation.ts';
import type { Counted } from '../panes/gauge-index.ts';
import type { Found, FoundEvent } from './explain-rows.ts';
import type { Standing } from './explain-standing.ts';
import type { Evidence } from './workspace.ts';

/** A part that is made once its page is asked for. */
export interface Entry extends Cursor {
  readonly make: () => Part;
}

const COSTS = 0;
const COUNTED = 1;
const WAITING = 2;

/** The largest first. */
export const costEntry = (cost: ExplainedCost): Entry => ({
  section: COSTS,
  rank: -Math.abs(cost.micro ?? 0),
  id: cost.costId,
  make: () => ({ part: 'cost', cost }),
});

/** As they are told. */
export const scoreEntry = (score: ExplainedScore, i: number): Entry => ({
  ...{ section: COUNTED, rank: i, id: score.name },
  make: () => ({ part: 'score', score }),
});

/** The newest first. */
export function countedEntry(
  { conversation, events }: Found,
  metric: MetricDefinition,
  { view, storyOf }: Pick<Evidence, 'view' | 'storyOf'>,
): Entry {
  return {
    section: COUNTED,
    rank: -Math.max(...events.map(({ transition }) => transition.at)),
    id: conversation.id,
    make: () => {
      // Work is no stretch of time: no clock ran for it.
      const whole = view(conversation.id);
      const story = metric.form === 'DUR' && !metric.isWork ? storyOf(whole) : null;
      return {
        part: 'counted',
        conversation: refOf(whole),
        events: events.map((event) => told(event, metric, story)),
      };
    },
  };
}

/** The oldest first. */
export const openEntry = ({ id, since, state, times }: Counted, view: View): Entry => ({
  ...{ section: COUNTED, rank: since, id },
  make: () => ({ part: 'open', conversation: refOf(view(id)), since, state, times }),
});

/** Who waits longest first. */
export const waitingEntry = ({ id, since }: Standing, view: View): Entry => ({
  ...{ section: WAITING, rank: since, id },
  make: () => {
    const conversation = view(id);
    const { turn } = conversation.waiting!;
    return { part: 'waiting', conversation: refOf(conversation), since, turn };
  },
});

type View = Evidence['view'];

function inOrder(a: Cursor, b: Cursor): number {
  return a.section - b.section || a.rank - b.rank || (a.id < b.id ? -1 : Number(a.id > b.id));
}

export function pageOf(
  entries: readonly Entry[],
  after: Cursor | null,
  limit: number,
): { readonly parts: readonly Part[]; readonly next: string | null } {
  const rest = after ? entries.filter((entry) => inOrder(entry, after) > 0) : [...entries];
  const page = rest.sort(inOrder).slice(0, limit);
  const last = page.at(-1);
  const next = last && rest.length > page.length ? cursorText(last) : null;
  return { parts: page.map(({ make }) => make()), next };
}

export function refOf(conversation: Conversation): ConversationRef {
  return {
    id: conversation.id,
    number: latest(conversation, 'number') ?? null,
    account: latest(conversation, 'accountId') ?? null,
    contact: latest(conversation, 'requesterId') ?? firstWriter(conversation),
  };
}

/** Where nobody says who asked: whoever wrote first did. */
function firstWriter({ restMessages, bodyMessages }: Conversation): string | null {
  let first: Message | null = null;
  for (const messages of [restMessages, bodyMessages]) {
    for (const message of messages.values()) {
      const isContact = message.author === 'customer' && message.authorId !== null;
      if (isContact && (!first || message.at < first.at)) first = message;
    }
  }
  return first?.authorId ?? null;
}

function told(
  { transition, amount, row, because }: FoundEvent,
  metric: MetricDefinition,
  story: Story | null,
): ExplainedEvent {
  const { kind, at, atMin, dims } = transition;
  const { channel, team } = dims;
  return {
    kind,
    at,
    atMin,
    amount,
    row,
    channel,
    team,
    clock: story && clockOf(transition, metric.adds![kind] as Duration, story),
    because: because && { kind: because.kind, at: because.at },
  };
}

/** A duration ends with its transition, but that of a close with the work that led to it. */
function clockOf(transition: Transition, adds: Duration, story: Story): ClockRun | null {
  // Whose clock that was the vendor does not say.
  if (adds === 'vendorMs') return null;
  const { at, ms, amounts, open } = transition;
  const to =
    story.closes.find((close) => close.at === at && isClose(transition))?.effectiveAt ?? at;
  const openMs = open?.[adds] ?? null;
  if (adds === 'activeMs') {
    const from = to - ms!;
    return { from, to, paused: heldWithin(story, from, to), openMs };
  }
  const took = adds === 'ms' ? ms! : amounts![adds as Exclude<Duration, 'ms'>]!;
  return { from: to - took, to, paused: [], openMs };
}

const isClose = ({ kind }: Transition): boolean => kind === 'closed' || kind === 'resolved';
