/**
 * What `config.applied` carries: the part of the configuration that the folds obey (design D11).
 * Canonical JSON of this object; its SHA-256 is the `configHash`.
 */
import type { CostCategory } from '../facts/fact.ts';
import type { CompiledTree } from '../tree/tree.ts';
import type { Calendar } from './calendar.ts';

export const SLA_KINDS = ['first', 'next', 'resolution'] as const;
export type SlaKind = (typeof SLA_KINDS)[number];

/** `business`: in the open hours of whose the conversation is; on the wall where none are declared. */
export interface SlaTarget {
  readonly ms: number;
  readonly clock: 'wall' | 'business';
}

/** By kind, then by priority; `*`: any other priority, none included. */
export type SlaTargets = Readonly<Partial<Record<SlaKind, Readonly<Record<string, SlaTarget>>>>>;

export const SLA_PAUSES = ['on_hold', 'snoozed', 'waiting_on_customer'] as const;
export type SlaPause = (typeof SLA_PAUSES)[number];

/** How soon the team means to reply and to resolve (metrics.md 3.2, `sla-compliance`). */
export interface SlaPolicy {
  readonly targets: SlaTargets;
  /** By tier of the account: these come first, where they say something. */
  readonly tiers?: Readonly<Record<string, SlaTargets>>;
  /** What pauses the clock of the resolution. */
  readonly pauseOn: readonly SlaPause[];
}

/** What the parts of an account's health weigh; one of 0 is left out. */
export type HealthWeights = Readonly<
  Record<'volume' | 'sentiment' | 'resolution' | 'escalation', number>
>;
export const EVEN_WEIGHTS: HealthWeights = {
  ...{ volume: 1, sentiment: 1, resolution: 1, escalation: 1 },
};

export interface WorkspaceConfig {
  /** `none`: the source has no messages (metrics.md 1.4, "No messages"). */
  readonly messages: 'read' | 'none';
  /** Reporting currency, ISO 4217. */
  readonly currency: string;
  /** Categories of cost that are planned: one without an entry is missing (metrics.md 5.3). */
  readonly costPlan?: readonly CostCategory[];
  /** Source ids of this workspace: each must have spoken for a value to be known. */
  readonly sources: readonly string[];
  /** Users who are bots or automations, by the declared roster: they own nothing. Sorted. */
  readonly notPeople?: readonly string[];
  /** Ids of the vendor's roles whose users are managers (metrics.md 9). Sorted. */
  readonly managerRoles?: readonly string[];
  /** After how much silence of the customer the workspace's automation closes, ms (metrics.md 1.5). */
  readonly autoCloseAfterMs?: number;
  /** Rank by team id, higher is further up; a team that is not named has none. */
  readonly teamRanks?: Readonly<Record<string, number>>;
  /** Ids of users to whom one escalates. */
  readonly managers?: readonly string[];
  /** What says that a conversation was escalated: tags in any case, slugs of custom fields. */
  readonly escalationTags?: readonly string[];
  readonly escalationFields?: readonly string[];
  /** Slugs of custom fields that a close ought to have filled; left out: none is tracked. */
  readonly trackedFields?: readonly string[];
  /** Slugs of custom fields that an AI agent has to fill before it hands over; left out: none is required. */
  readonly handoverFields?: readonly string[];
  /** Of ratings; from `positiveFrom` on one is positive. Without it there are none. */
  readonly csatScale?: {
    readonly min: number;
    readonly max: number;
    readonly positiveFrom: number;
  };
  /** What marks spam, in any case; left out: `spam`. */
  readonly spamStatuses?: readonly string[];
  readonly spamTags?: readonly string[];
  /** Metrics that have rows beyond channel and team, by the dimensions that the tree declares. */
  readonly by?: Readonly<Record<string, readonly string[]>>;
  /** Targets of replies and resolutions; left out: none. */
  readonly sla?: SlaPolicy;
  /** Weights of the parts of `account-health-score`, whole numbers; left out: 1 each. */
  readonly healthWeights?: Partial<HealthWeights>;
  /** `agent-productivity-index` is told; left out: it is not. */
  readonly agentIndex?: boolean;
  /** Zone, business day and open hours; left out: UTC, midnight, none declared. */
  readonly calendar?: Calendar;
  readonly tree: CompiledTree;
}
