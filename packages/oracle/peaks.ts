/**
 * How much is opened in each hour of the week, by a walk over the wall of eight weeks (metrics.md 3.1, 21):
 * whole local days that were all seen, without the holidays of the workspace's own hours.
 */
import type { WorkspaceConfig } from '@sapwood/core/config';
import { seriesKey } from '@sapwood/core/metrics';
import { divRound } from '@sapwood/core/num';
import type { Entry, OracleCell } from './cells.ts';
import type { Known } from './circumstances.ts';
import type { OracleSeries } from './flows.ts';

const METRIC = 'peak-hours';
const QUARTER_MS = 900_000;
const HOUR_MS = 4 * QUARTER_MS;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 56;
const WEEKS_MIN = 4;
const WEEKDAYS = ['thu', 'fri', 'sat', 'sun', 'mon', 'tue', 'wed'];

/** An hour as the wall showed it: when it began, how many quarters it had, and what was opened in it. */
interface Shown {
  readonly from: number;
  quarters: number;
  opened: number;
}

type Calendar = NonNullable<WorkspaceConfig['calendar']>;

export function peakSeries(
  recent: readonly Entry[],
  T: number,
  { firstAt, calendars }: Pick<Known, 'firstAt' | 'calendars'>,
): OracleSeries[] {
  if (T - firstAt < (7 * WEEKS_MIN - 3) * DAY_MS) return [];
  const calendar = calendars.at(-1)?.calendar;
  const wall = wallOf(calendar, calendar?.zone);
  const isOff = holidayOf(calendar);
  const today = Math.floor(wall(T) / DAY_MS);
  const begin = Math.floor(T / QUARTER_MS) * QUARTER_MS - (DAYS + 3) * DAY_MS;
  const quarters: { readonly at: number; readonly hour: number }[] = [];
  for (let at = begin; at <= T; at += QUARTER_MS) {
    quarters.push({ at, hour: Math.floor(wall(at) / HOUR_MS) });
  }
  const known = new Map<number, number>();
  const startOf = (day: number): number => {
    const at = known.get(day) ?? quarters.find(({ hour }) => hour >= day * 24)!.at;
    known.set(day, at);
    return at;
  };
  const [from, to] = [startOf(today - DAYS), startOf(today)];
  if (startOf(today - 7 * WEEKS_MIN) < firstAt) return [];
  const hours = new Map<number, Shown>();
  for (const { at, hour } of quarters) {
    if (at < from || at >= to || startOf(Math.floor(hour / 24)) < firstAt) continue;
    const shown = hours.get(hour) ?? { from: at, quarters: 0, opened: 0 };
    hours.set(hour, shown);
    shown.quarters += 1;
  }
  for (const [hour, shown] of hours) if (isOff(shown.from)) hours.delete(hour);
  for (const { kind, at } of recent) {
    const shown = kind === 'opened' && at < to && hours.get(Math.floor(wall(at) / HOUR_MS));
    if (shown) shown.opened += 1;
  }
  const classes = Map.groupBy(hours, ([hour]) => nameOf(hour));
  const told = [...classes].map(([name, those]) => ({ name, those: those.map(([, one]) => one) }));
  const enough = told.filter(({ those }) => those.length >= WEEKS_MIN);
  if (enough.length === 0) return [];
  const place = { from, to };
  return [
    { key: METRIC, cells: [cellOf([...hours.values()], place)], waiting: null },
    ...enough.map(({ name, those }): OracleSeries => {
      const key = seriesKey(METRIC, { hour_of_week: name });
      const perHour = those.map((one) => averageOf([one]));
      const band = { low: Math.min(...perHour), high: Math.max(...perHour) };
      return { key, cells: [{ ...cellOf(those, place), band }], waiting: null };
    }),
  ];
}

/** What a zone's wall shows; without one that of UTC. */
function wallOf(calendar: Calendar | undefined, zone: string | undefined): (t: number) => number {
  const { changes, offsets } = calendar?.zones[zone!] ?? { changes: [], offsets: [0] };
  return (t) => {
    const next = changes.findIndex((change) => t < change);
    return t + (next < 0 ? offsets.at(-1)! : offsets[next]!);
  };
}

/** By the newest calendar, on the wall of its own hours. */
function holidayOf(calendar: Calendar | undefined): (t: number) => boolean {
  const own = calendar?.schedules[calendar.workspace ?? ''];
  if (!own) return () => false;
  const wall = wallOf(calendar, own.zone);
  return (t) => own.holidays.includes(Math.floor(wall(t) / DAY_MS));
}

/** `mon_09`. Hours are counted from a Thursday. */
function nameOf(hour: number): string {
  const day = Math.floor(hour / 24);
  return `${WEEKDAYS[((day % 7) + 7) % 7]}_${String(hour - 24 * day).padStart(2, '0')}`;
}

const totalOf = (hours: readonly Shown[], name: 'opened' | 'quarters'): number =>
  hours.reduce((sum, one) => sum + one[name], 0);

/** In an hour of 60 min, in thousandths. */
const averageOf = (hours: readonly Shown[]): number =>
  divRound(totalOf(hours, 'opened') * 4 * 1_000, totalOf(hours, 'quarters'));

function cellOf(hours: readonly Shown[], place: Pick<OracleCell, 'from' | 'to'>): OracleCell {
  const [opened, quarters] = [totalOf(hours, 'opened'), totalOf(hours, 'quarters')];
  return {
    ...{ window: '56d', clock: 'wall', ...place },
    ...{ value: averageOf(hours), num: opened, den: divRound(quarters, 4), n: opened },
    ...{ mean: null, p50: null, p90: null, max: null, vsPrev: null, zeroPpm: null },
  };
}
