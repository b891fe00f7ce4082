/** Cost accrued between two instants, and what it lacks (metrics.md 5.2, 5.3, 5.6). */
import type { CostCategory, CostEntry, FactOf } from '@sapwood/core/facts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Over for twice ninety days and what may be left of them: forgotten. */
const isForgotten = ({ to }: CostEntry, T: number): boolean =>
  to + 182 * DAY_MS <= T - (T % HOUR_MS);

/** The highest revision of each cost that is still known. */
export function entriesInForce(
  told: readonly { readonly T: number; readonly fact: FactOf<'cost.entry'> }[],
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
  return [...byCost.values()];
}

/** Open milliseconds of [from, to), where a schedule is declared. */
export type Open = (from: number, to: number) => number;

/** Micro-units accrued by `t`, over the period or its open part; a credit as its absolute value. */
function accrued({ amountMicro, from, to, accrual }: CostEntry, t: number, open?: Open): number {
  if (from === to) return t > from ? amountMicro : 0;
  const until = Math.min(Math.max(t, from), to);
  let [passed, all] = [until - from, to - from];
  if (accrual === 'schedule' && open !== undefined && open(from, to) > 0) {
    [passed, all] = [open(from, until), open(from, to)];
  }
  const part = Number((BigInt(Math.abs(amountMicro)) * BigInt(passed)) / BigInt(all));
  return amountMicro < 0 ? -part : part;
}

/** What a workspace knows of its money. */
export interface Books {
  readonly entries: readonly CostEntry[];
  /** The reporting one. */
  readonly currency: string;
  readonly plan: readonly CostCategory[];
  readonly open?: Open;
}

/** Micro-units of the reporting currency, halves away from zero; null: nobody told the rate. */
function priced({ currency, amountMicro, fx }: CostEntry, reporting: string): number | null {
  if (currency === reporting) return amountMicro;
  if (fx === undefined) return null;
  const product = BigInt(amountMicro) * BigInt(fx.rateMicro);
  const size = product < 0n ? -product : product;
  const nearest = size / 1_000_000n + (size % 1_000_000n >= 500_000n ? 1n : 0n);
  return Number(product < 0n ? -nearest : nearest);
}

/** Whether an entry's period lies in [from, to), at least in part. */
const isIn = (entry: CostEntry, from: number, to: number): boolean =>
  entry.from === entry.to
    ? entry.from >= from && entry.from < to
    : entry.from < to && entry.to > from;

export interface Bill {
  /** null: nothing is known. */
  readonly micro: number | null;
  readonly provisionalPpm: number;
  /** What is not known of it, in any order. */
  readonly gaps: readonly string[];
}

export interface Line {
  readonly entry: CostEntry;
  /** What of it lies in the span. */
  readonly micro: number;
}

/** The entries of a span that have a price, and how many have none. */
export function linesOf(
  { entries, currency, open }: Books,
  from: number,
  to: number,
): { readonly lines: readonly Line[]; readonly parked: number } {
  const there = entries.filter((entry) => isIn(entry, from, to));
  const lines = there.flatMap((entry) => {
    const amountMicro = priced(entry, currency);
    if (amountMicro === null) return [];
    const whole = { ...entry, amountMicro };
    return [{ entry, micro: accrued(whole, to, open) - accrued(whole, from, open) }];
  });
  return { lines, parked: there.length - lines.length };
}

export function billOf(books: Books, from: number, to: number): Bill {
  const { lines, parked } = linesOf(books, from, to);
  const gaps = parked > 0 ? ['no_rate'] : [];
  if (lines.length === 0) return { micro: null, provisionalPpm: 0, gaps: [...gaps, 'no_cost'] };
  if (lines.every(({ entry }) => entry.category === 'salaries')) gaps.push('wages_only');
  for (const category of books.plan) {
    const own = books.entries.filter((entry) => entry.category === category);
    if (!own.some((entry) => isIn(entry, from, to))) gaps.push(`missing_${category}`);
  }
  const micro = lines.reduce((sum, line) => sum + line.micro, 0);
  return { micro, provisionalPpm: provisionalPpm(lines), gaps };
}

/** By size, whatever the sign: what is provisional among all. Some is never none. */
export function provisionalPpm(lines: readonly Line[]): number {
  const sizeOf = (some: readonly Line[]): bigint =>
    some.reduce((sum, { micro }) => sum + BigInt(Math.abs(micro)), 0n);
  const open = sizeOf(lines.filter(({ entry }) => entry.stage === 'provisional'));
  if (open === 0n) return 0;
  const all = sizeOf(lines);
  const ppm = Number((2_000_000n * open + all) / (2n * all));
  return ppm === 0 ? 1 : ppm;
}
