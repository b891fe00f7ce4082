/** One reporting currency (metrics.md 5.6). */
import type { CostEntry } from '../facts/fact.ts';
import { mulDivRound } from '../num/integer.ts';

const MICRO = 1_000_000;

/** The entry with its amount in the reporting currency; null: there is no rate, so it is parked. */
export function reported(entry: CostEntry, currency: string): CostEntry | null {
  if (entry.currency === currency) return entry;
  if (!entry.fx) return null;
  const amountMicro = mulDivRound(entry.amountMicro, entry.fx.rateMicro, MICRO);
  return { ...entry, currency, amountMicro };
}
