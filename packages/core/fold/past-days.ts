/**
 * What summaries counted, by row and local day: all that is left of their transitions for the windows of
 * 28 and 90 days. Those that a conversation still tells of itself are not in it, so that nothing counts twice.
 */
import { addToPane, type Pane } from '../panes/cell.ts';
import { bucketOf, bucketValue } from '../panes/quantile.ts';

/** Start of the day, n, sum; of durations the value of each bucket and how often, ascending. */
type StoredDay = readonly [
  start: number,
  n: number,
  sum: number,
  buckets?: readonly (readonly [value: number, times: number])[],
];

export class PastDays {
  readonly #cells: Map<string, Map<number, Pane>> = new Map();
  /** The first day that a window reaches. */
  #first = Number.NEGATIVE_INFINITY;

  add(cell: string, day: number, value: number, isDuration: boolean): void {
    if (day < this.#first) return;
    let days = this.#cells.get(cell);
    if (!days) {
      days = new Map();
      this.#cells.set(cell, days);
    }
    let pane = days.get(day);
    if (!pane) {
      pane = { n: 0, sum: 0, values: isDuration ? new Map() : null, range: null };
      days.set(day, pane);
    }
    addToPane(pane, value, 1, bucketValue(bucketOf(value)));
  }

  /** Forgets the days before `first`, or before what a cell is still asked for; `changed` hears of each that lost one. */
  dropBefore(
    first: number,
    firstOf: (cell: string) => number,
    changed: (cell: string) => void,
  ): void {
    if (first === this.#first) return;
    this.#first = first;
    for (const [cell, days] of this.#cells) {
      const from = firstOf(cell);
      for (const day of days.keys()) {
        if (day >= from) continue;
        days.delete(day);
        changed(cell);
      }
      if (days.size === 0) this.#cells.delete(cell);
    }
  }

  cells(): Iterable<string> {
    return this.#cells.keys();
  }

  *panes(): Generator<readonly [cell: string, day: number, pane: Pane]> {
    for (const [cell, days] of this.#cells) for (const [day, pane] of days) yield [cell, day, pane];
  }

  stored(cell: string): readonly StoredDay[] | undefined {
    const days = this.#cells.get(cell);
    return days && [...days].sort(([a], [b]) => a - b).map(([day, pane]) => storedDay(day, pane));
  }

  restore(cell: string, stored: readonly StoredDay[]): void {
    const panes = stored.map(([day, n, sum, buckets]): [number, Pane] => {
      return [day, { n, sum, values: buckets ? new Map(buckets) : null, range: null }];
    });
    this.#cells.set(cell, new Map(panes));
  }
}

function storedDay(day: number, { n, sum, values }: Pane): StoredDay {
  return values ? [day, n, sum, [...values].sort(([a], [b]) => a - b)] : [day, n, sum];
}
