/** Quantiles in integer buckets with a relative error of at most 1 % (metrics.md 0, "Quantile"). */
import { DAY_MS } from '../time/instant.ts';

const TOP_MS: number = 400 * DAY_MS;

/** Lower edges: e0 = 1, e(k+1) = max(e(k) + 1, floor(e(k) * 102 / 100)), until 400 days are reached. */
export const BUCKET_EDGES: readonly number[] = (() => {
  const edges = [1];
  for (let edge = 1; edge < TOP_MS; ) {
    edge = Math.max(edge + 1, Math.floor((edge * 102) / 100));
    edges.push(edge);
  }
  return edges;
})();

/** Bucket of a duration: 0 for zero, else 1 + index of the last edge <= ms. */
export function bucketOf(ms: number): number {
  if (ms <= 0) return 0;
  let low = 0;
  let high = BUCKET_EDGES.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (BUCKET_EDGES[middle]! <= ms) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}

/** What a bucket reports: the middle of its edges, rounded down; the last one its edge. */
export function bucketValue(bucket: number): number {
  if (bucket === 0) return 0;
  const edge = BUCKET_EDGES[bucket - 1]!;
  const next = BUCKET_EDGES[bucket];
  return next === undefined ? edge : Math.floor((edge + next - 1) / 2);
}

/** Rank of the p-th percentile of n values, p in percent: ceil(p * n / 100), at least 1. */
export function rankOf(percent: number, n: number): number {
  return Math.max(1, Math.ceil((percent * n) / 100));
}

/** Values of ranks, ascending, from bucket counts, clamped to the true minimum and maximum of the window. */
export function valuesOfRanks(
  counts: ReadonlyMap<number, number>,
  ranks: readonly number[],
  min: number,
  max: number,
): number[] {
  const values: number[] = [];
  let seen = 0;
  for (const bucket of Uint16Array.from(counts.keys()).sort()) {
    seen += counts.get(bucket)!;
    while (values.length < ranks.length && seen >= ranks[values.length]!) {
      values.push(Math.min(max, Math.max(min, bucketValue(bucket))));
    }
    if (values.length === ranks.length) return values;
  }
  return ranks.map((_, i) => values[i] ?? max);
}
