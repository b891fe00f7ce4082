/** Looks the offsets of zones up, so that the folds need no time zone library (metrics.md 1.1). */
import type { Calendar } from '@sapwood/core/calendar';
import { DAY_MS, EARLIEST_INSTANT_MS } from '@sapwood/core/time';
import type { ZoneTable } from '@sapwood/core/zone';
import { DateTime, IANAZone } from 'luxon';
import type { DeclaredCalendar } from './schedules.ts';

/** Beyond the year of now. Whole years: the configuration changes by itself at New Year alone. */
const YEARS_AHEAD = 2;

/** What is known from 1990 (earlier instants are absent) to the end of the second year after `now`. */
export function compileCalendar(declared: DeclaredCalendar, now: number): Calendar {
  const { year } = DateTime.fromMillis(now, { zone: 'utc' });
  const until = DateTime.utc(year + YEARS_AHEAD + 1).toMillis();
  const schedules = Object.entries(declared.schedules);
  const names = [declared.zone, ...schedules.map(([, { zone }]) => zone)];
  const isKnown = (day: number): boolean =>
    day * DAY_MS >= EARLIEST_INSTANT_MS && day * DAY_MS < until;
  return {
    ...declared,
    zones: Object.fromEntries([...new Set(names)].map((name) => [name, zoneTable(name, until)])),
    schedules: Object.fromEntries(
      schedules.map(([id, hours]) => [id, { ...hours, holidays: hours.holidays.filter(isKnown) }]),
    ),
  };
}

/** A tenth of a second each, and many workspaces may share a zone. */
const tables = new Map<string, ZoneTable>();
function zoneTable(name: string, until: number): ZoneTable {
  const key = `${name} ${until}`;
  const table = tables.get(key) ?? lookUp(name, until);
  tables.set(key, table);
  return table;
}

/** Day by day: no zone has changed its offset and taken it back within one. */
function lookUp(name: string, until: number): ZoneTable {
  const zone = IANAZone.create(name);
  const offsetAt = (t: number): number => Math.round(zone.offset(t) * 60_000);
  const changes: number[] = [];
  const offsets = [offsetAt(EARLIEST_INSTANT_MS)];
  for (let at = EARLIEST_INSTANT_MS; at < until; ) {
    const next = Math.min(at + DAY_MS, until);
    const offset = offsets.at(-1)!;
    if (offsetAt(next) === offset) {
      at = next;
      continue;
    }
    at = firstOther(offsetAt, at, next);
    changes.push(at);
    offsets.push(offsetAt(at));
  }
  return { changes, offsets };
}

/** The first instant in (before, after] whose offset is not that of `before`. */
function firstOther(offsetAt: (t: number) => number, before: number, after: number): number {
  const offset = offsetAt(before);
  let [same, other] = [before, after];
  while (other - same > 1) {
    const middle = same + Math.floor((other - same) / 2);
    if (offsetAt(middle) === offset) same = middle;
    else other = middle;
  }
  return other;
}
