/**
 * What summaries counted, by row and quarter of an hour: no conversation tells of it any more. Every zone's
 * hours are made of quarters, so that another zone finds its hours in them too.
 */
import { MINUTE_MS } from '../time/instant.ts';

export const QUARTER_MS: number = 15 * MINUTE_MS;

/** Number of the quarter since 1970 and its count, ascending. */
type StoredQuarter = readonly [quarter: number, count: number];

export class PastQuarters {
  readonly #rows: Map<string, Map<number, number>> = new Map();

  add(row: string, at: number, value: number): void {
    const quarters = this.#rows.get(row) ?? new Map<number, number>();
    this.#rows.set(row, quarters);
    const quarter = Math.floor(at / QUARTER_MS);
    quarters.set(quarter, (quarters.get(quarter) ?? 0) + value);
  }

  /** Forgets what lies before `at`; `changed` hears of each row that lost something. */
  dropBefore(at: number, changed: (row: string) => void): void {
    for (const [row, quarters] of this.#rows) {
      const before = quarters.size;
      for (const quarter of quarters.keys()) {
        if (quarter * QUARTER_MS < at) quarters.delete(quarter);
      }
      if (quarters.size < before) changed(row);
      if (quarters.size === 0) this.#rows.delete(row);
    }
  }

  rows(): Iterable<string> {
    return this.#rows.keys();
  }

  *all(): Generator<readonly [row: string, at: number, count: number]> {
    for (const [row, quarters] of this.#rows) {
      for (const [quarter, count] of quarters) yield [row, quarter * QUARTER_MS, count];
    }
  }

  stored(row: string): readonly StoredQuarter[] | undefined {
    const quarters = this.#rows.get(row);
    return quarters && [...quarters].sort(([a], [b]) => a - b);
  }

  restore(row: string, stored: readonly StoredQuarter[]): void {
    this.#rows.set(row, new Map(stored));
  }
}
