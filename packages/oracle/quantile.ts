/** Quantiles of metrics.md 0: exact rank, value of its bucket, within the true least and greatest. */
const EDGE_MAX_MS = 400 * 86_400_000;

export const EDGES: readonly number[] = (() => {
  const edges = [1];
  while (edges.at(-1)! < EDGE_MAX_MS) {
    const e = edges.at(-1)!;
    edges.push(Math.max(e + 1, Math.floor((e * 102) / 100)));
  }
  return edges;
})();

/** What the bucket of a value reports; zero stands apart, beyond the last edge that edge does. */
export function bucketValue(value: number): number {
  if (value === 0) return 0;
  const k = EDGES.findIndex((edge, i) => edge <= value && value < (EDGES[i + 1] ?? Infinity));
  const next = EDGES[k + 1];
  return next === undefined ? EDGES[k]! : Math.floor((EDGES[k]! + next - 1) / 2);
}

/** `percent` of ascending values; null without any. */
export function quantile(ascending: readonly number[], percent: number): number | null {
  if (ascending.length === 0) return null;
  const rank = Math.ceil((percent * ascending.length) / 100);
  const mid = bucketValue(ascending[rank - 1]!);
  return Math.min(Math.max(mid, ascending[0]!), ascending.at(-1)!);
}
