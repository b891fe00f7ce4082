/** "did you mean": the nearest known word, if it is near. */

const DISTANCE_MAX = 2;

/** Edit distance (insert, delete, replace), at most `limit + 1`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replace = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replace, previous[j]! + 1, row[j - 1]! + 1));
    }
    previous = row;
  }
  return previous[b.length]!;
}

/** The nearest of `known` within `limit` edits; null if none is. The first wins a tie. */
export function nearest(
  word: string,
  known: Iterable<string>,
  limit: number = DISTANCE_MAX,
): string | null {
  let best: string | null = null;
  let bestDistance = limit + 1;
  for (const candidate of known) {
    const found = distance(word, candidate, limit);
    if (found < bestDistance && found < candidate.length) {
      best = candidate;
      bestDistance = found;
    }
  }
  return best;
}

/** ` - did you mean "port"?`, or the empty string. */
export function didYouMean(word: string, known: Iterable<string>, limit?: number): string {
  const found = nearest(word, known, limit);
  return found === null ? '' : ` - did you mean "${found}"?`;
}
