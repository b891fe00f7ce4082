/** Time zone, business day and open hours of a workspace, from the file to what is compiled. */
import type { Calendar } from '@sapwood/core/calendar';
import { didYouMean } from '@sapwood/core/suggest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@sapwood/core/time';
import { DateTime } from 'luxon';
import type { ScheduleDocument, WorkspaceDocument } from './document.ts';
import { readCalendarFile } from './ical.ts';

/** What a file declares; the offsets of its zones are still to be looked up. */
export type DeclaredCalendar = Omit<Calendar, 'zones'>;

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** It goes into the log, and on to the detector, with each change of the configuration. */
const CALENDAR_CHARS_MAX = 250_000;

type Path = readonly (string | number)[];

/** Where a calendar's mistakes go: those of the file at their path, those of an iCal file as they are. */
export interface CalendarReader {
  readonly problem: (path: Path, message: string) => void;
  readonly fileError: (error: string) => void;
  /** Text of a file beside the configuration; null if it cannot be read. */
  readonly textOf: (name: string) => string | null;
}

/** Tells every mistake to the reader; what it returns then is not to be used. */
export function calendarOf(
  workspace: WorkspaceDocument,
  path: Path,
  reader: CalendarReader,
): DeclaredCalendar {
  const { zone, dayStarts, schedules = {}, scheduleOf = {} } = workspace;
  const read = Object.entries(schedules).map(([id, schedule]) => {
    const { holidays = [] } = schedule;
    const at = [...path, 'schedules', id];
    const week = weekOf(schedule.hours, [...at, 'hours'], reader);
    const days = holidaysOf(holidays, [...at, 'holidays'], reader);
    return [id, { zone: schedule.zone ?? zone, week, holidays: days }] as const;
  });
  checkUse(schedules, scheduleOf, path, reader);
  const calendar = {
    zone,
    dayStartsMs: timeOfDay(dayStarts)!,
    schedules: Object.fromEntries(read),
    workspace: scheduleOf.workspace ?? null,
    teams: scheduleOf.teams ?? {},
    accounts: scheduleOf.accounts ?? {},
  };
  const { length } = JSON.stringify(calendar);
  if (length > CALENDAR_CHARS_MAX) {
    const message = `schedules and whose they are take ${length} characters, of ${CALENDAR_CHARS_MAX} at most`;
    reader.problem([...path, 'schedules'], message);
  }
  return calendar;
}

/** `09:30` as ms after midnight, up to 24:00; null for anything else. */
export function timeOfDay(text: string): number | null {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(text.trim()) ?? [];
  if (hours === undefined || Number(minutes) > 59) return null;
  const ms = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS;
  return ms <= DAY_MS ? ms : null;
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

function weekOf(hours: ScheduleDocument['hours'], path: Path, reader: CalendarReader): number[] {
  const week: number[] = [];
  const days = daysOf(Object.keys(hours), path, reader);
  for (const [i, key] of days.entries()) {
    if (key === null) continue;
    // What a key says of several days is wrong once.
    const isFirst = days.indexOf(key) === i;
    const spans = spansOf(hours[key]!, [...path, key], isFirst ? reader.problem : () => {});
    for (const { from, to } of spans) week.push(i * DAY_MS + from, i * DAY_MS + to);
  }
  if (days.every((key) => key === null)) reader.problem(path, 'is never open');
  return joined(week);
}

/** For each day of the week the key that tells of it. */
function daysOf(keys: readonly string[], path: Path, reader: CalendarReader): (string | null)[] {
  const days: (string | null)[] = WEEKDAYS.map(() => null);
  for (const key of keys) {
    const [first = '', last = first, ...more] = key.split('-');
    const [from, to] = [first, last].map((day) => (WEEKDAYS as readonly string[]).indexOf(day));
    if (from! < 0 || to! < from! || more.length > 0) {
      const hint = didYouMean(key, WEEKDAYS);
      reader.problem([...path, key], `expected days such as mon or mon-fri${hint}`);
      continue;
    }
    for (let day = from!; day <= to!; day += 1) {
      if (days[day] !== null) {
        reader.problem([...path, key], `${WEEKDAYS[day]} is in "${days[day]}" too`);
      }
      days[day] = key;
    }
  }
  return days;
}

function spansOf(given: string | string[], path: Path, problem: CalendarReader['problem']): Span[] {
  const isList = Array.isArray(given);
  const spans: Span[] = [];
  for (const [i, text] of [given].flat().entries()) {
    const at = isList ? [...path, i] : path;
    const span = spanOf(text, at, problem);
    if (span === null) continue;
    const other = spans.find(({ from, to }) => span.from < to && from < span.to);
    if (other) problem(at, `"${text}" overlaps "${other.text}"`);
    spans.push(span);
  }
  return spans.sort((a, b) => a.from - b.from);
}

function spanOf(text: string, path: Path, problem: CalendarReader['problem']): Span | null {
  const [from = null, to = null, ...more] = text.split('-').map(timeOfDay);
  if (from === null || to === null || more.length > 0) {
    problem(path, `expected hours such as 09:00-17:00, got "${text}"`);
    return null;
  }
  if (to > from) return { from, to, text };
  const night = 'a night ends at 24:00 and goes on the next day from 00:00';
  problem(path, `"${text}" does not end after it begins; ${night}`);
  return null;
}

/** Spans that touch, such as 22:00-24:00 and 00:00-06:00, are one. */
function joined(week: readonly number[]): number[] {
  const edges: number[] = [];
  for (const edge of week) {
    if (edges.length % 2 === 0 && edges.at(-1) === edge) edges.pop();
    else edges.push(edge);
  }
  return edges;
}

function holidaysOf(given: string | string[], path: Path, reader: CalendarReader): number[] {
  const isList = Array.isArray(given);
  const days = [given].flat().flatMap((text, i) => {
    const at = isList ? [...path, i] : path;
    return DATE.test(text) ? dateOf(text, at, reader) : fileOf(text, at, reader);
  });
  return [...new Set(days)].sort((a, b) => a - b);
}

function dateOf(text: string, path: Path, reader: CalendarReader): number[] {
  const date = DateTime.fromISO(text, { zone: 'utc' });
  if (date.isValid) return [date.toMillis() / DAY_MS];
  reader.problem(path, `there is no day "${text}"`);
  return [];
}

function fileOf(name: string, path: Path, reader: CalendarReader): readonly number[] {
  if (!name.toLowerCase().endsWith('.ics')) {
    reader.problem(
      path,
      `expected a date such as 2026-12-25, or an iCal file (.ics), got "${name}"`,
    );
    return [];
  }
  const text = reader.textOf(name);
  if (text === null) {
    reader.problem(path, `cannot read "${name}"`);
    return [];
  }
  const file = readCalendarFile(name, text);
  if ('days' in file) return file.days;
  file.errors.forEach(reader.fileError);
  return [];
}

/** Each name leads to a schedule, and each schedule is somebody's. */
function checkUse(
  schedules: Readonly<Record<string, unknown>>,
  { workspace, teams = {}, accounts = {} }: NonNullable<WorkspaceDocument['scheduleOf']>,
  path: Path,
  { problem }: CalendarReader,
): void {
  const uses: (readonly [Path, string])[] = [
    ...Object.entries(teams).map(([id, name]) => [['teams', id], name] as const),
    ...Object.entries(accounts).map(([id, name]) => [['accounts', id], name] as const),
  ];
  if (workspace !== undefined) uses.push([['workspace'], workspace]);
  for (const [at, name] of uses) {
    if (Object.hasOwn(schedules, name)) continue;
    const hint = didYouMean(name, Object.keys(schedules));
    problem(
      [...path, 'scheduleOf', ...at],
      `there is no schedule "${name}" under "schedules"${hint}`,
    );
  }
  const used = new Set(uses.map(([, name]) => name));
  for (const id of Object.keys(schedules)) {
    if (used.has(id)) continue;
    const message = 'holds for nobody: name it under "scheduleOf" (workspace, teams or accounts)';
    problem([...path, 'schedules', id], message);
  }
}
