/** The record on `alerts.v1` (anomaly.md 11): one per transition of an alert's life cycle. */

export const ALERT_PHASES = ['pending', 'open', 'clearing', 'resolved', 'ok'] as const;
/** `ok` ends an alert that never opened. */
export type AlertPhase = (typeof ALERT_PHASES)[number];
export const SEVERITIES = ['notice', 'warning', 'high'] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface AlertDriver {
  /** Series key of the driver, a leaf of the identity tree. */
  readonly key: string;
  /** Exact share of the watched node's change, in that node's unit. */
  readonly share: number;
}

export interface Alert {
  readonly workspace: string;
  readonly topology: number;
  readonly seq: number;
  /** 32 hex: H(workspace, rule, node, segment, direction, first step). */
  readonly alertId: string;
  /** Counts transitions, re-sends included. Receivers de-duplicate on (alertId, revision). */
  readonly revision: number;
  readonly phase: AlertPhase;
  /** `firing` while open or clearing; `resolved` after; `pending` is shown, never sent. */
  readonly status: 'pending' | 'firing' | 'resolved';
  readonly severity: Severity;
  readonly rule: string;
  readonly node: string;
  /** Series key of what is watched, dimension values included. */
  readonly series: string;
  readonly on: 'value' | 'waiting' | 'oldest';
  readonly direction: 'above' | 'below';
  /** Observed value at `at`, and the bound it crossed. In `unit`. */
  readonly value: number;
  readonly bound: number;
  readonly unit: string;
  /** End of the step that left `ok`, and of the one that made this transition. */
  readonly since: number;
  readonly at: number;
  /** From the root to the node. */
  readonly path: readonly string[];
  /** Which span the drivers are measured against. */
  readonly reference: 'week_before' | 'span_before' | 'no_reference';
  /** The watched node's change against the reference, and how its leaves share it. */
  readonly delta: number | null;
  readonly drivers: readonly AlertDriver[];
  readonly owner: string;
  readonly audience: 'floor' | 'lead' | 'finance';
  /** The cause in one sentence (anomaly.md 12.3). */
  readonly text: string;
}
