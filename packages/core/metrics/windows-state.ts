/** Everything that windows are read from: panes and distinct counts, over every grid of panes. */
import { createDistinctStore, type DistinctStore } from '../panes/distinct.ts';
import { createPaneStore, type PaneStore } from '../panes/pane-store.ts';
import { type Days, FINEST_MS, type Panes, panesFrom } from '../panes/window.ts';
import type { WindowCode } from './value.ts';

export interface Level extends Panes {
  readonly panes: PaneStore;
  readonly distinct: DistinctStore;
}

/** Where a window lies: instants that begin panes. */
export interface WindowSpan {
  /** A: the window is [A, T]. */
  readonly from: number;
  /** T': the last pane edge up to T, where money ends (metrics.md 5.2). */
  readonly edge: number;
  /** The same of the window that it is compared with. */
  readonly fromBefore: number;
  readonly edgeBefore: number;
}

/** Where a row keeps its durations in open hours, beside those of the wall. */
const OPEN = '~open';
export const openCell = (row: string): string => `${row}${OPEN}`;
export const rowOfCell = (cell: string): string =>
  cell.endsWith(OPEN) ? cell.slice(0, -OPEN.length) : cell;

export interface WindowsState {
  readonly levels: readonly Level[];
  level(code: WindowCode): Level;
  /** As of the last advance. */
  span(code: WindowCode): WindowSpan;
  /** Start of the local day that `at` lies in. */
  dayOf(at: number): number;
  /** How many windows, and windows before them, begin at `firstAt` or later. */
  fullSince(firstAt: number): number;
  /** Begins anew at T, with nothing counted, in days as they are now known. */
  restart(days: Days, T: number): void;
  /** Moves log time at every level; returns the series whose windows changed. */
  advance(T: number): ReadonlySet<string>;
}

const NOTHING: ReadonlySet<string> = new Set();

export function createWindowsState(days: Days): WindowsState {
  let levels: readonly Level[] = [];
  let byCode: ReadonlyMap<WindowCode, Level> = new Map();
  let spans: ReadonlyMap<WindowCode, WindowSpan> = new Map();
  /** Every pane is a whole number of the finest: where none of those ended, no window moved. */
  let pane = Number.NEGATIVE_INFINITY;

  function begin(by: Days, T: number): void {
    levels = panesFrom(by, T).map((panes) => ({
      ...panes,
      panes: createPaneStore(panes),
      distinct: createDistinctStore(panes),
    }));
    byCode = new Map(
      levels.flatMap((level) => level.windows.map(({ code }) => [code, level] as const)),
    );
    pane = Number.NEGATIVE_INFINITY;
    advance(T);
  }

  function advance(T: number): ReadonlySet<string> {
    const next = Math.floor(T / FINEST_MS);
    if (next <= pane) return NOTHING;
    pane = next;
    const changed = new Set<string>();
    for (const level of levels) {
      level.panes.advance(T, changed);
      level.distinct.advance(T, changed);
    }
    spans = new Map(levels.flatMap((level) => spansOf(level, T)));
    return new Set([...changed].map(rowOfCell));
  }

  begin(days, 0);
  return {
    get levels() {
      return levels;
    },
    level: (code) => byCode.get(code)!,
    span: (code) => spans.get(code)!,
    dayOf(at) {
      const { grid } = byCode.get('90d')!;
      return grid.startOf(grid.numberOf(at));
    },
    fullSince(firstAt) {
      let full = 0;
      for (const { from, fromBefore } of spans.values()) {
        full += Number(from >= firstAt) + Number(fromBefore >= firstAt);
      }
      return full;
    },
    restart: begin,
    advance,
  };
}

function spansOf({ grid, windows }: Level, T: number): [WindowCode, WindowSpan][] {
  const newest = grid.numberOf(T);
  return windows.map(({ code, edges }) => {
    const { from, fromBefore, toBefore } = edges(newest);
    const span = {
      from: grid.startOf(from),
      edge: grid.startOf(newest),
      fromBefore: grid.startOf(fromBefore),
      edgeBefore: grid.startOf(toBefore),
    };
    return [code, span];
  });
}
