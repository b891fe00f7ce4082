/**
 * Panes of one grid for many cells. `add` places a value by its instant; `advance` moves log time,
 * and with it every window's edges. The panes that cross an edge are found by their numbers: work
 * follows the panes that something entered, neither the keys nor the time passed.
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
import { bucketOf, bucketValue } from './quantile.ts';
import { FIRST_PANE, LAST_PANE, minus, type Reach } from './reach.ts';
import type { Panes } from './window.ts';

/** A window, the one before it, and the same window some days back. */
type Side = 'now' | 'before' | 'back';
type EachSide<V> = Readonly<Record<'now' | 'before', V> & Partial<Record<Side, V>>>;
type WindowSums = EachSide<Aggregate>;
/** Which panes lie in it. */
type WindowReach = EachSide<Reach>;

interface CellState {
  readonly id: string;
  readonly panes: Map<number, HeldPane>;
  readonly windows: readonly WindowSums[];
  /** It keeps its values beside their sum. */
  readonly exact: boolean;
}

type Visit = (held: readonly HeldPane[], at: number) => void;

interface HeldPane extends Pane {
  readonly cell: CellState;
}

export interface WindowRead {
  readonly now: Aggregate;
  readonly before: Aggregate;
  /** Of a store that looks back. */
  readonly back?: Aggregate | undefined;
  /** Extremes of the values kept in the window now; null where none are or it is empty. */
  readonly range: Range | null;
  readonly rangeBefore: Range | null;
}

export interface PaneStore {
  /** Adds `value` at `at` to a cell, or takes it back. `exact` cells keep each value, or its bucket. */
  add(cell: string, at: number, value: number, sign: 1 | -1, exact: boolean): void;
  /** Adds all of a pane that was kept elsewhere. */
  addPane(cell: string, at: number, pane: Pane): void;
  /** Moves log time; adds the cells whose windows changed to `changed`. */
  advance(T: number, changed: Set<string>): void;
  read(cell: string, window: WindowCode): WindowRead;
  /** How many of each cell lie in a window, and in the one before it. */
  visitCounts(window: WindowCode, visit: (cell: string, now: number, before: number) => void): void;
  /** Count and sum of the panes from `fromPane` on: what a MONEY window leaves out. */
  from(cell: string, fromAt: number): { readonly n: number; readonly sum: number };
  /** How many lie in the panes from one to another, both included. */
  countIn(cell: string, from: number, to: number): number;
  /** The one pane that holds `at`. Not to be changed. */
  paneAt(cell: string, at: number): Readonly<Pane>;
  /** Adds all that a cell holds to another, or takes it back. */
  merge(into: string, from: string, sign: 1 | -1): void;
  cells(): Iterable<string>;
}

const EMPTY: Readonly<Pane> = { n: 0, sum: 0, values: null, range: null };
const NOTHING: WindowRead = {
  now: newAggregate(false),
  before: newAggregate(false),
  back: newAggregate(false),
  range: null,
  rangeBefore: null,
};

/** While log time has not begun. */
const UNPLACED: Reach = { from: FIRST_PANE, to: FIRST_PANE };

/** `backDays`: each window is read so many days back too. */
export function createPaneStore(
  { grid, windows: specs, inBuckets }: Panes,
  backDays: number | null = null,
): PaneStore {
  const sides: readonly Side[] = backDays === null ? ['now', 'before'] : ['now', 'before', 'back'];
  function onSides<V>(of: (side: Side) => V): EachSide<V> {
    return Object.fromEntries(sides.map((side) => [side, of(side)])) as EachSide<V>;
  }
  const cells = new Map<string, CellState>();
  /** By number: what of every cell lies in it. */
  const panes = new Map<number, HeldPane[]>();
  let current = Number.NEGATIVE_INFINITY;
  let reaches: readonly WindowReach[] = specs.map(() =>
    onSides((side) => (side === 'now' ? { from: FIRST_PANE, to: LAST_PANE } : UNPLACED)),
  );
  /** The first pane that a window reaches. */
  let oldest = FIRST_PANE;
  /** The newest pane ever touched: an instant may lie a little ahead of log time. */
  let newest = Number.NEGATIVE_INFINITY;
  /** Of the advance in hand. */
  let changed = new Set<string>();
  const kept = inBuckets
    ? (value: number): number => bucketValue(bucketOf(value))
    : (value: number): number => value;

  function cellOf(id: string, exact: boolean): CellState {
    const known = cells.get(id);
    if (known) return known;
    const windows = specs.map(() => onSides(() => newAggregate(exact)));
    const fresh = { id, panes: new Map<number, HeldPane>(), windows, exact };
    cells.set(id, fresh);
    return fresh;
  }

  /** Of the windows that a pane lies in, now and before. */
  function sumsOver({ windows }: CellState, index: number): Aggregate[] {
    const sums: Aggregate[] = [];
    for (const [window, reach] of reaches.entries()) {
      for (const side of sides) {
        const { from, to } = reach[side]!;
        if (index >= from && index <= to) sums.push(windows[window]![side]!);
      }
    }
    return sums;
  }

  function paneOf(cell: CellState, index: number): HeldPane {
    if (index > newest) newest = index;
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

  /** Visits the panes of a reach by the shorter way: walking the numbers or the panes. */
  function visitIn({ from, to }: Reach, visit: Visit): void {
    if (to - from > panes.size) {
      for (const [at, held] of panes) if (at >= from && at <= to) visit(held, at);
      return;
    }
    for (let at = from; at <= to; at++) {
      const held = panes.get(at);
      if (held) visit(held, at);
    }
  }

  /** Adds panes to a window's sum, or takes them from it. */
  function moving(window: number, into: Side, sign: 1 | -1): Visit {
    return (held) => {
      for (const pane of held) {
        if (pane.n === 0 && pane.sum === 0) continue;
        addPane(pane.cell.windows[window]![into]!, pane, sign);
        changed.add(pane.cell.id);
      }
    };
  }

  function slide(window: number, next: WindowReach): void {
    for (const side of sides) {
      const [was, is] = [reaches[window]![side]!, next[side]!];
      for (const reach of minus(is, was)) visitIn(reach, moving(window, side, 1));
      for (const reach of minus(was, is)) visitIn(reach, moving(window, side, -1));
    }
  }

  function forget(held: readonly HeldPane[], at: number): void {
    for (const { cell } of held) cell.panes.delete(at);
    panes.delete(at);
  }

  return {
    add(id, at, value, sign, exact) {
      const index = grid.numberOf(at);
      if (index < oldest) return;
      const cell = cellOf(id, exact);
      const known = exact ? kept(value) : null;
      addToPane(paneOf(cell, index), value, sign, known ?? value);
      for (const sums of sumsOver(cell, index)) addValue(sums, value, sign, known);
    },
    addPane(id, at, pane) {
      const index = grid.numberOf(at);
      if (index < oldest) return;
      const cell = cellOf(id, pane.values !== null);
      mergePane(paneOf(cell, index), pane, 1);
      for (const sums of sumsOver(cell, index)) addPane(sums, pane, 1);
    },
    advance(T, into) {
      const next = grid.numberOf(T);
      if (next <= current) return;
      changed = into;
      const nexts = specs.map((spec): WindowReach => {
        const { from, fromBefore, toBefore } = spec.edges(next);
        return {
          now: { from, to: LAST_PANE },
          before: { from: fromBefore, to: toBefore },
          ...(backDays === null ? {} : { back: spec.back(next, backDays) }),
        };
      });
      for (const [window, reach] of nexts.entries()) slide(window, reach);
      reaches = nexts;
      const first = Math.min(...nexts.flatMap((reach) => sides.map((side) => reach[side]!.from)));
      visitIn({ from: oldest, to: first - 1 }, forget);
      [oldest, current] = [first, next];
    },
    read(id, code) {
      const window = specs.findIndex((spec) => spec.code === code);
      const cell = cells.get(id);
      if (!cell || window < 0) {
        return NOTHING;
      }
      const { now, before, back } = cell.windows[window]!;
      const reach = reaches[window]!;
      return {
        now,
        before,
        back,
        range: extremes(cell, now, reach.now.from, newest),
        rangeBefore: extremes(cell, before, reach.before.from, reach.before.to),
      };
    },
    visitCounts(code, visit) {
      const window = specs.findIndex((spec) => spec.code === code);
      for (const { id, windows } of cells.values()) {
        const { now, before } = windows[window]!;
        visit(id, now.n, before.n);
      }
    },
    from(id, fromAt) {
      const total = { n: 0, sum: 0 };
      for (const pane of panesIn(cells.get(id)?.panes, grid.numberOf(fromAt), newest)) {
        total.n += pane.n;
        total.sum += pane.sum;
      }
      return total;
    },
    countIn(id, from, to) {
      let count = 0;
      for (const { n } of panesIn(cells.get(id)?.panes, from, to)) count += n;
      return count;
    },
    paneAt(id, at) {
      return cells.get(id)?.panes.get(grid.numberOf(at)) ?? EMPTY;
    },
    merge(into, from, sign) {
      const source = cells.get(from);
      if (!source) return;
      const target = cellOf(into, source.exact);
      for (const [index, pane] of source.panes) mergePane(paneOf(target, index), pane, sign);
      for (const [window, sums] of source.windows.entries()) {
        for (const side of sides) {
          mergeAggregate(target.windows[window]![side]!, sums[side]!, sign);
        }
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
