/** Everything that windows are read from: panes and distinct counts, at both pane sizes. */
import { createDistinctStore, type DistinctStore } from '../panes/distinct.ts';
import { createPaneStore, type PaneStore } from '../panes/pane-store.ts';
import { PANE_SIZES_MS, WINDOWS, type WindowSpec } from '../panes/window.ts';

export interface Level {
  readonly paneMs: number;
  readonly panes: PaneStore;
  readonly distinct: DistinctStore;
}

/** Where a row keeps its durations in open hours, beside those of the wall. */
const OPEN = '~open';
export const openCell = (row: string): string => `${row}${OPEN}`;
const rowOfCell = (cell: string): string =>
  cell.endsWith(OPEN) ? cell.slice(0, -OPEN.length) : cell;

export interface WindowsState {
  readonly levels: readonly Level[];
  level(spec: WindowSpec): Level;
  /** Moves log time at every level; returns the series whose windows changed. */
  advance(T: number): ReadonlySet<string>;
}

const NOTHING: ReadonlySet<string> = new Set();
/** Every pane is a whole number of these: where none of them ended, no window moved. */
const FINEST_MS: number = Math.min(...PANE_SIZES_MS);

export function createWindowsState(): WindowsState {
  const levels = PANE_SIZES_MS.map((paneMs) => {
    const specs = WINDOWS.filter((w) => w.paneMs === paneMs);
    return {
      paneMs,
      panes: createPaneStore(paneMs, specs),
      distinct: createDistinctStore(paneMs, specs),
    };
  });
  let pane = Number.NEGATIVE_INFINITY;
  return {
    levels,
    level: (spec) => levels.find((l) => l.paneMs === spec.paneMs)!,
    advance(T) {
      const next = Math.floor(T / FINEST_MS);
      if (next <= pane) return NOTHING;
      pane = next;
      const changed = new Set<string>();
      for (const level of levels) {
        level.panes.advance(T, changed);
        level.distinct.advance(T, changed);
      }
      return new Set([...changed].map(rowOfCell));
    },
  };
}
