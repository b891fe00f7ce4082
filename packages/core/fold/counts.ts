/** What transitions add to the windows of their metrics, and take back. */
import type { Transition } from '../conversation/transition.ts';
import { CATALOGUE, type MetricDefinition, metricDefinition } from '../metrics/catalogue.ts';
import { besideCell, cellIn, isModeCell, rowOfCell } from '../metrics/cell-names.ts';
import { ALWAYS } from '../metrics/dimensions.ts';
import { parseSeriesKey, rowsName } from '../metrics/value.ts';
import { type Level, storeOf, type WindowsState } from '../metrics/windows-state.ts';
import type { Pane } from '../panes/cell.ts';
import type { Mark } from '../panes/distinct.ts';
import type { UsualHours } from '../panes/usual-hours.ts';
import type { Dimension } from '../tree/dimensions.ts';
import { type Contribution, type Move, marksOf, type Told } from './contributions.ts';
import type { PeakRows } from './peak-rows.ts';
import type { Flip } from './row-groups.ts';
import type { ShownSeries } from './shown-series.ts';

export class Counts {
  readonly #windows: WindowsState;
  readonly #usual: UsualHours;
  readonly #peaks: PeakRows;
  readonly #shown: ShownSeries;

  constructor(windows: WindowsState, usual: UsualHours, peaks: PeakRows, shown: ShownSeries) {
    this.#windows = windows;
    this.#usual = usual;
    this.#peaks = peaks;
    this.#shown = shown;
  }

  add(contribution: Contribution): void {
    for (const row of contribution.rows) this.#add(contribution, row, 1);
  }

  /** What a day of a row counted that no conversation tells of any more. */
  addDay(cell: string, day: number, pane: Pane): void {
    const row = rowOfCell(cell);
    const metric = metricOf(row);
    const levels = this.#windows.levels.filter(({ reachesSummaries }) => reachesSummaries);
    for (const place of this.#shown.placesOf(row)) {
      const counted = cellIn(place, cell);
      for (const level of levels) {
        const store = isModeCell(cell) ? modesIn(level, metric) : storeOf(level, metric);
        store?.addPane(counted, day, pane);
      }
      if (isModeCell(cell)) this.#countedMode(metric, place, counted);
    }
  }

  /** What a row counted at about an instant, and no conversation tells of any more. */
  addUsual(row: string, at: number, count: number, among: number | null): void {
    for (const place of this.#shown.placesOf(row)) this.#usual.add(place, at, count, among);
  }

  move({ from, to }: Move): void {
    for (const row of from?.rows ?? []) if (!to?.rows.includes(row)) this.#add(from!, row, -1);
    for (const row of to?.rows ?? []) if (!from?.rows.includes(row)) this.#add(to!, row, 1);
  }

  #add(contribution: Contribution, told: string, sign: 1 | -1): void {
    if (isModeCell(told)) {
      this.#addMode(contribution, told, sign);
      return;
    }
    const { metric, at, value, beside, openUntil } = contribution;
    const isDuration = metric.form === 'DUR';
    for (const row of this.#shown.placesOf(told)) {
      for (const level of this.#windows.levels) {
        const store = storeOf(level, metric);
        store?.add(row, at, value, sign, isDuration);
        if (beside !== null) store?.add(besideCell(row), at, beside, sign, isDuration);
      }
      if (hasUsual(metric, row)) {
        const among = amongOf(metric, value);
        this.#usual.add(row, at, sign * value, among === null ? null : sign * among);
        this.#peaks.counted(row, at);
      }
      if (openUntil !== null) this.#windows.undecided.add(row, openUntil, sign);
      this.#shown.touch(row);
    }
  }

  #addMode({ metric, at, value, beside }: Contribution, told: string, sign: 1 | -1): void {
    for (const row of this.#shown.placesOf(rowOfCell(told))) {
      const cell = cellIn(row, told);
      for (const level of this.#windows.levels) {
        const store = modesIn(level, metric);
        store?.add(cell, at, value, sign, false);
        if (beside !== null) store?.add(besideCell(cell), at, beside, sign, false);
      }
      this.#countedMode(metric, row, cell);
    }
  }

  #countedMode({ ofPairs, novel }: MetricDefinition, row: string, cell: string): void {
    if (novel) this.#windows.tagSets.see(cell);
    if (ofPairs) this.#shown.pairs.counted(cell);
    else this.#shown.touch(row);
  }

  /** A row begins to count in `__other__` too, or ends to. */
  flip({ row, other, hidden }: Flip): void {
    const sign = hidden ? 1 : -1;
    this.#shown.placesOf(other);
    this.#windows.undecided.merge(other, row, sign);
    this.#usual.merge(other, row, sign);
    for (const level of this.#windows.levels) {
      const store = storeOf(level, metricOf(row));
      store?.merge(other, row, sign);
      store?.merge(besideCell(other), besideCell(row), sign);
      level.distinct.merge(other, row, sign);
      level.middles?.merge(other, row, sign);
      level.middles?.merge(besideCell(other), besideCell(row), sign);
    }
  }

  /** Distinct conversations count by all that one of them did. */
  replaceMarks(
    before: readonly Transition[],
    was: Told,
    after: readonly Transition[],
    told: Told,
  ): void {
    for (const metric of CATALOGUE) {
      if (!metric.distinct) continue;
      const old = this.#marksOf(metric, before, was);
      const fresh = this.#marksOf(metric, after, told);
      const subject = `${metric.id}/${told.conversation}`;
      for (const { distinct } of this.#windows.levels) {
        for (const cell of distinct.replace(subject, old, fresh)) {
          this.#shown.touch(rowOfCell(cell));
        }
      }
    }
  }

  #marksOf(metric: MetricDefinition, transitions: readonly Transition[], told: Told): Mark[] {
    return marksOf(metric, transitions, told).map((mark) => ({
      ...mark,
      rows: mark.rows.flatMap((row) => (isModeCell(row) ? [row] : this.#shown.placesOf(row))),
    }));
  }
}

/** Where a metric counts what is no row of it; undefined: it is told in no window of these. */
function modesIn(level: Level, { id, perAccount, modal, novel, ofPairs }: MetricDefinition) {
  if (perAccount) return level.middles;
  return modal || novel || ofPairs ? level.modes.get(id) : level.panes;
}

/**
 * What is usual is told of counts, and of shares of which both parts are counts that add up; in all and in the rows
 * that are always kept.
 */
export function hasUsual(metric: MetricDefinition, row: string): boolean {
  if (metric.form !== 'COUNT' && !isShareOfSums(metric)) return false;
  const rows = rowsName(row);
  return rows === null || ALWAYS.includes(rows.slice(rows.indexOf('{') + 1) as Dimension);
}

/** Nothing distinct, no difference of shares, nothing that waits now; and not told over weeks alone. */
const isShareOfSums = (metric: MetricDefinition): boolean =>
  metric.form === 'RATIO' &&
  metric.unit === 'ppm' &&
  metric.windows.includes('24h') &&
  !metric.distinct &&
  !metric.customers &&
  !metric.amongLate &&
  !metric.modal;

/** What a value counts among, of what is usual of a share; null: it is a count. */
export const amongOf = ({ form, isFlow }: MetricDefinition, value: number): number | null =>
  form === 'COUNT' ? null : isFlow ? 1 - value : 1;

/** How much of a row the last day counted, or the shortest window that it is told over. */
export function countedIn(windows: WindowsState, row: string): number {
  const metric = metricOf(row);
  if (metric.novel && !isNewAtAll(windows, row)) return 0;
  const code = metric.windows.includes('24h') ? '24h' : (metric.windows[0] ?? '24h');
  const level = windows.level(code);
  const counted = storeOf(level, metric)?.read(row, code).now.n ?? 0;
  // Who gave the ratings of a person stands beside them.
  return metric.privateBelow ? counted : counted + level.distinct.read(row, code).den;
}

const isNewAtAll = ({ tags, span }: WindowsState, row: string): boolean =>
  tags.isSince(parseSeriesKey(row)!.dims['tag']!, span('90d').from);

export function metricOf(row: string): MetricDefinition {
  const end = row.indexOf('{');
  return metricDefinition(end < 0 ? row : row.slice(0, end))!;
}
