/** Cost of a span: the sum over entries of what accrued in it (metrics.md 5.2, 5.3). */
import type { CostCategory, CostEntry } from '../facts/fact.ts';
import { accrued, type OpenMs } from './accrual.ts';
import { reported } from './currency.ts';

/** Instants [from, to), epoch ms. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What the workspace has declared about its money. */
export interface CostTerms {
  /** The reporting one, ISO 4217. */
  readonly currency: string;
  /** Left out: no schedule is declared, and all accrues evenly. */
  readonly openMs?: OpenMs;
}

/** A sum of entries' parts, in micro-units of the reporting currency. */
export interface CostSum {
  readonly micro: number;
  /** The same without regard to sign: what shares are taken of, since credits make `micro` small. */
  readonly grossMicro: number;
  /** Of the gross sum, from entries that are still provisional. */
  readonly provisionalMicro: number;
}

export const NO_COST: CostSum = { micro: 0, grossMicro: 0, provisionalMicro: 0 };

export function plus(sum: CostSum, micro: number, { stage }: CostEntry): CostSum {
  const gross = Math.abs(micro);
  return {
    micro: sum.micro + micro,
    grossMicro: sum.grossMicro + gross,
    provisionalMicro: sum.provisionalMicro + (stage === 'provisional' ? gross : 0),
  };
}

export interface SpanCost extends CostSum {
  /** Entries that touch the span, those without a rate apart. */
  readonly entries: number;
  readonly parked: number;
  /** Categories of all entries that touch the span, and of those that are counted. */
  readonly told: ReadonlySet<CostCategory>;
  readonly counted: ReadonlySet<CostCategory>;
}

/** Cost of [from, to) in the reporting currency. */
export function costBetween(entries: Iterable<CostEntry>, span: Span, terms: CostTerms): SpanCost {
  const told = new Set<CostCategory>();
  const counted = new Set<CostCategory>();
  let sum = NO_COST;
  let touching = 0;
  let parked = 0;
  for (const entry of entries) {
    if (!touches(entry, span)) continue;
    told.add(entry.category);
    const part = partOf(entry, span, terms);
    if (part === null) {
      parked += 1;
      continue;
    }
    touching += 1;
    counted.add(entry.category);
    sum = plus(sum, part, entry);
  }
  return { ...sum, entries: touching, parked, told, counted };
}

/** What of an entry lies in the span, signed; null: parked. */
export function partOf(entry: CostEntry, { from, to }: Span, terms: CostTerms): number | null {
  const own = reported(entry, terms.currency);
  return own && accrued(own, to, terms.openMs) - accrued(own, from, terms.openMs);
}

/** What is due at once belongs to the window that begins at its instant, not to one that ends there. */
export function touches(entry: CostEntry, { from, to }: Span): boolean {
  if (entry.from === entry.to) return entry.from >= from && entry.from < to;
  return entry.from < to && entry.to > from;
}
