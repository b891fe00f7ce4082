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

/** Value of a rank from bucket counts, clamped to the true minimum and maximum of the window. */
export function valueOfRank(
  counts: ReadonlyMap<number, number>,
  rank: number,
  min: number,
  max: number,
): number {
  let seen = 0;
  for (const bucket of [...counts.keys()].sort((a, b) => a - b)) {
    seen += counts.get(bucket)!;
    if (seen >= rank) return Math.min(max, Math.max(min, bucketValue(bucket)));
  }
  return max;
}
