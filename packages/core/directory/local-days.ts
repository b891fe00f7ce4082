/**
 * The days of a workspace: of its business, from reset to reset, and of its calendar, from midnight to
 * midnight (metrics.md 0). They adjoin, and what has begun never changes: a new zone or reset hour holds from
 * the next reset on.
 */
import { DAY_MS } from '../time/instant.ts';
import { dateAt, dayStart, firstAt, localAt, nextDayStart, type ZoneTable } from '../time/zone.ts';
import { type Calendar, type CalendarVersion, PLAIN_CALENDAR } from './calendar.ts';

export interface LocalDays {
  /** Start of the day that `t` lies in. */
  start(t: number): number;
  /** Start of the day after it. */
  next(t: number): number;
  /**
   * The day so many, if nobody says one, before the one that begins at `start`: its start, and the instant in
   * it at which the wall showed what it shows at `t`. Of an hour that came twice the first, of one that was
   * skipped the end.
   */
  /** `2026-06-10`: the date on the wall of the day that begins at `start`. */
  dateOf(start: number): string;
  before(start: number, t: number, days?: number): { readonly start: number; readonly at: number };
}

interface DayRule {
  readonly since: number;
  readonly zone: ZoneTable;
  readonly startsMs: number;
}

export const businessDays = (versions: readonly CalendarVersion[]): LocalDays =>
  daysBy(dayRules(versions, ({ dayStartsMs }) => dayStartsMs));

export const calendarDays = (versions: readonly CalendarVersion[]): LocalDays =>
  daysBy(dayRules(versions, () => 0));

/**
 * What held when: a workspace that had begun before it declared a calendar lived by the plain one until
 * then. `firstAt` is log time of its first record.
 */
export function calendarsSince(
  versions: readonly CalendarVersion[],
  firstAt: number,
): readonly CalendarVersion[] {
  const isDeclaredLate = versions.length === 0 || versions[0]!.from > firstAt;
  return isDeclaredLate ? [{ from: firstAt, calendar: PLAIN_CALENDAR }, ...versions] : versions;
}

function daysBy(rules: readonly DayRule[]): LocalDays {
  const ruleAt = (t: number): DayRule => rules.findLast(({ since }) => since <= t) ?? rules[0]!;
  const start = (t: number): number => {
    const { since, zone, startsMs } = ruleAt(t);
    return Math.max(since, dayStart(zone, startsMs, t));
  };
  return {
    start,
    next(t) {
      const { zone, startsMs } = ruleAt(t);
      return nextDayStart(zone, startsMs, t);
    },
    before(today, t, days = 1) {
      let [before, end] = [today, today];
      for (let n = 0; n < days; n++) [before, end] = [start(before - 1), before];
      const passed = localAt(ruleAt(today).zone, t) - nominalStart(ruleAt(today), today);
      const rule = ruleAt(before);
      const at = firstAt(rule.zone, nominalStart(rule, before) + passed);
      return { start: before, at: Math.min(Math.max(at, before), end - 1) };
    },
    dateOf: (day) => dateAt(nominalStart(ruleAt(day), day)),
  };
}

/** What the wall shows, or would without a change of the clock, when the day of `start` begins. */
function nominalStart({ zone, startsMs }: DayRule, start: number): number {
  return Math.floor((localAt(zone, start) - startsMs) / DAY_MS) * DAY_MS + startsMs;
}

/**
 * A change holds from the first reset after it on, by the rule that it replaces; that reset begins a day, and
 * the first one of the new rule the next. So a day may be short, and none is longer than 25 h.
 */
function dayRules(
  versions: readonly CalendarVersion[],
  startsMsOf: (calendar: Calendar) => number,
): readonly DayRule[] {
  let rules: DayRule[] = [];
  for (const { from, calendar } of versions) {
    const rule = { zone: calendar.zones[calendar.zone]!, startsMs: startsMsOf(calendar) };
    // One that was still to come never holds.
    rules = rules.filter(({ since }) => since <= from);
    const last = rules.at(-1);
    const since = last ? nextDayStart(last.zone, last.startsMs, from) : -Infinity;
    rules.push({ since, ...rule });
  }
  return rules;
}
