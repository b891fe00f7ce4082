/**
 * One cell: a count and a sum of exact values over panes, with the sums of every window and of the
 * same window one length earlier kept as panes come and go. Integers only, so a retraction leaves
 * no trace and a window slides in O(1), however long it is (design D8).
 */
import { bucketOf, rankOf, valuesOfRanks } from './quantile.ts';

/** What a window holds. `counts` are bucket counts, kept only for durations. */
export interface Aggregate {
  n: number;
  sum: number;
  readonly counts: Map<number, number>;
  /** Extremes of the values kept; null: there are none; undefined: one of them left, look again. */
  range: Range | null | undefined;
}

/** One pane of one cell: values as a multiset, exact or each as its bucket; for counts `sum` alone. */
export interface Pane {
  n: number;
  sum: number;
  readonly values: Map<number, number> | null;
  /** Extremes of `values`; null when unknown since one was taken back. */
  range: Range | null;
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Of plain counts: nobody adds to it. */
const NO_COUNTS: Map<number, number> = new Map();

export const newAggregate = (exact: boolean): Aggregate => ({
  n: 0,
  sum: 0,
  counts: exact ? new Map() : NO_COUNTS,
  range: null,
});

/** Adds one value to a window's sums, or takes it back. `kept` stands for it among the values; null: none are kept. */
export function addValue(into: Aggregate, value: number, sign: 1 | -1, kept: number | null): void {
  into.n += sign;
  into.sum += sign * value;
  if (kept === null) return;
  bump(into.counts, bucketOf(kept), sign);
  spanned(into, { min: kept, max: kept }, sign);
}

/** Adds (`sign` 1) or takes back (-1) a pane from a window's sums. */
export function addPane(into: Aggregate, pane: Pane, sign: 1 | -1): void {
  into.n += sign * pane.n;
  into.sum += sign * pane.sum;
  if (!pane.values) return;
  for (const [value, times] of pane.values) bump(into.counts, bucketOf(value), sign * times);
  spanned(into, rangeOf(pane), sign);
}

/** An extreme that goes leaves the next one unknown: it is looked for when it is asked for. */
function spanned(into: Aggregate, range: Range | null, sign: 1 | -1): void {
  if (into.n === 0) into.range = null;
  else if (!range || into.range === undefined) return;
  else if (sign > 0) into.range = widen(widen(into.range, range.min), range.max);
  else if (!into.range || range.min <= into.range.min || range.max >= into.range.max) {
    into.range = undefined;
  }
}

/** Adds to a count; one that comes to 0 is gone, so equal multisets are equal maps. */
export function bump<K>(counts: Map<K, number>, key: K, by: number): void {
  const next = (counts.get(key) ?? 0) + by;
  if (next === 0) counts.delete(key);
  else counts.set(key, next);
}

/** Adds one value to a pane, or takes it back. */
export function addToPane(pane: Pane, value: number, sign: 1 | -1, kept: number = value): void {
  pane.n += sign;
  pane.sum += sign * value;
  if (!pane.values) return;
  bump(pane.values, kept, sign);
  if (sign < 0) pane.range = null;
  else if (pane.range) pane.range = widen(pane.range, kept);
}

/** Extremes of a pane's values; null if it has none. */
export function rangeOf(pane: Pane): Range | null {
  if (!pane.values || pane.values.size === 0) return null;
  if (!pane.range) {
    let range: Range | null = null;
    for (const value of pane.values.keys()) range = widen(range, value);
    pane.range = range;
  }
  return pane.range;
}

export function widen(range: Range | null, value: number): Range {
  if (!range) return { min: value, max: value };
  return { min: Math.min(range.min, value), max: Math.max(range.max, value) };
}

/** Adds all of one pane to another's, or takes it back. */
export function mergePane(into: Pane, from: Pane, sign: 1 | -1): void {
  into.n += sign * from.n;
  into.sum += sign * from.sum;
  if (!into.values || !from.values) return;
  for (const [value, times] of from.values) bump(into.values, value, sign * times);
  into.range = null;
}

export function mergeAggregate(into: Aggregate, from: Aggregate, sign: 1 | -1): void {
  into.n += sign * from.n;
  into.sum += sign * from.sum;
  for (const [bucket, times] of from.counts) bump(into.counts, bucket, sign * times);
  into.range = into.n === 0 ? null : undefined;
}

/** Values of so many percent of what a window holds, within its extremes; null: they are not known. */
export function quantilesOf(
  sums: Aggregate,
  percents: readonly number[],
  range: Range | null,
): number[] {
  const ranks = percents.map((percent) => rankOf(percent, sums.n));
  const min = range?.min ?? 0;
  const max = range?.max ?? Number.MAX_SAFE_INTEGER;
  return valuesOfRanks(sums.counts, ranks, min, max);
}
