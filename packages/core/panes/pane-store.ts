/**
 * Panes of one size for many cells. `add` places a value by its instant; `advance` moves log time,
 * and with it every window's edges. Work follows the touched panes, not the keys or the time passed:
 * a pane schedules the edges at which it enters and leaves each window.
 */
import type { WindowCode } from '../metrics/value.ts';
import {
  type Aggregate,
  addPane,
  addToPane,
  bump,
  newAggregate,
  type Pane,
  type Range,
  rangeOf,
  widen,
} from './cell.ts';
import { MinHeap } from './heap.ts';
import { bucketOf } from './quantile.ts';
import type { WindowSpec } from './window.ts';

interface WindowSums {
  readonly now: Aggregate;
  readonly before: Aggregate;
}

interface CellState {
  readonly panes: Map<number, Pane>;
  readonly windows: readonly WindowSums[];
  readonly exact: boolean;
}

/** At pane `at` of log time, pane `pane` crosses an edge of window `window`. */
interface Edge {
  readonly at: number;
  readonly pane: number;
  readonly window: number;
  readonly kind: 'leaves' | 'entersBefore' | 'leavesBefore';
}

export interface WindowRead {
  readonly now: Aggregate;
  readonly before: Aggregate;
  /** True extremes of the window now; null where nothing is exact or it is empty. */
  readonly range: Range | null;
  readonly rangeBefore: Range | null;
}

export interface PaneStore {
  /** Adds `value` at `at` to a cell, or takes it back. `exact` cells keep each value. */
  add(cell: string, at: number, value: number, sign: 1 | -1, exact: boolean): void;
  /** Moves log time; returns the cells whose windows changed. */
  advance(T: number): ReadonlySet<string>;
  read(cell: string, window: WindowCode): WindowRead;
  /** Count and sum of the panes from `fromPane` on: what a MONEY window leaves out. */
  from(cell: string, fromAt: number): { readonly n: number; readonly sum: number };
  /** Count and sum of the one pane that holds `at`. */
  paneAt(cell: string, at: number): { readonly n: number; readonly sum: number };
  cells(): Iterable<string>;
}

const EMPTY = { n: 0, sum: 0 };

export function createPaneStore(paneMs: number, specs: readonly WindowSpec[]): PaneStore {
  const lengths = specs.map((spec) => spec.lengthMs / paneMs);
  const reach = 2 * Math.max(...lengths);
  const cells = new Map<string, CellState>();
  const cellsOfPane = new Map<number, Set<string>>();
  const edges = new MinHeap<Edge>((a, b) => a.at - b.at || a.pane - b.pane);
  let current = Number.NEGATIVE_INFINITY;
  /** The newest pane ever touched: an instant may lie a little ahead of log time. */
  let newest = Number.NEGATIVE_INFINITY;

  function cellOf(id: string, exact: boolean): CellState {
    const known = cells.get(id);
    if (known) return known;
    const windows = specs.map(() => ({ now: newAggregate(), before: newAggregate() }));
    const fresh = { panes: new Map<number, Pane>(), windows, exact };
    cells.set(id, fresh);
    return fresh;
  }

  function schedule(pane: number): void {
    for (const [window, length] of lengths.entries()) {
      edges.push({ at: pane + length, pane, window, kind: 'entersBefore' });
      edges.push({ at: pane + length + 1, pane, window, kind: 'leaves' });
      edges.push({ at: pane + 2 * length + 1, pane, window, kind: 'leavesBefore' });
    }
  }

  /** Which of a window's two sums hold a pane as of the current one. */
  function holds(pane: number, length: number): { now: boolean; before: boolean } {
    return {
      now: pane >= current - length,
      before: pane >= current - 2 * length && pane <= current - length,
    };
  }

  function touch(pane: number, id: string): void {
    let touched = cellsOfPane.get(pane);
    if (!touched) {
      touched = new Set();
      cellsOfPane.set(pane, touched);
      schedule(pane);
    }
    touched.add(id);
  }

  function cross(edge: Edge, changed: Set<string>): void {
    for (const id of cellsOfPane.get(edge.pane) ?? []) {
      const cell = cells.get(id)!;
      const pane = cell.panes.get(edge.pane);
      if (!pane) continue;
      const sums = cell.windows[edge.window]!;
      if (edge.kind === 'leaves') addPane(sums.now, pane, -1);
      else addPane(sums.before, pane, edge.kind === 'entersBefore' ? 1 : -1);
      changed.add(id);
    }
  }

  function forget(pane: number): void {
    for (const id of cellsOfPane.get(pane) ?? []) cells.get(id)?.panes.delete(pane);
    cellsOfPane.delete(pane);
  }

  return {
    add(id, at, value, sign, exact) {
      const index = Math.floor(at / paneMs);
      if (index < current - reach) return;
      const cell = cellOf(id, exact);
      newest = Math.max(newest, index);
      let pane = cell.panes.get(index);
      if (!pane) {
        pane = { n: 0, sum: 0, values: exact ? new Map() : null, range: null };
        cell.panes.set(index, pane);
      }
      touch(index, id);
      addToPane(pane, value, sign);
      for (const [window, length] of lengths.entries()) {
        const held = holds(index, length);
        const sums = cell.windows[window]!;
        if (held.now) addValue(sums.now, value, sign, exact);
        if (held.before) addValue(sums.before, value, sign, exact);
      }
    },
    advance(T) {
      const changed = new Set<string>();
      const next = Math.floor(T / paneMs);
      while (edges.size > 0 && edges.peek()!.at <= next) {
        const edge = edges.pop()!;
        // An edge that had passed when its pane was first touched was counted by `add`.
        if (edge.at <= current) continue;
        cross(edge, changed);
        if (edge.kind === 'leavesBefore' && edge.at === edge.pane + reach + 1) forget(edge.pane);
      }
      current = Math.max(current, next);
      return changed;
    },
    read(id, code) {
      const window = specs.findIndex((spec) => spec.code === code);
      const cell = cells.get(id);
      if (!cell || window < 0) {
        return { now: newAggregate(), before: newAggregate(), range: null, rangeBefore: null };
      }
      const { now, before } = cell.windows[window]!;
      const length = lengths[window]!;
      return {
        now,
        before,
        range: extremes(cell, current - length, newest),
        rangeBefore: extremes(cell, current - 2 * length, current - length),
      };
    },
    from(id, fromAt) {
      const total = { n: 0, sum: 0 };
      for (const pane of panesIn(cells.get(id)?.panes, Math.floor(fromAt / paneMs), newest)) {
        total.n += pane.n;
        total.sum += pane.sum;
      }
      return total;
    },
    paneAt(id, at) {
      const { n, sum } = cells.get(id)?.panes.get(Math.floor(at / paneMs)) ?? EMPTY;
      return { n, sum };
    },
    cells: () => cells.keys(),
  };
}

function addValue(into: Aggregate, value: number, sign: 1 | -1, exact: boolean): void {
  into.n += sign;
  into.sum += sign * value;
  if (exact) bump(into.counts, bucketOf(value), sign);
}

function extremes(cell: CellState, from: number, to: number): Range | null {
  if (!cell.exact) return null;
  let range: Range | null = null;
  for (const pane of panesIn(cell.panes, from, to)) {
    const own = rangeOf(pane);
    if (own) range = widen(widen(range, own.min), own.max);
  }
  return range;
}

/** The panes in [from, to], by the shorter way: walking the numbers or the panes. */
function* panesIn(
  panes: ReadonlyMap<number, Pane> | undefined,
  from: number,
  to: number,
): Generator<Pane> {
  if (!panes) return;
  if (to - from > panes.size) {
    for (const [index, pane] of panes) if (index >= from && index <= to) yield pane;
    return;
  }
  for (let index = from; index <= to; index++) {
    const pane = panes.get(index);
    if (pane) yield pane;
  }
}
