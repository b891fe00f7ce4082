/** What a cost entry has accrued by an instant (metrics.md 5.2). Money in integer micro-units. */
import type { CostEntry } from '../facts/fact.ts';
import { mulDivFloor } from '../num/integer.ts';

/** Milliseconds of [from, to) that lie in open hours. */
export type OpenMs = (from: number, to: number) => number;

/**
 * `acc(t) = floor(amount * m(from, t) / m(from, to))`, t clamped to [from, to]; m is the time that
 * passed, or for `schedule` the open part of it: where none of the period is open, or no schedule is
 * declared, the time that passed. `from = to` is due at once, for t > from. A credit accrues as its
 * absolute value, sign put back.
 */
export function accrued(entry: CostEntry, t: number, openMs?: OpenMs): number {
  const amount = Math.abs(entry.amountMicro);
  const sign = entry.amountMicro < 0 ? -1 : 1;
  if (t <= entry.from) return 0;
  if (t >= entry.to) return sign * amount;
  const measure = measureOf(entry, openMs);
  return sign * mulDivFloor(amount, measure(entry.from, t), measure(entry.from, entry.to)) || 0;
}

const elapsed: OpenMs = (from, to) => to - from;

function measureOf({ accrual, from, to }: CostEntry, openMs?: OpenMs): OpenMs {
  return accrual === 'schedule' && openMs && openMs(from, to) > 0 ? openMs : elapsed;
}
