/** A node's value from its children's, in integers: one exact product, one division, last. */
import type { NamedMetric } from '../metrics/sheet.ts';
import type { Unit } from '../metrics/value.ts';
import { divRound, mulDivRound } from '../num/integer.ts';
import type { Identity } from './tree.ts';

const PPM = 1_000_000;

/** Children of an identity in its own order; `den` after `num`. */
export function childrenOf(identity: Identity | null): readonly string[] {
  if (identity === null) return [];
  if (identity.op === 'sum') return identity.parts.map((part) => part.node);
  if (identity.op === 'product') return identity.factors;
  return [identity.num, identity.den];
}

/**
 * The integer value of a node in its unit; null if a child has none or a denominator is 0.
 * `unit` is the node's: a ratio of counts is a share in ppm, money over counts stays micro.
 */
export function evaluateIdentity(
  identity: Identity,
  unit: Unit,
  childValue: (child: string) => number | null,
): number | null {
  const values: number[] = [];
  for (const child of childrenOf(identity)) {
    const value = childValue(child);
    if (value === null) return null;
    values.push(value);
  }
  if (identity.op === 'sum') {
    return identity.parts.reduce((sum, part, i) => sum + part.sign * values[i]!, 0);
  }
  if (identity.op === 'product') return productOf(values);
  return ratioOf(values[0]!, values[1]!, unit);
}

function productOf(values: readonly number[]): number {
  let product = 1n;
  for (const value of values) product *= BigInt(value);
  return Number(product);
}

function ratioOf(num: number, den: number, unit: Unit): number | null {
  if (den === 0) return null;
  const sign = den < 0 ? -1 : 1;
  return unit === 'ppm'
    ? mulDivRound(sign * num, PPM, sign * den)
    : divRound(sign * num, sign * den);
}

/** Looks a metric up; null if there is none. The catalogue's `metricSheet` in production. */
export type KnownMetrics = (id: string) => NamedMetric | null;
