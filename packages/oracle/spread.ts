/** Cost by the values of a dimension, what is left handed out unit by unit (metrics.md 5.4). */
import type { CostEntry } from '@sapwood/core/facts';
import { type Books, type Line, linesOf, provisionalPpm } from './cost.ts';

/** Only what has one of these values in this dimension. */
export interface Only {
  readonly dimension: string;
  readonly values: readonly string[];
}
export type Weights = (driver: string, only: readonly Only[]) => ReadonlyMap<string, number>;

/** What of a bill is a value's, and which share of that is provisional. */
export interface Share {
  readonly micro: number;
  readonly provisionalPpm: number;
}

/** The share of each value; the value of what nothing weighs is `__unallocated__`. */
export function spread(
  books: Books,
  from: number,
  to: number,
  dimension: string,
  weights: Weights,
): Map<string, Share> {
  const parts = new Map<string, Line[]>();
  for (const { entry, micro } of linesOf(books, from, to).lines) {
    const sign = micro < 0 ? -1 : 1;
    for (const [value, part] of partsOf(entry, Math.abs(micro), dimension, weights)) {
      parts.set(value, [...(parts.get(value) ?? []), { entry, micro: sign * part }]);
    }
  }
  const shares = [...parts].map(([value, lines]): [string, Share] => {
    const micro = lines.reduce((sum, line) => sum + line.micro, 0);
    return [value, { micro, provisionalPpm: provisionalPpm(lines) }];
  });
  return new Map(shares);
}

function partsOf(
  entry: CostEntry,
  micro: number,
  dimension: string,
  weights: Weights,
): ReadonlyMap<string, number> {
  const { scope } = entry;
  const named = scope?.dimension === 'agent' ? 'assignee' : scope?.dimension;
  if (scope && named === dimension) return new Map([[scope.value, micro]]);
  const [usual, only] = usualOf(entry);
  const restrictions = entry.driver ? [] : only;
  const all = scope
    ? [...restrictions, { dimension: named!, values: [scope.value] }]
    : restrictions;
  const drivers = [entry.driver ?? usual, 'handling_time', 'touches', 'contacts'];
  for (const driver of drivers) {
    const weighed = [...weights(driver, all)].filter(([, weight]) => weight > 0);
    if (weighed.length > 0) return handedOut(micro, weighed);
  }
  return new Map([['__unallocated__', micro]]);
}

/** The driver of a category and over what: the last paragraph of 5.4. */
function usualOf({ category }: CostEntry): [string, readonly Only[]] {
  if (['salaries', 'management', 'training', 'outsourced'].includes(category)) {
    return ['handling_time', [{ dimension: 'handled_by', values: ['human', 'mixed'] }]];
  }
  if (category === 'telephony') {
    return ['contacts', [{ dimension: 'channel', values: ['phone'] }]];
  }
  if (category === 'ai_usage') {
    return ['bot_messages', [{ dimension: 'handled_by', values: ['ai', 'mixed'] }]];
  }
  return ['contacts', []];
}

function handedOut(
  micro: number,
  weighed: readonly (readonly [string, number])[],
): Map<string, number> {
  const sum = weighed.reduce((total, [, weight]) => total + BigInt(weight), 0n);
  const shares = new Map<string, number>();
  const rests = new Map<string, bigint>();
  let left = BigInt(micro);
  for (const [value, weight] of weighed) {
    const product = BigInt(micro) * BigInt(weight);
    shares.set(value, Number(product / sum));
    rests.set(value, product % sum);
    left -= product / sum;
  }
  for (; left > 0n; left--) {
    let next: string | null = null;
    for (const [value, rest] of rests) {
      const than = next === null ? null : rests.get(next)!;
      if (than === null || rest > than || (rest === than && value < next!)) next = value;
    }
    shares.set(next!, shares.get(next!)! + 1);
    rests.delete(next!);
  }
  return shares;
}
