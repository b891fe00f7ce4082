/** What happened in a conversation, derived from its facts (metrics.md 1.4). */
import type { ClosedBy } from '../facts/fact.ts';

export const TRANSITION_KINDS = [
  'created',
  'opened',
  'first_reply_human',
  'first_reply_any',
  'first_reply_ai',
  'handled',
  'worked',
  'assigned',
  'unassigned',
  'rerouted',
  'handed_off.agent',
  'handed_off.team',
  'closed',
  'reopened.customer',
  'reopened.agent',
  'reopened.automation',
  'reopened.unknown',
  'resolved',
  'episode_handled',
  'turn_opened',
  'turn_answered.first',
  'turn_answered.next',
  'turn_dropped',
  'turn_released',
  'channel_switched',
  'held',
  'unheld',
  'ai_handed_off',
  'first_reply_after_handoff',
  'handoff_answered',
  'escalated.tier_up',
  'escalated.engineering',
  'escalated.manager',
  'escalated.declared',
  'prioritised',
  'unprioritised',
  'categorised',
  'uncategorised',
  'tagged',
  'untagged',
  'field_filled',
  'field_emptied',
  'rated',
  'removed.spam',
  'removed.deleted',
  'removed.group',
  'restored',
  'sla_met.first',
  'sla_met.next',
  'sla_met.resolution',
  'sla_breached.first',
  'sla_breached.next',
  'sla_breached.resolution',
  'sla_cancelled.first',
  'sla_cancelled.next',
  'sla_cancelled.resolution',
  'removed.retracted',
  'merged_away',
  'ai_outcome.pending',
  'ai_outcome.failed',
  'ai_outcome.confirmed',
  'ai_outcome.assumed',
  'cohort.opened',
  'cohort.closed',
  'cohort.handled',
  'repeated',
  'cohort.ai_handed_off',
] as const;
export type TransitionKind = (typeof TRANSITION_KINDS)[number];

/**
 * What a transition measures beside its `ms`. Answers: `lastMs`, from the customer's last message
 * instead of the first; those of a first reply, and resolutions, `inTarget`, 1 or 0, where they had one. Closes: `unanswered`, 1 if the team never wrote; `tagged`, 1 if it had a
 * tag; the first one `firstMs`, since the start. Resolutions: `activeMs`, without the time on hold;
 * `humanMs`, from when a bot gave it to a person. Work that a person wrote: `handlingMs`, how long it is
 * taken to have taken; resolutions: all of that until then, and `handoffs`, how often it was handed on by now. Work again: `touches`, 1 if a person wrote it,
 * `botMessages`, 1 if a bot did. Handoffs: `pingpong`, 1 if the new owner left it within a day. Ratings: `score`, on the declared
 * scale, and `positive`, 1 or 0. First replies of a person and resolutions: `vendorMs`, what the vendor says they took.
 *
 * Cohorts: what has become of what they stand for, each 1 or 0. Opened: `resolved`, `escalated`, in time; where
 * it is known who asked `repeatedAny`, that customer had another one resolved shortly before, with a topic
 * `repeated`, one on that; with a topic `recurred`, several accounts had written about it.
 * Closed: `returned`, the customer came back for more than thanks; `reopened`, for whatever reason; the first
 * one `oneOwner` and `oneTouch`, solved at once by one person, with one message, and `noReturn`, nor did the
 * customer open another one on the topic. Handled: `unaided`, by an AI
 * as far as is known; `unaidedSure`, what is still open left out. Handed over by an AI: `bounced`, it went to another
 * team, or back.
 */
export const AMOUNTS = [
  'lastMs',
  'unanswered',
  'firstMs',
  'activeMs',
  'humanMs',
  'tagged',
  'pingpong',
  'score',
  'positive',
  'handlingMs',
  'resolved',
  'escalated',
  'returned',
  'reopened',
  'oneOwner',
  'oneTouch',
  'unaided',
  'unaidedSure',
  'touches',
  'botMessages',
  'vendorMs',
  'handoffs',
  'inTarget',
  'noReturn',
  'repeated',
  'repeatedAny',
  'recurred',
  'bounced',
] as const;
export type Amount = (typeof AMOUNTS)[number];
export type Amounts = Readonly<Partial<Record<Amount, number>>>;

/** What of a transition is a duration. */
export const DURATIONS = ['ms', 'lastMs', 'firstMs', 'activeMs', 'humanMs', 'vendorMs'] as const;
export type Duration = (typeof DURATIONS)[number];
/** The same durations in open hours; left out: none are declared, or the vendor does not say. */
export type OpenHours = Readonly<Partial<Record<Duration, number>>>;

/** Dimension values of a transition (metrics.md 4). Missing is `__none__`, a real child. */
export interface Dimensions {
  readonly account: string;
  readonly account_tier: string;
  readonly channel: string;
  readonly team: string;
  readonly assignee: string;
  readonly priority: string;
  readonly category: string;
  /** By `tagsOf`; empty: no tag. */
  readonly tags: string;
}
export const NONE = '__none__';
/** In the order in which they are written: of two equal ones the texts are equal. */
export const DIMENSION_NAMES: readonly (keyof Dimensions)[] = [
  'channel',
  'team',
  'assignee',
  'account',
  'priority',
  'category',
  'tags',
  'account_tier',
];

/** Who of the team a conversation was handled by, as known now: by the public messages seen. */
export const HANDLERS = ['none', 'human', 'ai', 'mixed'] as const;
export type HandledBy = (typeof HANDLERS)[number];

const TAG_END = '\u001f';
/** A set of tags as one value, so that equal sets are equal. */
export const tagSet = (tags: readonly string[]): string => [...new Set(tags)].sort().join(TAG_END);
export const tagsOf = (set: string): readonly string[] => (set === '' ? [] : set.split(TAG_END));

/** Each tracked field with whether it is filled, as one value, so that equal ones are equal. */
export type FieldSet = string;
const FILLED = '+';
export const fieldSet = (tracked: readonly string[], filled: readonly string[]): FieldSet =>
  tagSet(tracked.map((field) => `${filled.includes(field) ? FILLED : '-'}${field}`));
export const fieldsOf = (
  set: FieldSet,
): readonly { readonly field: string; readonly isFilled: boolean }[] =>
  tagsOf(set).map((one) => ({ field: one.slice(1), isFilled: one.startsWith(FILLED) }));

export interface Transition {
  readonly kind: TransitionKind;
  readonly at: number;
  /** Earliest instant it can have happened; null where `at` is exact. */
  readonly atMin: number | null;
  /** May feed live windows; else it counts in history only (metrics.md 2, "Bulk import"). */
  readonly live: boolean;
  readonly dims: Dimensions;
  /** Duration that it ends, ms; null if it ends none. */
  readonly ms: number | null;
  readonly amounts?: Amounts;
  readonly open?: OpenHours;
  /** Closes, and what rests on one. */
  readonly closedBy?: ClosedBy;
  /** Closes: which tracked custom fields had a value then; left out: none is tracked, or nobody ever looked. */
  readonly fields?: FieldSet;
  /** Reopened by a "thanks" that was closed again within 24 h with no reply between. */
  readonly courtesy?: true;
  /** Of a forgotten chapter: who had handled the conversation by its end; left out: whoever has by now. */
  readonly by?: HandledBy;
}

/** Equal transitions have equal keys: what `diff` compares. */
export function transitionKey(t: Transition): string {
  return [
    t.kind,
    t.at,
    t.atMin ?? '',
    t.live ? 1 : 0,
    ...DIMENSION_NAMES.map((name) => t.dims[name]),
    t.ms ?? '',
    t.courtesy ? 1 : '',
    t.amounts ? amountsKey(t.amounts) : '',
    t.closedBy ?? '',
    t.open ? DURATIONS.map((name) => t.open![name] ?? '').join() : '',
    ...(t.fields ? [t.fields] : []),
  ].join('|');
}

const amountsKey = (amounts: Amounts): string => AMOUNTS.map((name) => amounts[name] ?? '').join();
