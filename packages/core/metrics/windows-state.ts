/** Everything that windows are read from: panes and distinct counts, at both pane sizes. */
import { createDistinctStore, type DistinctStore } from '../panes/distinct.ts';
import { createPaneStore, type PaneStore } from '../panes/pane-store.ts';
import { PANE_SIZES_MS, WINDOWS, type WindowSpec } from '../panes/window.ts';

interface Level {
  readonly paneMs: number;
  readonly panes: PaneStore;
  readonly distinct: DistinctStore;
}

export interface WindowsState {
  readonly levels: readonly Level[];
  level(spec: WindowSpec): Level;
  /** Moves log time at every level; returns the series whose windows changed. */
  advance(T: number): ReadonlySet<string>;
}

export function createWindowsState(): WindowsState {
  const levels = PANE_SIZES_MS.map((paneMs) => {
    const specs = WINDOWS.filter((w) => w.paneMs === paneMs);
    return {
      paneMs,
      panes: createPaneStore(paneMs, specs),
      distinct: createDistinctStore(paneMs, specs),
    };
  });
  return {
    levels,
    level: (spec) => levels.find((l) => l.paneMs === spec.paneMs)!,
    advance(T) {
      const changed = new Set<string>();
      for (const level of levels) {
        for (const id of level.panes.advance(T)) changed.add(id);
        for (const id of level.distinct.advance(T)) changed.add(id);
      }
      return changed;
    },
  };
}
