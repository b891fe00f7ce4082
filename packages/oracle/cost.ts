/** Cost accrued between two instants (metrics.md 5.2, 5.3). */
import type { CostEntry, FactOf } from '@sapwood/core/facts';

/** The highest revision of each cost, in the reporting currency. */
export function entriesInForce(
  facts: readonly FactOf<'cost.entry'>[],
  currency: string,
): readonly CostEntry[] {
  const byCost = new Map<string, CostEntry>();
  for (const { body } of facts) {
    const known = byCost.get(body.costId);
    if (!known || body.revision > known.revision) byCost.set(body.costId, body);
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
