/**
 * What summaries counted, by row and quarter of an hour: no conversation tells of it any more. Every zone's
 * hours are made of quarters, so that another zone finds its hours in them too.
 */
import { MINUTE_MS } from '../time/instant.ts';

export const QUARTER_MS: number = 15 * MINUTE_MS;

/** Number of the quarter since 1970, its count, and of a share what that is counted among; ascending. */
type StoredQuarter = readonly [quarter: number, count: number, among?: number];

/** The same in a quarter; null: it is no share. */
interface Counted {
  readonly count: number;
  readonly among: number | null;
}

export class PastQuarters {
  readonly #rows: Map<string, Map<number, Counted>> = new Map();

  add(row: string, at: number, value: number, among: number | null): void {
    const quarters = this.#rows.get(row) ?? new Map<number, Counted>();
    this.#rows.set(row, quarters);
    const quarter = Math.floor(at / QUARTER_MS);
    const known = quarters.get(quarter);
    quarters.set(quarter, {
      count: (known?.count ?? 0) + value,
      among: among === null ? null : (known?.among ?? 0) + among,
    });
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

  *all(): Generator<Counted & { readonly row: string; readonly at: number }> {
    for (const [row, quarters] of this.#rows) {
      for (const [quarter, counted] of quarters) {
        yield { row, at: quarter * QUARTER_MS, ...counted };
      }
    }
  }

  stored(row: string): readonly StoredQuarter[] | undefined {
    const quarters = this.#rows.get(row);
    return (
      quarters &&
      [...quarters]
        .sort(([a], [b]) => a - b)
        .map(([quarter, { count, among }]) =>
          among === null ? [quarter, count] : [quarter, count, among],
        )
    );
  }

  restore(row: string, stored: readonly StoredQuarter[]): void {
    const quarters = stored.map(
      ([quarter, count, among = null]) => [quarter, { count, among }] as const,
    );
    this.#rows.set(row, new Map(quarters));
  }
}
