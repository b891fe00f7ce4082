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

/** Adds up parts; one for thousands of entries, so that reading a cost makes no garbage. */
export class CostTally implements CostSum {
  micro = 0;
  grossMicro = 0;
  provisionalMicro = 0;

  add(micro: number, { stage }: CostEntry): void {
    const gross = Math.abs(micro);
    this.micro += micro;
    this.grossMicro += gross;
    if (stage === 'provisional') this.provisionalMicro += gross;
  }
}

export interface SpanCost extends CostSum {
  /** Entries that touch the span, those without a rate apart. */
  readonly entries: number;
  readonly parked: number;
  /** Categories of the entries that are counted, and of those that are parked. */
  readonly counted: ReadonlySet<CostCategory>;
  readonly unpriced: ReadonlySet<CostCategory>;
}

/** Cost of [from, to) in the reporting currency. */
export function costBetween(entries: Iterable<CostEntry>, span: Span, terms: CostTerms): SpanCost {
  const counted = new Set<CostCategory>();
  const unpriced = new Set<CostCategory>();
  const sum = new CostTally();
  let touching = 0;
  let parked = 0;
  for (const entry of entries) {
    if (!touches(entry, span)) continue;
    const part = partOf(entry, span, terms);
    if (part === null) {
      parked += 1;
      unpriced.add(entry.category);
      continue;
    }
    touching += 1;
    counted.add(entry.category);
    sum.add(part, entry);
  }
  const { micro, grossMicro, provisionalMicro } = sum;
  return { micro, grossMicro, provisionalMicro, entries: touching, parked, counted, unpriced };
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
