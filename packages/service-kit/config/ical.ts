/** The days of an iCal file of holidays (RFC 5545), recurring ones up to a horizon. */
import ICAL from 'ical.js';
import { DateTime } from 'luxon';

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
  let events: ICAL.Component[];
  try {
    events = eventsIn(text);
  } catch (error) {
    return { errors: [`${name}:1 cannot be read as iCal: ${sentence(error)}`] };
  }
  if (events.length === 0) return { errors: [`${name}:1 has no event (BEGIN:VEVENT) in it`] };
  const lines = linesOf(text, /^BEGIN:VEVENT\s*$/i);
  const days = new Set<number>();
  const errors = events.flatMap((event, i) => {
    try {
      for (const day of daysOf(event)) days.add(day);
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
  const parsed = ICAL.parse(text) as unknown[];
  // Several calendars in one file come as a list of them.
  const roots = (typeof parsed[0] === 'string' ? [parsed] : parsed) as unknown[][];
  return roots.flatMap((root) => new ICAL.Component(root as never).getAllSubcomponents('vevent'));
}

function* daysOf(component: ICAL.Component): Generator<number> {
  if (String(component.getFirstPropertyValue('status')).toUpperCase() === 'CANCELLED') return;
  for (const name of ['dtstart', 'dtend']) checkDate(component, name);
  const event = new ICAL.Event(component);
  // Told by the event whose occurrence it replaces.
  if (event.isRecurrenceException()) return;
  if (!event.isRecurring()) yield* daysFrom(event.startDate, event.endDate);
  else yield* recurring(event);
}

function* recurring(event: ICAL.Event): Generator<number> {
  const occurrences = event.iterator();
  let n = 0;
  for (let next = occurrences.next(); next; next = occurrences.next()) {
    if (next.compare(HORIZON) >= 0) return;
    n += 1;
    if (n > DAYS_MAX)
      throw new Error('comes too often: what is closed each week belongs to "hours"');
    const { startDate, endDate } = event.getOccurrenceDetails(next);
    yield* daysFrom(startDate, endDate);
  }
}

/** [start, end): the end of an event of whole days is the day after. */
function* daysFrom(start: ICAL.Time, end: ICAL.Time): Generator<number> {
  const last = dayOf(end);
  if (last <= dayOf(start)) throw new Error('ends before it begins');
  if (last - dayOf(start) > DAYS_MAX) throw new Error(`lasts more than ${DAYS_MAX} days`);
  for (let day = dayOf(start); day < last; day += 1) yield day;
}

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
