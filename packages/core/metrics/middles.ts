/**
 * Durations of the accounts of a row, and how the medians of those accounts are spread. The median of an account is
 * worked out anew once something moved in its cell, and counts in its bucket: a reading walks the
 * buckets of the row, however many accounts there are.
 */

import { type Aggregate, addValue, newAggregate, type Pane, quantilesOf } from '../panes/cell.ts';
import { createPaneStore, type PaneStore, type WindowRead } from '../panes/pane-store.ts';
import type { Panes } from '../panes/window.ts';
import { markedCell } from './cell-names.ts';
import type { WindowCode } from './value.ts';

/** Of each window in turn, and after it of the one before it. */
type Each<V> = V[];

interface Row {
  readonly cells: Set<string>;
  readonly medians: Each<Aggregate>;
}

const NO_ROW: readonly Aggregate[] = [newAggregate(false), newAggregate(false)];

export class Middles {
  readonly #windows: readonly WindowCode[];
  readonly #floor: number;
  readonly #panes: PaneStore;
  readonly #rows: Map<string, Row> = new Map();
  /** The median of each cell as it counts in its row; null: it has too few. */
  readonly #medians: Map<string, Each<number | null>> = new Map();
  readonly #moved: Set<string> = new Set();

  /** An account of fewer than `floor` in a window counts in none of it. */
  constructor(panes: Panes, floor: number) {
    this.#windows = panes.windows.map(({ code }) => code);
    this.#floor = floor;
    this.#panes = createPaneStore(panes);
  }

  add(cell: string, at: number, ms: number, sign: 1 | -1): void {
    this.#panes.add(cell, at, ms, sign, true);
    this.#move(cell);
  }

  addPane(cell: string, at: number, pane: Pane): void {
    this.#panes.addPane(cell, at, pane);
    this.#move(cell);
  }

  advance(T: number, changed: Set<string>): void {
    const moved = new Set<string>();
    this.#panes.advance(T, moved);
    for (const cell of moved) {
      this.#moved.add(cell);
      changed.add(cell);
    }
  }

  /** Adds all accounts of a row to those of another, or takes them back. */
  merge(into: string, from: string, sign: 1 | -1): void {
    for (const cell of this.#rows.get(from)?.cells ?? []) {
      const target = `${into}${cell.slice(from.length)}`;
      this.#panes.merge(target, cell, sign);
      this.#move(target);
    }
  }

  /** How many accounts have their median in each bucket. */
  read(row: string, window: WindowCode): { readonly now: Aggregate; readonly before: Aggregate } {
    this.#settle();
    const at = 2 * this.#windows.indexOf(window);
    const [now, before] = this.#rows.get(row)?.medians.slice(at, at + 2) ?? NO_ROW;
    return { now: now!, before: before! };
  }

  #move(cell: string): void {
    this.#moved.add(cell);
    this.#rowOf(cell).cells.add(cell);
  }

  #rowOf(cell: string): Row {
    const name = markedCell(cell);
    let row = this.#rows.get(name);
    if (!row) {
      const medians = this.#windows.flatMap(() => [newAggregate(true), newAggregate(true)]);
      row = { cells: new Set(), medians };
      this.#rows.set(name, row);
    }
    return row;
  }

  #settle(): void {
    for (const cell of this.#moved) {
      const { medians } = this.#rowOf(cell);
      const was = this.#medians.get(cell);
      const is = this.#windows.flatMap((code) => this.#mediansOf(this.#panes.read(cell, code)));
      for (const [i, median] of is.entries()) {
        const known = was?.[i] ?? null;
        if (median === known) continue;
        if (known !== null) addValue(medians[i]!, known, -1, known);
        if (median !== null) addValue(medians[i]!, median, 1, median);
      }
      this.#medians.set(cell, is);
    }
    this.#moved.clear();
  }

  #mediansOf({ now, before, range, rangeBefore }: WindowRead): Each<number | null> {
    const medianOf = (sums: Aggregate, within: WindowRead['range']): number | null =>
      sums.n < this.#floor ? null : quantilesOf(sums, [50], within)[0]!;
    return [medianOf(now, range), medianOf(before, rangeBefore)];
  }
}
