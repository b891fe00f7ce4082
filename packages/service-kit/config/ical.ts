/** The days of an iCal file of holidays (RFC 5545), recurring ones up to a horizon. */
import ICAL from 'ical.js';
import { DateTime } from 'luxon';
import { FILE_CHARS_MAX } from './yaml-file.ts';

/** Recurring events are followed up to here: further than any calendar is compiled. */
const HORIZON = ICAL.Time.fromDateString('2100-01-01');
const DAYS_MAX = 5_000;
const DAY_MS = 86_400_000;

export type CalendarFile =
  | { readonly days: readonly number[] }
  /** Each begins with its place: `holidays.ics:12`. */
  | { readonly errors: readonly string[] };

/** Days since 1970-01-01, ascending. Every event is closed on each of its days; cancelled ones are not. */
export function readCalendarFile(name: string, text: string): CalendarFile {
  const lines = linesOf(text, /^BEGIN:VEVENT\s*$/i);
  let events: ICAL.Component[];
  try {
    events = eventsIn(text);
  } catch (error) {
    return {
      errors: [`${name}:${brokenLine(text, lines)} cannot be read as iCal: ${sentence(error)}`],
    };
  }
  if (events.length === 0) return { errors: [`${name}:1 has no event (BEGIN:VEVENT) in it`] };
  const byUid = Map.groupBy(events, uidOf);
  const days = new Set<number>();
  const errors = events.flatMap((event, i) => {
    try {
      for (const day of daysOf(event, byUid.get(uidOf(event))!)) days.add(day);
      return [];
    } catch (error) {
      return [`${name}:${lines[i] ?? 1} ${titleOf(event)}: ${sentence(error)}`];
    }
  });
  if (days.size > DAYS_MAX) {
    errors.push(
      `${name}:1 has more than ${DAYS_MAX} days: what is closed each week belongs to "hours"`,
    );
  }
  return errors.length > 0 ? { errors } : { days: [...days].sort((a, b) => a - b) };
}

function eventsIn(text: string): ICAL.Component[] {
  if (text.trim() === '') throw new Error('it is empty');
  if (text.length > FILE_CHARS_MAX)
    throw new Error(`it has more than ${FILE_CHARS_MAX} characters`);
  const parsed = ICAL.parse(text) as unknown[];
  // Several calendars in one file come as a list of them.
  const roots = (typeof parsed[0] === 'string' ? [parsed] : parsed) as unknown[][];
  return roots.flatMap((root) => new ICAL.Component(root as never).getAllSubcomponents('vevent'));
}

/** The library does not say where: the first event that cannot be read by itself. */
function brokenLine(text: string, lines: readonly number[]): number {
  const blocks = text.match(/^BEGIN:VEVENT\s*$.*?^END:VEVENT\s*$/gims) ?? [];
  const broken = blocks.findIndex((block) => {
    try {
      return ICAL.parse(block).length === 0;
    } catch {
      return true;
    }
  });
  return lines[broken] ?? 1;
}

/** `namesakes`: all events with its UID, those that replace one of its occurrences among them. */
function* daysOf(
  component: ICAL.Component,
  namesakes: readonly ICAL.Component[],
): Generator<number> {
  if (isCancelled(component)) return;
  for (const name of ['dtstart', 'dtend']) checkDate(component, name);
  if (isMoved(component)) {
    // The event that recurs tells of it; one that stands alone tells of itself.
    if (namesakes.every(isMoved)) yield* daysFrom(new ICAL.Event(component));
    return;
  }
  const exceptions = namesakes.filter(isMoved);
  const event = new ICAL.Event(component, { exceptions, strictExceptions: true });
  yield* event.isRecurring() ? recurring(event) : daysFrom(event);
}

function* recurring(event: ICAL.Event): Generator<number> {
  const occurrences = event.iterator();
  let n = 0;
  for (let next = occurrences.next(); next; next = occurrences.next()) {
    if (next.compare(HORIZON) >= 0) return;
    n += 1;
    if (n > DAYS_MAX)
      throw new Error('comes too often: what is closed each week belongs to "hours"');
    const occurrence = event.getOccurrenceDetails(next);
    if (!isCancelled(occurrence.item.component)) yield* daysFrom(occurrence);
  }
}

const uidOf = (event: ICAL.Component): unknown => event.getFirstPropertyValue('uid');
const isMoved = (event: ICAL.Component): boolean => event.hasProperty('recurrence-id');
const isCancelled = (event: ICAL.Component): boolean =>
  String(event.getFirstPropertyValue('status')).toUpperCase() === 'CANCELLED';

/** [start, end): the end of an event of whole days is the day after. */
function* daysFrom({ startDate, endDate }: Lasting): Generator<number> {
  const [first, end] = [dayOf(startDate), dayOf(endDate)];
  if (end <= first) throw new Error('ends before it begins');
  if (end - first > DAYS_MAX) throw new Error(`lasts more than ${DAYS_MAX} days`);
  for (let day = first; day < end; day += 1) yield day;
}

type Lasting = Pick<ICAL.Event, 'startDate' | 'endDate'>;

const dayOf = ({ year, month, day }: ICAL.Time): number => Date.UTC(year, month - 1, day) / DAY_MS;

/** The library takes 30 February for 2 March. */
function checkDate(component: ICAL.Component, name: string): void {
  const property = component.getFirstProperty(name);
  if (property === null) {
    if (name === 'dtstart') throw new Error('has no DTSTART');
    return;
  }
  const written = String((property.jCal as unknown[])[3]);
  if (property.type !== 'date') {
    throw new Error(
      `${name.toUpperCase()} has a time; only whole days (VALUE=DATE) can be holidays`,
    );
  }
  if (!DateTime.fromISO(written, { zone: 'utc' }).isValid) {
    throw new Error(`${name.toUpperCase()} ${written} is not a date`);
  }
}

const titleOf = (event: ICAL.Component): string =>
  JSON.stringify(
    String(event.getFirstPropertyValue('summary') ?? 'event without SUMMARY').slice(0, 80),
  );

const sentence = (error: unknown): string => (error as Error).message.split('\n')[0]!.slice(0, 200);

function linesOf(text: string, pattern: RegExp): number[] {
  return text.split(/\r?\n/).flatMap((line, i) => (pattern.test(line) ? [i + 1] : []));
}
