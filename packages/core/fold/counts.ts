/** What transitions add to the windows of their metrics, and take back. */
import type { Transition } from '../conversation/transition.ts';
import { CATALOGUE } from '../metrics/catalogue.ts';
import type { WindowsState } from '../metrics/windows-state.ts';
import { type Contribution, marksOf } from './contributions.ts';
import type { ShownSeries } from './shown-series.ts';

export class Counts {
  readonly #windows: WindowsState;
  readonly #shown: ShownSeries;

  constructor(windows: WindowsState, shown: ShownSeries) {
    this.#windows = windows;
    this.#shown = shown;
  }

  add({ metric, rows, at, value }: Contribution, sign: 1 | -1): void {
    for (const row of rows) {
      this.#shown.see(row);
      for (const { panes } of this.#windows.levels) {
        panes.add(row, at, value, sign, metric.form === 'DUR');
      }
      this.#shown.touch(row);
    }
  }

  /** Distinct conversations count by all that one of them did. */
  replaceMarks(id: string, before: readonly Transition[], after: readonly Transition[]): void {
    for (const metric of CATALOGUE) {
      if (!metric.distinct) continue;
      const old = marksOf(metric, before);
      const fresh = marksOf(metric, after);
      for (const mark of fresh) for (const row of mark.rows) this.#shown.see(row);
      for (const { distinct } of this.#windows.levels) {
        for (const row of distinct.replace(id, old, fresh)) this.#shown.touch(row);
      }
    }
  }
}
