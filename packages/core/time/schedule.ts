/**
 * Open hours: the business clock (metrics.md 1.6). One function answers everything, how long it was open up to
 * an instant; a duration is a difference, so pieces of a duration add up to the millisecond.
 */
import { countUpTo } from '../num/sorted.ts';
import { DAY_MS } from './instant.ts';
import { MONDAY_MS, WEEK_MS, type ZoneTable } from './zone.ts';

/**
 * Open ms up to an instant, since an origin of its own: only differences mean something.
 * Never falls, and rises by at most 1 ms each ms.
 */
export type Schedule = (until: number) => number;

/** The hours of a week on the wall, and the days on which they do not hold. */
export interface WeekHours {
  /** Open spans: from, to, from, to …, ms since Monday 00:00, ascending, disjoint. */
  readonly week: readonly number[];
  /** Closed local days, as days since 1970-01-01, ascending. */
  readonly holidays: readonly number[];
}

/** All hours of the day: what holds where nothing is declared (metrics.md 5.2, "none: elapsed"). */
export const ALWAYS: Schedule = (until) => until;

/** Further away nothing is due: the schedule has stopped opening. */
const DUE_WITHIN_MS: number = 2 * 366 * DAY_MS;

/** Open ms of [from, to); 0 if that is empty or ends before it begins. */
export const openMs = (schedule: Schedule, from: number, to: number): number =>
  to <= from ? 0 : schedule(to) - schedule(from);

export const isOpen = (schedule: Schedule, t: number): boolean => openMs(schedule, t, t + 1) === 1;

/** The first instant from `start` on by which it was open for `ms`; null if not within two years. */
export function dueAt(schedule: Schedule, start: number, ms: number): number | null {
  if (ms <= 0) return start;
  const wanted = schedule(start) + ms;
  // It is open for 1 ms a ms at the most, so not before that.
  let before = start + ms - 1;
  let due = before + DUE_WITHIN_MS;
  if (schedule(due) < wanted) return null;
  while (due - before > 1) {
    const middle = before + Math.floor((due - before) / 2);
    if (schedule(middle) < wanted) before = middle;
    else due = middle;
  }
  return due;
}

/** `t` if it is open then, else when it opens next; null if not within two years. */
export function nextOpen(schedule: Schedule, t: number): number | null {
  const due = dueAt(schedule, t, 1);
  return due === null ? null : due - 1;
}

/** The hours of a week in a zone. What the clock skips is not open, what it shows twice is open twice. */
export function scheduleOf(hours: WeekHours, zone: ZoneTable): Schedule {
  const onTheWall = wallSchedule(hours);
  const pieces = zone.offsets.map(
    (offset): Schedule =>
      (until) =>
        onTheWall(until + offset),
  );
  return inTurn(zone.changes, pieces);
}

/** One schedule after the other: `pieces[i]` before `changes[i]`, the last one from the last change on. */
export function inTurn(changes: readonly number[], pieces: readonly Schedule[]): Schedule {
  const lifts = [0];
  for (const [i, at] of changes.entries()) {
    lifts.push(lifts[i]! + pieces[i]!(at) - pieces[i + 1]!(at));
  }
  return (until) => {
    const i = countUpTo(changes, until);
    return lifts[i]! + pieces[i]!(until);
  };
}

/** Over local time, in which each day has 24 h. */
function wallSchedule({ week, holidays }: WeekHours): Schedule {
  const inWeek = (ms: number): number => {
    let open = 0;
    for (let i = 0; i < week.length && week[i]! < ms; i += 2) {
      open += Math.min(ms, week[i + 1]!) - week[i]!;
    }
    return open;
  };
  const weekly = inWeek(WEEK_MS);
  const always: Schedule = (local) => {
    const weeks = Math.floor((local - MONDAY_MS) / WEEK_MS);
    return weeks * weekly + inWeek(local - MONDAY_MS - weeks * WEEK_MS);
  };
  /** Hours that the first k holidays took. */
  const taken = [0];
  for (const day of holidays) {
    taken.push(taken.at(-1)! + openMs(always, day * DAY_MS, (day + 1) * DAY_MS));
  }
  return (local) => {
    const day = Math.floor(local / DAY_MS);
    const past = countUpTo(holidays, day);
    const isHoliday = holidays[past - 1] === day;
    return isHoliday ? always(day * DAY_MS) - taken[past - 1]! : always(local) - taken[past]!;
  };
}
