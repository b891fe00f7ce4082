/** Cost accrued between two instants (metrics.md 5.2, 5.3). */
import type { CostEntry, FactOf } from '@sapwood/core/facts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Over for two days and an hour, or as a correction for 35 days: forgotten. */
const isForgotten = ({ to, revision }: CostEntry, T: number): boolean =>
  to + (revision > 1 ? 35 * DAY_MS : 2 * DAY_MS + HOUR_MS) <= T - (T % HOUR_MS);

/** The highest revision of each cost that is still known, in the reporting currency. */
export function entriesInForce(
  told: readonly { readonly T: number; readonly fact: FactOf<'cost.entry'> }[],
  currency: string,
): readonly CostEntry[] {
  const byCost = new Map<string, CostEntry>();
  let hour = 0;
  for (const { T, fact } of told) {
    const { body } = fact;
    if (Math.floor(T / HOUR_MS) > hour) {
      for (const [id, entry] of byCost) if (isForgotten(entry, T)) byCost.delete(id);
      hour = Math.floor(T / HOUR_MS);
    }
    const known = byCost.get(body.costId);
    const isNew = known ? body.revision > known.revision : !isForgotten(body, T);
    if (isNew) byCost.set(body.costId, body);
  }
  return [...byCost.values()].filter((entry) => entry.currency === currency);
}

/** Micro-units accrued by `t`: even over the period; a credit as its absolute value. */
export function accrued({ amountMicro, from, to }: CostEntry, t: number): number {
  if (from === to) return t > from ? amountMicro : 0;
  const elapsed = BigInt(Math.min(Math.max(t, from), to) - from);
  const whole = BigInt(Math.abs(amountMicro));
  const part = Number((whole * elapsed) / BigInt(to - from));
  return amountMicro < 0 ? -part : part;
}

export function costBetween(entries: readonly CostEntry[], from: number, to: number): number {
  let sum = 0;
  for (const entry of entries) sum += accrued(entry, to) - accrued(entry, from);
  return sum;
}

/** Whether a window's cost is known: some entry's period lies in [from, to), at least in part. */
export function isCovered(entries: readonly CostEntry[], from: number, to: number): boolean {
  return entries.some((entry) =>
    entry.from === entry.to
      ? entry.from >= from && entry.from < to
      : entry.from < to && entry.to > from,
  );
}
