/** How unevenly something lies on several (metrics.md 3.1, 24), ppm; counts stand in ascending order. */
import { divRound } from './integer.ts';

/** The largest over the median, by rank; null: the median is 0, or there is nobody. */
export function imbalance(counts: readonly number[]): number | null {
  const median = counts[Math.ceil(counts.length / 2) - 1] ?? 0;
  return median === 0 ? null : divRound(counts.at(-1)! * 1_000_000, median);
}

/** Gini's: 2 sum(i x_i) / (n sum x) - (n + 1) / n; 0: it lies evenly. null: there is nothing. */
export function gini(counts: readonly number[]): number | null {
  const n = counts.length;
  const sum = counts.reduce((a, b) => a + b, 0);
  if (sum === 0) return null;
  const weighted = counts.reduce((total, x, i) => total + (i + 1) * x, 0);
  return divRound((2 * weighted - (n + 1) * sum) * 1_000_000, n * sum);
}
