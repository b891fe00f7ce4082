/** What part of something is, in ppm, and how far that can be trusted (metrics.md 0, RATIO). */
import { divRound } from '../num/integer.ts';

export const ppm = (num: number, den: number): number => divRound(num * 1_000_000, den);

/** Of averages: thousandths. Null over none. */
export const milli = (num: number, den: number): number | null =>
  den > 0 ? divRound(num * 1_000, den) : null;

/** Null over none. */
export const share = (num: number, den: number): number | null => (den > 0 ? ppm(num, den) : null);

export interface Interval {
  readonly low: number | null;
  readonly high: number | null;
}

/** Wilson score interval, z = 1.96, in ppm. Doubles on emission only. */
export function wilson(num: number, den: number): Interval {
  // More than all of it is no part: both are counted by themselves.
  if (den === 0 || num > den) return { low: null, high: null };
  const z = 1.96;
  const p = num / den;
  const centre = p + (z * z) / (2 * den);
  const spread = z * Math.sqrt((p * (1 - p)) / den + (z * z) / (4 * den * den));
  const scale = 1 + (z * z) / den;
  const at = (x: number): number => Math.round(Math.min(1, Math.max(0, x / scale)) * 1_000_000);
  return { low: at(centre - spread), high: at(centre + spread) };
}
