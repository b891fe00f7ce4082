/** "did you mean": the nearest known word, if it is near. The one place that decides what near is. */

/** Further off it is another word, however long both are. */
const EDITS_MAX = 3;

/** A third of the letters at most: of a short word little is left if two are wrong. */
const editsIn = (word: string): number => Math.min(EDITS_MAX, Math.floor(word.length / 3));

/** Edits (insert, delete, replace, exchange two neighbours) from one to the other, at most `limit + 1`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let older: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replace = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? older[j - 2]! + 1 : replace;
      row.push(Math.min(replace, swap, previous[j]! + 1, row[j - 1]! + 1));
    }
    [older, previous] = [previous, row];
  }
  return previous[b.length]!;
}

/** The nearest of `known`, in any case of letters; null if none is near. The first wins a tie. */
export function nearest(word: string, known: Iterable<string>): string | null {
  let best: string | null = null;
  const written = word.toLowerCase();
  let least = editsIn(word) + 1;
  for (const candidate of known) {
    const found = distance(written, candidate.toLowerCase(), least - 1);
    if (found < least && found < candidate.length) {
      best = candidate;
      least = found;
    }
  }
  return best;
}

/** ` - did you mean "port"?`, or the empty string. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const found = nearest(word, known);
  return found === null ? '' : ` - did you mean "${found}"?`;
}
