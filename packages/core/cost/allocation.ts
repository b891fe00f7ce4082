/** Cost by the values of a dimension (metrics.md 5.4): their sum is the cost, to the micro-unit. */
import type { CostDriver, CostEntry } from '../facts/fact.ts';
import { dimensionOf, FALLBACKS, type Restriction, spreadOf } from './drivers.ts';
import { type CostSum, CostTally, type CostTerms, partOf, type Span, touches } from './span.ts';

/** Stands for what no driver could place. */
export const UNALLOCATED = '__unallocated__';

/**
 * Weight of each value of the dimension in the window, counted over conversations within every one of
 * the restrictions: whole numbers from 0 on.
 */
export type Weigh = (
  driver: CostDriver,
  within: readonly Restriction[],
) => ReadonlyMap<string, number>;

export interface Allocation {
  readonly values: ReadonlyMap<string, CostSum>;
  /** Entries that touch the span and have no rate: they are in no value. */
  readonly parked: number;
}

/** Each entry's part of the span goes to the value its scope names, or is spread by its driver. */
export function allocate(
  entries: Iterable<CostEntry>,
  span: Span,
  dimension: string,
  weigh: Weigh,
  terms: CostTerms,
): Allocation {
  const values = new Map<string, CostTally>();
  let parked = 0;
  for (const entry of entries) {
    if (!touches(entry, span)) continue;
    const part = partOf(entry, span, terms);
    if (part === null) {
      parked += 1;
      continue;
    }
    // A credit is spread as its absolute value, sign put back.
    const sign = part < 0 ? -1 : 1;
    for (const [value, micro] of sharesOf(entry, Math.abs(part), dimension, weigh)) {
      const sum = values.get(value) ?? new CostTally();
      values.set(value, sum);
      sum.add(sign * micro, entry);
    }
  }
  return { values, parked };
}

function sharesOf(
  entry: CostEntry,
  micro: number,
  dimension: string,
  weigh: Weigh,
): ReadonlyMap<string, number> {
  const { scope } = entry;
  if (scope && dimensionOf(scope) === dimension) return new Map([[scope.value, micro]]);
  const { driver, within } = spreadOf(entry);
  for (const by of [driver, ...FALLBACKS]) {
    const shares = distribute(micro, weigh(by, within));
    if (shares) return shares;
  }
  return new Map([[UNALLOCATED, micro]]);
}

/**
 * Largest remainder: `floor(a * w / sum w)` each, and the units that are left one each to the largest
 * `a * w mod sum w`, ties by the smaller key. `a >= 0`. Null where nothing weighs anything. Throws
 * `RangeError` for a weight that is no whole number from 0 on.
 */
export function distribute(
  micro: number,
  weights: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> | null {
  const keys = [...weights.keys()].sort();
  let whole = 0n;
  for (const key of keys) whole += weightOf(weights, key);
  if (whole === 0n) return null;
  const parts = keys.map((key) => {
    const product = BigInt(micro) * weightOf(weights, key);
    return { key, floor: Number(product / whole), rest: product % whole };
  });
  let left = micro;
  for (const { floor } of parts) left -= floor;
  // The sort keeps the order of keys where the remainders are equal.
  parts.sort((a, b) => (a.rest === b.rest ? 0 : a.rest > b.rest ? -1 : 1));
  return new Map(parts.map(({ key, floor }, i) => [key, floor + Number(i < left)]));
}

function weightOf(weights: ReadonlyMap<string, number>, key: string): bigint {
  const weight = weights.get(key)!;
  if (Number.isSafeInteger(weight) && weight >= 0) return BigInt(weight);
  throw new RangeError(`the weight of ${key} is ${weight}, no whole number from 0 on`);
}
