/**
 * The compiled metric tree: what `tree.yaml` says, validated and flat (design D11, metrics.md 6).
 * `packages/core/tree/compile.ts` makes it; both folds, the gateway and the wall read it.
 */
import type { Clock } from '../metrics/value.ts';
import type { Dimension } from './dimensions.ts';

export type Audience = 'floor' | 'lead' | 'finance';
export const AUDIENCES: readonly Audience[] = ['floor', 'lead', 'finance'];

export type Identity =
  | {
      readonly op: 'sum';
      readonly parts: readonly { readonly node: string; readonly sign: 1 | -1 }[];
    }
  | { readonly op: 'product'; readonly factors: readonly string[] }
  | { readonly op: 'ratio'; readonly num: string; readonly den: string };

/** A fixed threshold (anomaly.md 11.1). Bounds are integers in the watched thing's unit; ms, counts. */
export interface AlertRule {
  readonly id: string;
  /** `value`: steps summed over `overMs`; `waiting`: a count; `oldest`: an age in ms. */
  readonly on: 'value' | 'waiting' | 'oldest';
  readonly overMs: number;
  readonly by: 'channel' | 'team' | null;
  readonly direction: 'above' | 'below';
  readonly warn: number | null;
  readonly high: number | null;
  readonly pendingMs: number;
  readonly recovers: number;
  /** Below this sample size nothing changes: contacts of the window, or waiting ones. */
  readonly minN: number;
}

/** Integers in the metric's unit. */
export interface Target {
  readonly op: '<=' | '>=' | '<' | '>';
  readonly value: number;
  /** Upper end of a band: `60-80 %` is at least `value`, at most this. */
  readonly upTo?: number;
  /** What of a duration it is about; left out: its headline. */
  readonly of?: Statistic;
  /** Left out: the headline's clock. */
  readonly clock?: Clock;
  /** Of money, as it was written. */
  readonly currency?: string;
  /** `ref`: from the reference definitions; `def`: a starting value. */
  readonly source?: 'ref' | 'def';
}

export const STATISTICS = ['p50', 'p90', 'mean', 'max'] as const;
export type Statistic = (typeof STATISTICS)[number];

/** A reference in a currency that is not reported: told, compared with nothing (metrics.md 5.6). */
export interface Benchmark extends Target {
  readonly currency: string;
}

export const ROLES = ['R', 'A', 'C', 'I'] as const;
export type Role = (typeof ROLES)[number];
/** Who is responsible, accountable, consulted, informed. */
export type Raci = Readonly<Partial<Record<Role, string>>>;

/** What holds for one value that a node is told by, in place of the node's own. */
export interface Segment {
  /** Of several at once `channel,priority`, and as its value what stands in the row: `channel=email,priority=high`. */
  readonly dimension: string;
  readonly value: string;
  readonly target?: Target;
  readonly benchmark?: Benchmark;
  readonly owner?: string;
  readonly raci?: Raci;
}

/** Another exact view of the same value, beside the tree's own. */
export type Lens =
  | { readonly name: string; readonly identity: Identity }
  /** Shares of `by` times the metric in each: what the mix changed, what the values did. */
  | { readonly name: string; readonly metric: string; readonly by: string };

export interface InfluenceEdge {
  readonly onto: string;
  readonly from: string;
  readonly sign: 1 | -1;
  /** After how long the influence is expected to show, ms. */
  readonly lagMs?: number;
}

export interface TreeNode {
  /** A metric id of the catalogue. */
  readonly id: string;
  readonly label: string;
  readonly shortLabel: string | null;
  readonly identity: Identity | null;
  /** An identity in the metric's own parts, which are no nodes: as it was written. */
  readonly formula?: string;
  readonly lenses?: readonly Lens[];
  /** What its children by value are told by. */
  readonly by: readonly Dimension[];
  /** Those by several dimensions at once: `channel,priority`, names in order. */
  readonly crosses?: readonly string[];
  /** What it is to be told by and nothing counts yet: such children are unknown. */
  readonly uncounted?: readonly string[];
  readonly segments?: readonly Segment[];
  /** Children in file order; what it is not made of apart: parts of its lenses, then hypotheses. */
  readonly children: readonly string[];
  readonly influences: readonly string[];
  /** Metrics to be seen beside it: it may not get better at their expense. */
  readonly beside?: readonly string[];
  readonly target: Target | null;
  readonly benchmark?: Benchmark;
  readonly audience: Audience;
  /** Who answers for it: the responsible, else the accountable one. */
  readonly owner: string;
  readonly raci?: Raci;
  readonly alerts: readonly AlertRule[];
}

export interface CompiledTree {
  readonly id: string;
  readonly root: string;
  readonly nodes: readonly TreeNode[];
  /** The hypotheses among all `influences`, with signs and lags; absent in trees of older logs. */
  readonly edges?: readonly InfluenceEdge[];
}
