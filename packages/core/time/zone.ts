/**
 * Local time out of a table of offsets, which the configuration carries: a new tzdata or engine can
 * change no replay (metrics.md 1.1). A local time is a number too: ms since 1970-01-01 00:00 on the wall.
 */
import { countUpTo } from '../num/sorted.ts';
import { DAY_MS, HOUR_MS } from './instant.ts';

export interface ZoneTable {
  /** Instants at which the offset changes, UTC ms, ascending. */
  readonly changes: readonly number[];
  /** ms east of UTC: `offsets[i]` holds before `changes[i]`, the last one from the last change on. */
  readonly offsets: readonly number[];
}

export const UTC: ZoneTable = { changes: [], offsets: [0] };

export const WEEK_MS: number = 7 * DAY_MS;
/** 1970-01-01 was a Thursday: the first Monday, 00:00. */
export const MONDAY_MS: number = 4 * DAY_MS;
const HOURS_OF_WEEK = 168;

/** What the wall shows at an instant. */
export const localAt = ({ changes, offsets }: ZoneTable, t: number): number =>
  t + offsets[countUpTo(changes, t)]!;

/**
 * The first instant at which the wall shows `local` or later. One that is skipped is the change that
 * skips it; of one that comes twice, the first.
 */
export function firstAt({ changes, offsets }: ZoneTable, local: number): number {
  // No offset is a day, so nothing before this piece can show it.
  let piece = countUpTo(changes, local - DAY_MS);
  for (;;) {
    const at = Math.max(changes[piece - 1] ?? -Infinity, local - offsets[piece]!);
    if (at < (changes[piece] ?? Infinity)) return at;
    piece += 1;
  }
}

/** A local time's date in the Gregorian calendar, as 2026-06-10. Years are counted from March on: a leap day ends one. */
export function dateAt(local: number): string {
  const sinceMarch0 = Math.floor(local / DAY_MS) + DAYS_TO_1970;
  const era = Math.floor(sinceMarch0 / DAYS_OF_ERA);
  const day = sinceMarch0 - era * DAYS_OF_ERA;
  const leaps = Math.floor(day / 1_460) - Math.floor(day / 36_524) + Math.floor(day / 146_096);
  const year = Math.floor((day - leaps) / 365);
  const ofYear = day - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const month = Math.floor((5 * ofYear + 2) / 153);
  const ofMonth = ofYear - Math.floor((153 * month + 2) / 5) + 1;
  const inYear = era * 400 + year + (month < 10 ? 0 : 1);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${String(inYear).padStart(4, '0')}-${two(month < 10 ? month + 3 : month - 9)}-${two(ofMonth)}`;
}
/** From 1 March of the year 0; 400 years repeat themselves. */
const DAYS_TO_1970 = 719_468;
const DAYS_OF_ERA = 146_097;

/** Start of the local day that `t` lies in. */
export const localDayStart = (zone: ZoneTable, t: number): number => dayStart(zone, 0, t);

/**
 * The last reset at or before `t`; a day begins `dayStartsMs` after local midnight (metrics.md 0, `bday`).
 * Each local day has one reset, the first instant that shows it or what follows it: where the wall goes back
 * over midnight it does not begin again.
 */
export function dayStart(zone: ZoneTable, dayStartsMs: number, t: number): number {
  let start = -Infinity;
  for (const next of resetsFrom(zone, dayStartsMs, t)) {
    if (next > t) break;
    start = next;
  }
  return start;
}

/** The first reset after `t`. */
export function nextDayStart(zone: ZoneTable, dayStartsMs: number, t: number): number {
  for (const next of resetsFrom(zone, dayStartsMs, t)) if (next > t) return next;
  throw new RangeError('there is no day after this one');
}

/** Resets from the one of the local day of `t` on; the same instant twice where a day was skipped. */
function* resetsFrom(zone: ZoneTable, dayStartsMs: number, t: number): Generator<number> {
  let day = Math.floor((localAt(zone, t) - dayStartsMs) / DAY_MS);
  for (;;) yield firstAt(zone, day++ * DAY_MS + dayStartsMs);
}

/** 0 to 167: hours since Monday 00:00 on the wall. */
export const hourOfWeek = (zone: ZoneTable, t: number): number => hourOf(localAt(zone, t));

function hourOf(local: number): number {
  const hour = Math.floor((local - MONDAY_MS) / HOUR_MS) % HOURS_OF_WEEK;
  return hour < 0 ? hour + HOURS_OF_WEEK : hour;
}

/** A stretch of one local hour: the whole of it, or what a change of the clock left of it. */
export interface LocalHour {
  readonly hourOfWeek: number;
  readonly from: number;
  readonly to: number;
}

/**
 * [from, to) cut where the wall shows a full hour or is put forward or back. An hour that did not exist has
 * no stretch, one that came twice has two, and one of which 30 min were skipped a short one.
 */
export function* localHours(zone: ZoneTable, from: number, to: number): Generator<LocalHour> {
  let at = from;
  while (at < to) {
    const piece = countUpTo(zone.changes, at);
    const local = at + zone.offsets[piece]!;
    const full = (Math.floor(local / HOUR_MS) + 1) * HOUR_MS - zone.offsets[piece]!;
    const end = Math.min(full, zone.changes[piece] ?? Infinity, to);
    yield { hourOfWeek: hourOf(local), from: at, to: end };
    at = end;
  }
}
