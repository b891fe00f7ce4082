/** What a cost entry has accrued by an instant (metrics.md 5.2). Money in integer micro-units. */
import type { CostEntry } from '../facts/fact.ts';
import { mulDivFloor } from '../num/integer.ts';
import { WINDOWS } from '../panes/window.ts';
import { DAY_MS, HOUR_MS, wholeHour } from '../time/instant.ts';

/**
 * `acc(t) = floor(amount * elapsed(from, t) / elapsed(from, to))`, t clamped to [from, to];
 * `from = to` is due at once, for t > from. A credit accrues as its absolute value, sign put back.
 */
export function accrued(entry: CostEntry, t: number): number {
  const amount = Math.abs(entry.amountMicro);
  const sign = entry.amountMicro < 0 ? -1 : 1;
  if (entry.from === entry.to) return t > entry.from ? sign * amount : 0;
  if (t <= entry.from) return 0;
  if (t >= entry.to) return sign * amount;
  return sign * mulDivFloor(amount, t - entry.from, entry.to - entry.from) || 0;
}

export interface SpanCost {
  readonly micro: number;
  /** Of it, from entries that are still provisional. */
  readonly provisionalMicro: number;
  /** Entries that touch the span, those in a foreign currency apart. */
  readonly entries: number;
  readonly parked: number;
}

/** Cost of [from, to): the sum over entries of what accrued between. */
export function costBetween(
  entries: Iterable<CostEntry>,
  from: number,
  to: number,
  currency: string,
): SpanCost {
  let micro = 0;
  let provisionalMicro = 0;
  let touching = 0;
  let parked = 0;
  for (const entry of entries) {
    if (!overlaps(entry, from, to)) continue;
    if (entry.currency !== currency) {
      parked += 1;
      continue;
    }
    touching += 1;
    const part = accrued(entry, to) - accrued(entry, from);
    micro += part;
    if (entry.stage === 'provisional') provisionalMicro += Math.abs(part);
  }
  return { micro, provisionalMicro, entries: touching, parked };
}

/** What is due at once belongs to the window that begins at its instant, not to one that ends there. */
function overlaps(entry: CostEntry, from: number, to: number): boolean {
  if (entry.from === entry.to) return entry.from >= from && entry.from < to;
  return entry.from < to && entry.to > from;
}

/** Reach of the longest window and the one before it. */
const KEPT_MS: number = 2 * Math.max(...WINDOWS.map((w) => w.lengthMs)) + HOUR_MS;
/** A correction is kept for longer: an older revision that comes again must not take its place. */
const CORRECTION_KEPT_MS: number = 35 * DAY_MS;

/** Forgotten at T: no window reaches back to it. By whole hours, like all that is forgotten. */
export const isOver = ({ to, revision }: CostEntry, T: number): boolean =>
  to <= wholeHour(T) - (revision > 1 ? CORRECTION_KEPT_MS : KEPT_MS);

/** The revision that counts: the highest; of two with one number, the same one in any order. */
export function newerRevision(a: CostEntry, b: CostEntry): CostEntry {
  if (a.revision !== b.revision) return a.revision > b.revision ? a : b;
  return JSON.stringify(a) >= JSON.stringify(b) ? a : b;
}
