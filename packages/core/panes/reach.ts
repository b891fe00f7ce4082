/** Stretches of panes by their numbers, both ends included; one that ends before it begins is empty. */
export interface Reach {
  readonly from: number;
  readonly to: number;
}

export const FIRST_PANE: number = Number.MIN_SAFE_INTEGER;
/** Later than any: what is dated after log time counts in the newest pane. */
export const LAST_PANE: number = Number.MAX_SAFE_INTEGER;

/** What of `a` does not lie in `b`. */
export function minus(a: Reach, b: Reach): readonly Reach[] {
  if (b.to < b.from || b.to < a.from || b.from > a.to) return a.from <= a.to ? [a] : [];
  const left = { from: a.from, to: Math.min(a.to, b.from - 1) };
  const right = { from: Math.max(a.from, b.to + 1), to: a.to };
  return [left, right].filter(({ from, to }) => from <= to);
}
