/** What a transition adds to the metrics' cells and to their distinct counts. */
import { second } from '../conversation/track.ts';
import { type Amount, TRANSITION_KINDS, type Transition } from '../conversation/transition.ts';
import type { MetricDefinition } from '../metrics/catalogue.ts';
import { CATALOGUE } from '../metrics/catalogue.ts';
import { rowsOf } from '../metrics/rows.ts';
import type { Mark } from '../panes/distinct.ts';

export interface Contribution {
  readonly metric: MetricDefinition;
  readonly rows: readonly string[];
  readonly at: number;
  readonly value: number;
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
export function contributionsOf(t: Transition): Contribution[] {
  if (t.courtesy) return [];
  return addedBy.get(t.kind)!.flatMap(({ metric, adds }) => {
    const value = amountOf(t, adds);
    return value === null ? [] : [{ metric, rows: rowsOf(metric, t.dims), at: t.at, value }];
  });
}

function amountOf(t: Transition, adds: number | 'ms' | Amount): number | null {
  if (typeof adds === 'number') return adds;
  return adds === 'ms' ? t.ms : (t.amounts?.[adds] ?? null);
}

/** Live pieces of work of one conversation in order; a flagged one before its twin of the instant. */
export function marksOf(metric: MetricDefinition, transitions: readonly Transition[]): Mark[] {
  const { num, den } = metric.distinct!;
  const marks: Mark[] = [];
  for (const t of transitions) {
    if (!t.live) continue;
    const flagged = num.includes(t.kind);
    if (!flagged && !den.includes(t.kind)) continue;
    marks.push({ at: t.at, rows: rowsOf(metric, t.dims), flagged });
  }
  return marks.sort((a, b) => second(a.at) - second(b.at) || Number(b.flagged) - Number(a.flagged));
}
