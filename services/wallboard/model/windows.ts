/** Which window a tile or tree shows: the shortest with enough in it, and it is named. */
import { metricDefinition } from '@sapwood/core/catalogue';
import type { Cell, Series, WindowCode } from '@sapwood/core/metrics';
import { parseSeriesKey, WINDOW_CODES } from '@sapwood/core/metrics';
import { cellOf } from '@sapwood/protocol/honest';

/** A count has no floor of its own; below this a window of it says little. */
const COUNT_FLOOR = 20;

export const WINDOW_NAMES: Readonly<Record<WindowCode, string>> = {
  now: 'now',
  '5m': '5 min',
  '15m': '15 min',
  '30m': '30 min',
  '60m': '60 min',
  '24h': '24 h',
  bday: 'today',
  '7d': '7 days',
  '28d': '28 days',
  '56d': '8 weeks',
  '90d': '90 days',
};
/**
 * What a change of this window is told against where that is known. Of a day it is no hour of the week, but
 * those of the day so far, or of the 24 hours.
 */
export function usualName(window: WindowCode): string {
  if (window === 'bday') return 'usual by this time of a business day';
  return window === '24h' ? 'usual of these 24 h' : 'usual at this hour';
}

/** The same before its amount, where there is room for a word or two; beside it stands the window. */
export const usualWords = (window: WindowCode): string =>
  window === 'bday' ? 'usual by now' : 'usual';

/** Those that a screen chooses among: what moves while somebody looks. */
const LIVE: readonly WindowCode[] = ['now', '5m', '15m', '30m', '60m', '24h'];

function enough(series: Series, cell: Cell): boolean {
  if (cell.value === null || cell.lowN || cell.state === 'unknown') return false;
  if (series.form === 'COUNT') return Math.max(cell.value, cell.vsPrev ?? 0) >= COUNT_FLOOR;
  return cell.n >= (metricDefinition(parseSeriesKey(series.key)?.id ?? '')?.floor ?? 0);
}

export interface Choice {
  readonly window: WindowCode;
  /** Hour since the epoch in which it was chosen: it holds until the next one. */
  readonly hour: number;
}

/** The shortest with enough; else the longest with a value. Held for the hour while it still has. */
export function chooseWindow(
  series: Series | undefined,
  hour: number,
  held: Choice | null,
): Choice {
  const cells = new Map(series?.cells.map((cell) => [cell.window, cell]));
  const fits = (window: WindowCode): boolean => {
    const cell = cells.get(window);
    return series !== undefined && cell !== undefined && enough(series, cell);
  };
  if (held && held.hour === hour && fits(held.window)) return held;
  const valued = LIVE.filter((window) => (cells.get(window)?.value ?? null) !== null);
  return { window: LIVE.find(fits) ?? valued[valued.length - 1] ?? '24h', hour };
}

/** A week: the shortest over which cohorts are told once nothing in them is open. */
const COHORT_WINDOW: WindowCode = '7d';

/**
 * What a card of a window shows of a series. What is told over longer windows alone shows its shortest one,
 * and a cohort the last week of which nothing is open any more: in its newest days everything still is, so
 * that a rate of what may yet happen would look its best. null: the series has nothing to show.
 */
export function cellShown(series: Series, window: WindowCode): Cell | null {
  if (series.form !== 'COHORT') return cellFrom(series, window);
  const cell = cellOf(series, COHORT_WINDOW);
  return cell?.settled ? settledCell(series, cell, cell.settled) : cellFrom(series, window);
}

function cellFrom(series: Series, window: WindowCode): Cell | null {
  const longer = WINDOW_CODES.slice(WINDOW_CODES.indexOf(window));
  const told = longer.find((one) => cellOf(series, one) !== null);
  return told === undefined ? null : cellOf(series, told);
}

function settledCell(series: Series, cell: Cell, settled: NonNullable<Cell['settled']>): Cell {
  const { from, to, state, value, num, den, n } = settled;
  const floor = metricDefinition(parseSeriesKey(series.key)?.id ?? '')?.floor ?? 0;
  const part = { from, to, state, value, num, den, n, lowN: n < floor };
  return { ...cell, ...part, low: null, high: null, vsPrev: null, provisionalPpm: 0, shares: [] };
}

/** Names the window of a cell, shortly, where it is another one than was asked for. */
export function otherWindow({ window }: Cell, asked: WindowCode): string {
  if (window === asked || window === 'now') return '';
  return window === 'bday' ? WINDOW_NAMES.bday : window.replace(/(\d+)/, '$1 ');
}
