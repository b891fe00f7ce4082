/**
 * The rows of one metric by one dimension, or by several at once. Panes keep them all; so many are shown, and the others
 * together are `__other__`, a real child (metrics.md 4).
 */

import { UNALLOCATED } from '../cost/allocation.ts';
import type { MetricDefinition } from '../metrics/catalogue.ts';
import { shownMost } from '../metrics/crosses.ts';
import { OTHER, VALUES_MAX } from '../metrics/dimensions.ts';
import { seriesKey } from '../metrics/value.ts';
import type { Dimension } from '../tree/dimensions.ts';

/** A row that from now on counts in `__other__` too, or no longer. */
export interface Flip {
  readonly row: string;
  readonly other: string;
  readonly hidden: boolean;
}

export class RowGroup {
  readonly metric: MetricDefinition;
  readonly dimensions: readonly Dimension[];
  readonly other: string;
  /** Of money what no value could be found for: always shown, whatever the cap. */
  readonly unallocated: string;
  readonly rows: Set<string> = new Set();
  readonly hidden: Set<string> = new Set();
  #shown: readonly string[] | null = null;
  readonly #most: number;
  /** The tree still asks for rows by this dimension. */
  isKept = true;

  constructor(metric: MetricDefinition, dimensions: readonly Dimension[]) {
    this.metric = metric;
    this.dimensions = dimensions;
    this.#most = shownMost(dimensions);
    const named = (value: string): string =>
      seriesKey(metric.id, Object.fromEntries(dimensions.map((one) => [one, value])));
    this.other = named(OTHER);
    this.unallocated = named(UNALLOCATED);
  }

  /** Until the next whole hour a new value is shown only while there is room. */
  get hasRoom(): boolean {
    return this.rows.size - this.hidden.size < this.#most;
  }

  /** One of the values that the cap is about. */
  holds(row: string): boolean {
    return row !== this.other && row !== this.unallocated;
  }

  /** Of thousands of values so many as the cap allows. */
  get shown(): readonly string[] {
    this.#shown ??= [...this.rows].filter((row) => !this.hidden.has(row));
    return this.#shown;
  }

  add(row: string, hidden: boolean): void {
    this.#shown = null;
    this.rows.add(row);
    if (hidden) this.hidden.add(row);
  }

  /** So many values are known that a new one is told with the others for good. */
  get isFull(): boolean {
    return this.rows.size >= VALUES_MAX;
  }

  /** Shows the rows of the largest n, of equals the smaller keys. */
  rank(n: (row: string) => number): Flip[] {
    if (this.hidden.size === 0) return [];
    const ranked = [...this.rows]
      .map((row) => ({ row, n: n(row) }))
      .sort((a, b) => b.n - a.n || (a.row < b.row ? -1 : 1));
    const flips: Flip[] = [];
    this.#shown = null;
    for (const [place, { row }] of ranked.entries()) {
      const hidden = place >= this.#most;
      if (hidden === this.hidden.has(row)) continue;
      if (hidden) this.hidden.add(row);
      else this.hidden.delete(row);
      flips.push({ row, other: this.other, hidden });
    }
    return flips;
  }
}
