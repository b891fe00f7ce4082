/** What a transition adds to the metrics' cells and to their distinct counts. */
import { second } from '../conversation/track.ts';
import {
  DURATIONS,
  type Duration,
  type HandledBy,
  TRANSITION_KINDS,
  type Transition,
  type TransitionKind,
} from '../conversation/transition.ts';
import type { Adds, MetricDefinition } from '../metrics/catalogue.ts';
import { CATALOGUE } from '../metrics/catalogue.ts';
import type { RowsOf } from '../metrics/rows.ts';
import type { Mark } from '../panes/distinct.ts';

export interface Contribution {
  readonly conversation: string;
  readonly transition: Transition;
  readonly metric: MetricDefinition;
  readonly rows: readonly string[];
  readonly at: number;
  readonly value: number;
  /** The same duration in open hours; null: none are declared, or it is none. */
  readonly open: number | null;
}

/** In which rows the transitions of a conversation count. */
export interface Told {
  readonly conversation: string;
  readonly rowsOf: RowsOf;
  readonly handledBy: HandledBy;
}

/** A contribution that comes, goes, or takes the place of one that differs in its rows alone. */
export interface Move {
  readonly metric: MetricDefinition;
  readonly from: Contribution | null;
  readonly to: Contribution | null;
}

/** Metrics that a kind of transition adds to, and what. */
const addedBy = new Map(
  TRANSITION_KINDS.map((kind) => [
    kind,
    CATALOGUE.flatMap((metric) => {
      const adds = metric.adds?.[kind];
      return adds === undefined ? [] : [{ metric, adds }];
    }),
  ]),
);

/** A return for thanks alone is told, and counts in no metric. */
export function contributionsOf(t: Transition, told: Told): Contribution[] {
  if (t.courtesy || !t.live) return [];
  const { conversation, rowsOf, handledBy } = told;
  const standing = { dims: t.dims, handledBy };
  return addedBy.get(t.kind)!.flatMap(({ metric, adds }) => {
    const value = amountOf(t, adds, handledBy);
    if (value === null) return [];
    const rows = rowsOf(metric, standing);
    const open = isDuration(adds) ? (t.open?.[adds] ?? null) : null;
    return [{ conversation, transition: t, metric, rows, at: t.at, value, open }];
  });
}

type Added = NonNullable<Adds[TransitionKind]>;

const isDuration = (adds: Added): adds is Duration =>
  (DURATIONS as readonly unknown[]).includes(adds);

function amountOf(t: Transition, adds: Added, by: HandledBy): number | null {
  if (typeof adds === 'number') return adds;
  if (typeof adds === 'object') return adds.handledBy.includes(by) ? adds.value : null;
  return adds === 'ms' ? t.ms : (t.amounts?.[adds] ?? null);
}

/** Pairs what goes with what comes in its place: most changes only move a count between rows. */
export function movesOf(before: readonly Contribution[], after: readonly Contribution[]): Move[] {
  const leaving = new Map<string, Contribution[]>();
  for (const from of before) {
    const key = placeOf(from);
    const known = leaving.get(key);
    if (known) known.push(from);
    else leaving.set(key, [from]);
  }
  const moves: Move[] = after.map((to) => {
    const from = leaving.get(placeOf(to))?.shift() ?? null;
    return { metric: to.metric, from, to };
  });
  for (const left of leaving.values()) {
    for (const from of left) moves.push({ metric: from.metric, from, to: null });
  }
  return moves;
}

const placeOf = ({ metric, at, value, open }: Contribution): string =>
  `${metric.id}|${at}|${value}|${open}`;

/** Live pieces of work of one conversation in order; a flagged one before its twin of the instant. */
export function marksOf(
  metric: MetricDefinition,
  transitions: readonly Transition[],
  { rowsOf, handledBy }: Told,
): Mark[] {
  const { num, den } = metric.distinct!;
  const marks: Mark[] = [];
  for (const t of transitions) {
    if (!t.live) continue;
    const flagged = num.includes(t.kind);
    if (!flagged && !den.includes(t.kind)) continue;
    marks.push({ at: t.at, rows: rowsOf(metric, { dims: t.dims, handledBy }), flagged });
  }
  return marks.sort((a, b) => second(a.at) - second(b.at) || Number(b.flagged) - Number(a.flagged));
}
