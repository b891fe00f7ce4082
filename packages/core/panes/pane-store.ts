/**
 * Panes of one size for many cells. `add` places a value by its instant; `advance` moves log time,
 * and with it every window's edges. A pane crosses an edge when log time is a fixed number of panes
 * past it, so those that cross are found by their numbers: work follows the panes that something
 * entered, neither the keys nor the time passed.
 */
import type { WindowCode } from '../metrics/value.ts';
import {
  type Aggregate,
  addPane,
  addToPane,
  addValue,
  mergeAggregate,
  mergePane,
  newAggregate,
  type Pane,
  type Range,
  rangeOf,
  widen,
} from './cell.ts';
import type { WindowSpec } from './window.ts';

interface WindowSums {
  readonly now: Aggregate;
  readonly before: Aggregate;
}

interface CellState {
  readonly id: string;
  readonly panes: Map<number, HeldPane>;
  readonly windows: readonly WindowSums[];
  readonly exact: boolean;
}

type Visit = (held: readonly HeldPane[], at: number) => void;

interface HeldPane extends Pane {
  readonly cell: CellState;
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
  /** Moves log time; adds the cells whose windows changed to `changed`. */
  advance(T: number, changed: Set<string>): void;
  read(cell: string, window: WindowCode): WindowRead;
  /** Count and sum of the panes from `fromPane` on: what a MONEY window leaves out. */
  from(cell: string, fromAt: number): { readonly n: number; readonly sum: number };
  /** Count and sum of the one pane that holds `at`. */
  paneAt(cell: string, at: number): { readonly n: number; readonly sum: number };
  /** Adds all that a cell holds to another, or takes it back. */
  merge(into: string, from: string, sign: 1 | -1): void;
  cells(): Iterable<string>;
}

const EMPTY = { n: 0, sum: 0 };
const NOTHING: WindowRead = {
  now: newAggregate(false),
  before: newAggregate(false),
  range: null,
  rangeBefore: null,
};

export function createPaneStore(paneMs: number, specs: readonly WindowSpec[]): PaneStore {
  const lengths = specs.map((spec) => spec.lengthMs / paneMs);
  const reach = 2 * Math.max(...lengths);
  const cells = new Map<string, CellState>();
  /** By number: what of every cell lies in it. */
  const panes = new Map<number, HeldPane[]>();
  let current = Number.NEGATIVE_INFINITY;
  /** The newest pane ever touched: an instant may lie a little ahead of log time. */
  let newest = Number.NEGATIVE_INFINITY;
  /** Of the advance in hand. */
  let changed = new Set<string>();

  function cellOf(id: string, exact: boolean): CellState {
    const known = cells.get(id);
    if (known) return known;
    const windows = specs.map(() => ({ now: newAggregate(exact), before: newAggregate(exact) }));
    const fresh = { id, panes: new Map<number, HeldPane>(), windows, exact };
    cells.set(id, fresh);
    return fresh;
  }

  function paneOf(cell: CellState, index: number): HeldPane {
    const known = cell.panes.get(index);
    if (known) return known;
    const values = cell.exact ? new Map<number, number>() : null;
    const pane: HeldPane = { n: 0, sum: 0, values, range: null, cell };
    cell.panes.set(index, pane);
    const held = panes.get(index);
    if (held) held.push(pane);
    else panes.set(index, [pane]);
    return pane;
  }

  /** Visits the panes that come to lie `behind` panes back on the way to `next`, by the shorter way. */
  function passing(behind: number, next: number, visit: Visit): void {
    const [from, to] = [current - behind, next - behind];
    if (to - from > panes.size) {
      for (const [at, held] of panes) if (at > from && at <= to) visit(held, at);
      return;
    }
    for (let at = from + 1; at <= to; at++) {
      const held = panes.get(at);
      if (held) visit(held, at);
    }
  }

  /** Adds panes to a window's sum, or takes them from it. */
  function moving(window: number, into: 'now' | 'before', sign: 1 | -1): Visit {
    return (held) => {
      for (const pane of held) {
        if (pane.n === 0 && pane.sum === 0) continue;
        addPane(pane.cell.windows[window]![into], pane, sign);
        changed.add(pane.cell.id);
      }
    };
  }

  /** A pane stands in `now` up to one length back, in `before` from one length to two. */
  const edges = lengths.flatMap((length, window) => [
    { behind: length, visit: moving(window, 'before', 1) },
    { behind: length + 1, visit: moving(window, 'now', -1) },
    { behind: 2 * length + 1, visit: moving(window, 'before', -1) },
  ]);

  function forget(held: readonly HeldPane[], at: number): void {
    for (const { cell } of held) cell.panes.delete(at);
    panes.delete(at);
  }

  return {
    add(id, at, value, sign, exact) {
      const index = Math.floor(at / paneMs);
      if (index < current - reach) return;
      const cell = cellOf(id, exact);
      if (index > newest) newest = index;
      addToPane(paneOf(cell, index), value, sign);
      const age = current - index;
      for (let window = 0; window < lengths.length; window++) {
        const length = lengths[window]!;
        const { now, before } = cell.windows[window]!;
        if (age <= length) addValue(now, value, sign, exact);
        if (age >= length && age <= 2 * length) addValue(before, value, sign, exact);
      }
    },
    advance(T, into) {
      const next = Math.floor(T / paneMs);
      if (next <= current) return;
      changed = into;
      for (const { behind, visit } of edges) passing(behind, next, visit);
      passing(reach + 1, next, forget);
      current = next;
    },
    read(id, code) {
      const window = specs.findIndex((spec) => spec.code === code);
      const cell = cells.get(id);
      if (!cell || window < 0) {
        return NOTHING;
      }
      const { now, before } = cell.windows[window]!;
      const length = lengths[window]!;
      return {
        now,
        before,
        range: extremes(cell, now, current - length, newest),
        rangeBefore: extremes(cell, before, current - 2 * length, current - length),
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
    merge(into, from, sign) {
      const source = cells.get(from);
      if (!source) return;
      const target = cellOf(into, source.exact);
      for (const [index, pane] of source.panes) mergePane(paneOf(target, index), pane, sign);
      for (const [window, { now, before }] of source.windows.entries()) {
        mergeAggregate(target.windows[window]!.now, now, sign);
        mergeAggregate(target.windows[window]!.before, before, sign);
      }
    },
    cells: () => cells.keys(),
  };
}

function extremes(cell: CellState, sums: Aggregate, from: number, to: number): Range | null {
  if (sums.range !== undefined) return sums.range;
  let range: Range | null = null;
  for (const pane of panesIn(cell.panes, from, to)) {
    const own = rangeOf(pane);
    if (own) range = widen(widen(range, own.min), own.max);
  }
  sums.range = range;
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
