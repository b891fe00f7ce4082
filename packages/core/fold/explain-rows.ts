/** What is asked of a value, and which of what was told stands in its row and window. */
import {
  TRANSITION_KINDS,
  type Transition,
  type TransitionKind,
} from '../conversation/transition.ts';
import type { MetricDefinition } from '../metrics/catalogue.ts';
import { isModeCell } from '../metrics/cell-names.ts';
import type { Clock } from '../metrics/value.ts';
import type { Told } from './contributions.ts';
import type { ToldConversation } from './conversation-text.ts';
import type { WorkspaceFold } from './workspace.ts';

/** [from, until) of one row, or of those that stand together, by one clock. */
export interface Asked {
  readonly metric: MetricDefinition;
  readonly row: string | ((told: string) => boolean);
  readonly from: number;
  readonly until: number;
  readonly clock: Clock;
}

export interface FoundEvent {
  readonly transition: Transition;
  readonly amount: number;
  /** The row it is told in; where that one is hidden, it counts in `__other__`. */
  readonly row: string;
  readonly because: Transition | null;
}

export interface Found {
  readonly conversation: ToldConversation;
  readonly events: readonly FoundEvent[];
}

export interface Finding {
  readonly found: readonly Found[];
  readonly excluded: ReadonlyMap<string, number>;
}

/** What of a conversation counts in the row. */
export type Look = (
  conversation: ToldConversation,
  told: Told,
  asked: Asked,
  workspace: WorkspaceFold,
) => FoundEvent[];

const REMOVAL: readonly TransitionKind[] = TRANSITION_KINDS.filter(
  (kind) => kind === 'restored' || kind === 'merged_away' || kind.startsWith('removed.'),
);

/** What counts in a metric, and what tells why something does not. */
export function kindsOf({ adds, distinct, customers }: MetricDefinition): Set<TransitionKind> {
  return new Set([
    ...(Object.keys(adds ?? {}) as TransitionKind[]),
    ...(distinct ? [...distinct.num, ...distinct.den] : []),
    ...(customers ? (['cohort.opened'] as const) : []),
    ...(['created', 'opened'] as const),
    ...REMOVAL,
  ]);
}

export const isWithin = ({ at }: Transition, { from, until }: Asked): boolean =>
  at >= from && at < until;

export const rowsOf = (t: Transition, told: Told, { metric }: Asked): string[] =>
  told.rowsOf(metric, { dims: t.dims, handledBy: t.by ?? told.handledBy });

/** Those of the rows that stand in the one asked for: once for each time that they count in it. */
export function rowsWithin(
  rows: readonly string[],
  { row }: Asked,
  { shown }: WorkspaceFold,
): string[] {
  if (typeof row === 'function') return rows.filter(row);
  const counted = rows.filter((told) => !isModeCell(told));
  return counted.flatMap((told) =>
    shown
      .wouldStandIn(told)
      .filter((place) => place === row)
      .map(() => told),
  );
}
