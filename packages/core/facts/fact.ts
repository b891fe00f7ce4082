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
  'account.observed',
  'contact.observed',
  'team.observed',
  'status.observed',
  'close.evidence',
  'correction.retract',
  'correction.merge',
  'correction.closed_by',
  'correction.author_kind',
  'correction.supersede',
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

/** Why a conversation was closed (metrics.md 1.5). */
export const CLOSERS = [
  'human',
  'automation_silence',
  'unknown',
  'ai_agent',
  'customer',
  'automation_rule',
  'external_sync',
  'bulk',
  'merge',
] as const;
export type ClosedBy = (typeof CLOSERS)[number];

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
export type VendorSeconds = Readonly<Record<(typeof VENDOR_SECONDS)[number], number | null>>;
export const VENDOR_SECONDS = [
  'firstResponse',
  'businessFirstResponse',
  'resolution',
  'businessResolution',
] as const;
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
  /** Id of a role of Pylon's; which of them are managers is declared (metrics.md 9). */
  readonly role: string | null;
}

/** The entity is the account's id. Tier, revenue and parent come from declared custom fields. */
export interface AccountObserved {
  readonly tier: string | null;
  readonly type: string | null;
  readonly ownerId: string | null;
  readonly parentId: string | null;
  /** Annual recurring revenue in micro-units of the tenant's currency. */
  readonly arrMicro: number | null;
}

/** The entity is the contact's id, hashed with the workspace key. */
export interface ContactObserved {
  readonly accountId: string | null;
}

/** The entity is the team's id. */
export interface TeamObserved {
  /** Ids of users, sorted. */
  readonly members: readonly string[];
  /** Declared; a higher one is further up. null: not declared. */
  readonly rank: number | null;
}

/** The entity is the status' slug. */
export interface StatusObserved {
  readonly category: StateCategory;
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

/** What a cost may be attributed to (metrics.md 5.1). */
export const COST_DIMENSIONS = ['team', 'channel', 'agent', 'account_tier', 'handled_by'] as const;
export interface CostScope {
  readonly dimension: (typeof COST_DIMENSIONS)[number];
  readonly value: string;
}

/** By what a cost is spread over the values of a dimension (metrics.md 5.4). */
export const COST_DRIVERS = ['handling_time', 'touches', 'contacts', 'bot_messages'] as const;
export type CostDriver = (typeof COST_DRIVERS)[number];

/** Units of the reporting currency for one of the entry's, in millionths; as of when, by whom. */
export interface CostRate {
  readonly rateMicro: number;
  readonly asOf: number;
  readonly source: string;
}

export const COST_STAGES = ['provisional', 'settled', 'corrected'] as const;
/** Evenly over the period, or over its open hours. */
export const COST_ACCRUALS = ['even', 'schedule'] as const;

/** metrics.md 5.1. The entity is the costId. `amountMicro` in micro-units of `currency`. */
export interface CostEntry {
  readonly costId: string;
  readonly revision: number;
  readonly stage: (typeof COST_STAGES)[number];
  readonly category: CostCategory;
  readonly amountMicro: number;
  readonly currency: string;
  /** Accrual period [from, to), epoch ms. */
  readonly from: number;
  readonly to: number;
  readonly accrual: (typeof COST_ACCRUALS)[number];
  /** Left out: all. */
  readonly scope?: CostScope;
  /** Left out: the default of the category. */
  readonly driver?: CostDriver;
  /** Needed where `currency` is not the reporting one. */
  readonly fx?: CostRate;
}

/** What bears out who closed it: said by the source itself, or by its audit log. */
export const CLOSE_BASES = ['audited', 'declared'] as const;

/** The entity is the issue; it speaks of the last close that can have happened by `at`. */
export interface CloseEvidence {
  readonly closedBy: ClosedBy;
  readonly basis: (typeof CLOSE_BASES)[number];
}

/** Why somebody corrects what the sources say, and who; null: not said. */
interface Corrected {
  readonly reason: string;
  readonly by: string | null;
}

/** The entity, an issue, is out of every number; or one message of it is. */
export interface CorrectionRetract extends Corrected {
  readonly messageId: string | null;
}

/** The entity, an issue, is part of another one. */
export interface CorrectionMerge extends Corrected {
  readonly into: string;
}

/** Of the entity's last close that can have happened by `at`. */
export interface CorrectionClosedBy extends Corrected {
  readonly closedBy: ClosedBy;
}

/** The entity is an author's id, whatever the sources take it for. */
export interface CorrectionAuthorKind extends Corrected {
  readonly author: Exclude<AuthorKind, 'author_unknown'>;
}

/** The entity is the fact id of a correction that no longer holds. */
export type CorrectionSupersede = Corrected;

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
  'account.observed': AccountObserved;
  'contact.observed': ContactObserved;
  'team.observed': TeamObserved;
  'status.observed': StatusObserved;
  'close.evidence': CloseEvidence;
  'correction.retract': CorrectionRetract;
  'correction.merge': CorrectionMerge;
  'correction.closed_by': CorrectionClosedBy;
  'correction.author_kind': CorrectionAuthorKind;
  'correction.supersede': CorrectionSupersede;
}

export type FactOf<K extends FactKind> = Envelope & {
  readonly kind: K;
  readonly body: FactBodies[K];
};
export type CorrectionKind = Extract<FactKind, `correction.${string}`>;
export type CorrectionFact = { [K in CorrectionKind]: FactOf<K> }[CorrectionKind];
export type Fact = { [K in FactKind]: FactOf<K> }[FactKind];

/** A fact before the appender stamps `recordedAt` and the codec gives it its `factId`. */
export type DraftFact = {
  [K in FactKind]: Omit<FactOf<K>, 'v' | 'factId' | 'recordedAt'>;
}[FactKind];

/** Compares two raw positions: epoch first, then offset. */
export function compareRaw(a: RawPosition, b: RawPosition): number {
  return a.epoch - b.epoch || a.offset - b.offset;
}
