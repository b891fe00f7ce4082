/**
 * Facts: observations about a workspace, the only input of the fold (design D1, metrics.md 1.1).
 * A fact never says "a handoff happened", only "the issue looked like this, as of then".
 */

export const FACT_KINDS = [
  'issue.observed',
  'issue.hinted',
  'issue.gone',
  'message.observed',
  'thread.observed',
  'user.observed',
  'cost.entry',
  'config.applied',
  'source.heartbeat',
  'tick',
] as const;
export type FactKind = (typeof FACT_KINDS)[number];

export const ORIGINS = [
  'webhook',
  'reconcile',
  'backfill',
  'import',
  'feed',
  'manual',
  'system',
] as const;
export type Origin = (typeof ORIGINS)[number];

/** Where the content came from: read over REST, claimed by a webhook body, a feed, or ourselves. */
export const VIAS = ['rest', 'body', 'feed', 'system'] as const;
export type Via = (typeof VIAS)[number];

export const STATE_CATEGORIES = [
  'new',
  'waiting_on_you',
  'waiting_on_customer',
  'on_hold',
  'closed',
  'unknown',
] as const;
export type StateCategory = (typeof STATE_CATEGORIES)[number];

/** `customer`, `human` (agent), `bot`, `automation`; `author_unknown` counts as automation. */
export const AUTHOR_KINDS = ['customer', 'human', 'bot', 'automation', 'author_unknown'] as const;
export type AuthorKind = (typeof AUTHOR_KINDS)[number];

/** A place in a raw log. The epoch rises when that log is made anew; compared as a pair. */
export interface RawPosition {
  readonly epoch: number;
  readonly offset: number;
}

/** Which raw record a fact came from. */
export interface Source extends RawPosition {
  readonly topic: string;
  readonly partition: number;
}

/** One read or one delivery may yield several facts: `i` of `n`, derived at the last. */
export interface Group {
  readonly i: number;
  readonly n: number;
}

export interface Envelope {
  readonly v: 1;
  readonly workspace: string;
  /** 32 hex characters: identity of the content (metrics.md 1.1). The same content has the same id. */
  readonly factId: string;
  /** What the fact is about: an issue id for issues, messages and threads; else see the kind. */
  readonly entity: string;
  /** When it happened, by the source; null where the source does not say. */
  readonly at: number | null;
  /** Start of the read, or arrival of the body. */
  readonly observedAt: number;
  /** Stamped by the appender; its running maximum is log time. */
  readonly recordedAt: number;
  readonly origin: Origin;
  readonly via: Via;
  readonly srcs: readonly Source[];
  /** Highest raw position consumed before a REST read began (pylon.md 3.6). */
  readonly readAfter: RawPosition | null;
  readonly group: Group | null;
}

/**
 * What was seen of an issue. Every field may be absent (not observed) or null (observed empty).
 * Ids are Pylon's; `requesterId` is hashed with the workspace key; instants are epoch ms.
 */
export interface IssueObserved {
  readonly number?: number | null;
  readonly stateCategory?: StateCategory | null;
  readonly stateSlug?: string | null;
  readonly type?: string | null;
  readonly isGroup?: boolean | null;
  /** Pylon's `source`: the channel the issue began on (`chat_widget` = chat, both Teams = teams). */
  readonly channel?: string | null;
  readonly accountId?: string | null;
  readonly requesterId?: string | null;
  readonly assigneeId?: string | null;
  readonly teamId?: string | null;
  readonly tags?: readonly string[] | null;
  readonly priority?: string | null;
  readonly category?: string | null;
  readonly createdAt?: number | null;
  readonly updatedAt?: number | null;
  readonly latestMessageAt?: number | null;
  readonly snoozedUntil?: number | null;
  readonly resolutionAt?: number | null;
  /** Slugs of the custom fields that have a value, sorted. */
  readonly fieldsFilled?: readonly string[] | null;
  /** Ids of linked issues elsewhere (Jira, Linear ...), sorted. */
  readonly external?: readonly string[] | null;
  /** Scores of its ratings in the order given; the scale is the tenant's (pylon.md 4.5). */
  readonly csat?: readonly number[] | null;
  readonly breachAt?: BreachAt | null;
  readonly aiResolved?: boolean | null;
  readonly vendorSeconds?: VendorSeconds | null;
}
/** When Pylon says that a running target breaches, epoch ms; null: none is running, or it does not say. */
export interface BreachAt {
  readonly first: number | null;
  readonly next: number | null;
  readonly resolution: number | null;
}
/** What Pylon says it took, whole seconds from creation: an oracle for our own (pylon.md 6). */
export interface VendorSeconds {
  readonly firstResponse: number | null;
  readonly businessFirstResponse: number | null;
  readonly resolution: number | null;
  readonly businessResolution: number | null;
}
export type IssueField = keyof IssueObserved;

/** Something happened that is still to be read; moves no metric, the conversation is `partial`. */
export interface IssueHinted {
  readonly hint: string;
}

/** One message of the entity's thread. `at` stands in the envelope. */
export interface MessageObserved {
  readonly messageId: string;
  readonly author: AuthorKind;
  /** Author's id: an agent's as it comes, a contact's hashed; null if unknown. */
  readonly authorId: string | null;
  readonly private: boolean;
  readonly channel: string | null;
}

/** A full read of a thread: how many messages, hash of their ids, and those that vanished. */
export interface ThreadObserved {
  readonly count: number;
  readonly idsHash: string;
  readonly vanished: readonly string[];
}

/** The entity is the user's id. */
export interface UserObserved {
  readonly userKind: 'human' | 'bot' | 'automation';
  readonly status: string | null;
}

export const COST_CATEGORIES = [
  'salaries',
  'tooling',
  'management',
  'training',
  'overhead',
  'infrastructure',
  'telephony',
  'outsourced',
  'ai_usage',
] as const;
export type CostCategory = (typeof COST_CATEGORIES)[number];

/** metrics.md 5.1. The entity is the costId. `amountMicro` in micro-units of `currency`. */
export interface CostEntry {
  readonly costId: string;
  readonly revision: number;
  readonly stage: 'provisional' | 'settled' | 'corrected';
  readonly category: CostCategory;
  readonly amountMicro: number;
  readonly currency: string;
  /** Accrual period [from, to), epoch ms. */
  readonly from: number;
  readonly to: number;
  readonly accrual: 'even';
}

/** Configuration in force from this offset on; canonical JSON of `WorkspaceConfig`. */
export interface ConfigApplied {
  readonly configHash: string;
  readonly document: string;
}

/** The entity is the source's id. */
export interface SourceHeartbeat {
  readonly coveredThrough: number;
  readonly basis: 'reconciled' | 'endpoint_up';
}

export interface FactBodies {
  'issue.observed': IssueObserved;
  'issue.hinted': IssueHinted;
  'issue.gone': Record<string, never>;
  'message.observed': MessageObserved;
  'thread.observed': ThreadObserved;
  'user.observed': UserObserved;
  'cost.entry': CostEntry;
  'config.applied': ConfigApplied;
  'source.heartbeat': SourceHeartbeat;
  tick: Record<string, never>;
}

export type FactOf<K extends FactKind> = Envelope & {
  readonly kind: K;
  readonly body: FactBodies[K];
};
export type Fact = { [K in FactKind]: FactOf<K> }[FactKind];

/** A fact before the appender stamps `recordedAt` and the codec gives it its `factId`. */
export type DraftFact = {
  [K in FactKind]: Omit<FactOf<K>, 'v' | 'factId' | 'recordedAt'>;
}[FactKind];

/** Compares two raw positions: epoch first, then offset. */
export function compareRaw(a: RawPosition, b: RawPosition): number {
  return a.epoch - b.epoch || a.offset - b.offset;
}
