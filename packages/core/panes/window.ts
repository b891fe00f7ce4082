/**
 * The rolling windows of this topology (metrics.md 0, "Windows"). Panes of one size are numbered by a grid;
 * where a window lies is told in their numbers, so that counts of fixed length, of local days and of the
 * business day slide alike.
 */
import type { LocalDays } from '../directory/local-days.ts';
import type { WindowCode } from '../metrics/value.ts';
import { countUpTo } from '../num/sorted.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../time/instant.ts';
import type { Reach } from './reach.ts';

/** Instants to numbers of panes, which adjoin. */
export interface Grid {
  /** Of the pane that holds `t`. */
  numberOf(t: number): number;
  startOf(pane: number): number;
}

/** Where a window lies while one pane is the newest, in numbers of panes. */
export interface Edges {
  /** The first pane of the window; the newest is its last. */
  readonly from: number;
  /** First and last pane of the one that it is compared with. */
  readonly fromBefore: number;
  readonly toBefore: number;
  /** Up to here `toBefore` never goes back. */
  readonly settled: number;
}

export interface WindowSpec {
  readonly code: WindowCode;
  edges(newest: number): Edges;
  /** The same window so many days back: 24 h each, or local days where it is of those. */
  back(newest: number, days: number): Reach;
  /** The first pane at whose end the window no longer holds `pane`. */
  leaves(pane: number): number;
}

/** Panes of one size, and the windows over them. */
export interface Panes {
  readonly grid: Grid;
  readonly windows: readonly WindowSpec[];
  /** Windows of more than a day keep their durations in buckets, not each value. */
  readonly inBuckets: boolean;
  /** The windows reach behind what conversations remember of themselves. */
  readonly reachesSummaries: boolean;
}

export const FINEST_MS: number = 5 * SECOND_MS;
/** The longest window and the one before it, in days. */
export const REACH_DAYS = 180;

export function everyMs(paneMs: number): Grid {
  return { numberOf: (t) => Math.floor(t / paneMs), startOf: (pane) => pane * paneMs };
}

/** Each day of a calendar is a pane; those that no window reaches from `T` on are one, before the first. */
export function everyDay(days: LocalDays, T: number): Grid {
  const starts = [days.start(T - (REACH_DAYS + 2) * DAY_MS)];
  return {
    numberOf(t) {
      for (let next = days.next(starts.at(-1)!); next <= t; next = days.next(next)) {
        starts.push(next);
      }
      return countUpTo(starts, t) - 1;
    },
    startOf: (pane) => starts[Math.max(0, pane)] ?? days.next(starts.at(-1)!),
  };
}

/** So many panes back from the newest, as long before, and so on; a day is `perDay` panes. */
export function sliding(code: WindowCode, length: number, perDay: number): WindowSpec {
  return {
    code,
    edges(newest) {
      const from = newest - length;
      return { from, fromBefore: from - length, toBefore: from, settled: from };
    },
    back(newest, days) {
      const to = newest - days * perDay;
      return { from: to - length, to };
    },
    leaves: (pane) => pane + length + 1,
  };
}

/** From the last reset on; compared with the day before up to the same time on the wall. */
export function restarting(code: WindowCode, grid: Grid, days: LocalDays): WindowSpec {
  const { numberOf, startOf } = grid;
  return {
    code,
    edges(newest) {
      const start = days.start(startOf(newest + 1) - 1);
      const before = days.before(start, startOf(newest));
      const fromBefore = numberOf(before.start);
      // An hour that the clock shows twice takes it back.
      const toBefore = numberOf(before.at);
      return { from: numberOf(start), fromBefore, toBefore, settled: fromBefore };
    },
    back(newest, n) {
      const { start, at } = days.before(days.start(startOf(newest + 1) - 1), startOf(newest), n);
      return { from: numberOf(start), to: numberOf(at) };
    },
    leaves: (pane) => numberOf(days.next(startOf(pane + 1) - 1)),
  };
}

export interface Days {
  readonly business: LocalDays;
  readonly calendar: LocalDays;
}

/** All windows from `T` on, those of the finest panes first. */
export function panesFrom({ business, calendar }: Days, T: number): readonly Panes[] {
  const fine = everyMs(FINEST_MS);
  const minutes = everyMs(MINUTE_MS);
  const perMinute = MINUTE_MS / FINEST_MS;
  const minutely = (['5m', '15m', '30m', '60m'] as const).map((code) =>
    sliding(code, Number.parseInt(code, 10) * perMinute, DAY_MS / FINEST_MS),
  );
  const daily = [sliding('28d', 28, 1), sliding('90d', REACH_DAYS / 2, 1)];
  const day = [
    sliding('24h', DAY_MS / MINUTE_MS, DAY_MS / MINUTE_MS),
    restarting('bday', minutes, business),
  ];
  const week = [sliding('7d', (7 * DAY_MS) / HOUR_MS, DAY_MS / HOUR_MS)];
  const exact = { inBuckets: false, reachesSummaries: false };
  return [
    { ...exact, grid: fine, windows: minutely },
    { ...exact, grid: minutes, windows: day },
    { grid: everyMs(HOUR_MS), windows: week, inBuckets: true, reachesSummaries: false },
    { grid: everyDay(calendar, T), windows: daily, inBuckets: true, reachesSummaries: true },
  ];
}
