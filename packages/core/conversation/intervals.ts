/** Intervals of time, [from, to); one that lasts ends at infinity. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** The same time as disjoint intervals in order. */
export function united(intervals: readonly Interval[]): Interval[] {
  const sorted = intervals.filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from);
  const found: Interval[] = [];
  for (const one of sorted) {
    const last = found.at(-1);
    if (last && one.from <= last.to) {
      found[found.length - 1] = { from: last.from, to: Math.max(last.to, one.to) };
    } else found.push(one);
  }
  return found;
}

/** What of them lies in [from, to). */
export const within = (intervals: readonly Interval[], from: number, to: number): Interval[] =>
  intervals.flatMap((one) => {
    const part = { from: Math.max(one.from, from), to: Math.min(one.to, to) };
    return part.from < part.to ? [part] : [];
  });

/** What of [from, infinity) lies in none of them; they stand in order. */
export function between(intervals: readonly Interval[], from: number): Interval[] {
  const gaps: Interval[] = [];
  let start = from;
  for (const one of intervals) {
    if (one.from > start) gaps.push({ from: start, to: one.from });
    start = Math.max(start, one.to);
  }
  if (Number.isFinite(start)) gaps.push({ from: start, to: Number.POSITIVE_INFINITY });
  return gaps;
}
