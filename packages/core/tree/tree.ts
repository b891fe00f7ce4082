/**
 * The compiled metric tree: what `tree.yaml` says, validated and flat (design D11, metrics.md 6).
 * `packages/core/tree/compile.ts` makes it; both folds, the gateway and the wall read it.
 */
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

export interface TreeNode {
  /** A metric id of the catalogue. */
  readonly id: string;
  readonly label: string;
  readonly shortLabel: string | null;
  readonly identity: Identity | null;
  /** What its children by value are told by. */
  readonly by: readonly Dimension[];
  /** Children in file order; influence edges apart. */
  readonly children: readonly string[];
  readonly influences: readonly string[];
  /** Target in the metric's unit: `max` for lower-is-better. */
  readonly target: { readonly op: '<=' | '>=' | '<' | '>'; readonly value: number } | null;
  readonly audience: Audience;
  readonly owner: string;
  readonly alerts: readonly AlertRule[];
}

export interface CompiledTree {
  readonly id: string;
  readonly root: string;
  readonly nodes: readonly TreeNode[];
}
