import { describe, expect, it } from 'vitest';
import { loadConfig } from '../config.ts';
import type { DeclaredCalendar } from './schedules.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const dayOf = (date: string): number => Date.parse(date) / DAY_MS;

const GOOD = `workspaces:
  acme:
    zone: Europe/London
    dayStarts: 04:00
    schedules:
      office:
        hours: {mon-thu: [09:00-12:30, 13:00-17:00], fri: 9:00-13:00}
        holidays: [2026-12-25, holidays/uk.ics, 2026-12-25]
      night-desk:
        zone: Pacific/Apia
        hours: {sat: 22:00-24:00, sun: 00:00-06:00}
    scheduleOf:
      workspace: office
      teams: {team-2: night-desk}
      accounts: {account-7: night-desk, account-8: office}
`;
const event = (...lines: string[]): string =>
  ['BEGIN:VEVENT', 'UID:u', ...lines, 'END:VEVENT'].join('\r\n');
const eventOf = (uid: string, ...lines: string[]): string => event(...lines).replace('UID:u', uid);
const file = (...events: string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:p', ...events, 'END:VCALENDAR', ''].join('\r\n');
const UK = file(
  event('SUMMARY:Boxing Day', 'DTSTART;VALUE=DATE:20261226', 'DTEND;VALUE=DATE:20261228'),
  event('DTSTART;VALUE=DATE:20270101', 'TRANSP:TRANSPARENT'),
  event('STATUS:CANCELLED', 'DTSTART;VALUE=DATE:20270601'),
);

function load(text: string, ics = UK): ReturnType<typeof loadConfig> {
  const files: Record<string, string> = {
    '/etc/sapwood/sapwood.yaml': text,
    '/etc/sapwood/holidays/uk.ics': ics,
  };
  const readText = (path: string): string | null => files[path] ?? null;
  return loadConfig({ file: 'sapwood.yaml', folder: '/etc/sapwood', env: {}, readText });
}
function errorsOf(text: string, ics?: string): readonly string[] {
  const result = load(text, ics);
  return result.ok ? [] : result.errors;
}
function declared(text: string, ics?: string): DeclaredCalendar {
  const result = load(text, ics);
  if (!result.ok) throw new Error(result.errors.join('\n'));
  return result.calendars.get('acme')!;
}

describe('schedules', () => {
  it('CAL-1 hours of a week, holidays, the business day, and whose hours they are', () => {
    const { schedules, ...rest } = declared(GOOD);
    expect(rest).toEqual({
      zone: 'Europe/London',
      dayStartsMs: 4 * HOUR_MS,
      workspace: 'office',
      teams: { 'team-2': 'night-desk' },
      accounts: { 'account-7': 'night-desk', 'account-8': 'office' },
    });
    const lunch = [0, 1, 2, 3].flatMap((day) => [9, 12.5, 13, 17].map((h) => day * 24 + h));
    expect(schedules['office']).toEqual({
      zone: 'Europe/London',
      week: [...lunch, 4 * 24 + 9, 4 * 24 + 13].map((h) => h * HOUR_MS),
      holidays: ['2026-12-25', '2026-12-26', '2026-12-27', '2027-01-01'].map(dayOf),
    });
    // A night that goes on is one span.
    const night = [5 * 24 + 22, 6 * 24 + 6].map((h) => h * HOUR_MS);
    expect(schedules['night-desk']).toMatchObject({ zone: 'Pacific/Apia', week: night });
  });

  it('CAL-2 without schedules: the zone, midnight, and nothing declared', () => {
    expect(declared('workspaces: {acme: {}}')).toEqual({
      ...{ zone: 'UTC', dayStartsMs: 0, schedules: {}, workspace: null, teams: {}, accounts: {} },
    });
  });

  it('CAL-3 every mistake at once, with its line', () => {
    const text = `workspaces:
  acme:
    schedules:
      office:
        hours:
          mon: 17:00-09:00
          tue: [09:00-13:00, 12:00-15:00, late]
          wed-fri: 09:00-17:00
          thu: 10:00-11:00
          funday: 09:00-10:00
          sun-mon: 09:00-25:00
        holidays: [2026-02-30, bank holiday, gone.ics]
      spare: {hours: {}}
    scheduleOf:
      workspace: ofice
      teams: {team-1: office}
`;
    expect(errorsOf(text)).toEqual([
      'sapwood.yaml:9:16 workspaces.acme.schedules.office.hours.thu: thu is in "wed-fri" too',
      'sapwood.yaml:10:19 workspaces.acme.schedules.office.hours.funday: expected days such as mon or mon-fri',
      'sapwood.yaml:11:20 workspaces.acme.schedules.office.hours.sun-mon: expected days such as mon or mon-fri',
      'sapwood.yaml:6:16 workspaces.acme.schedules.office.hours.mon: "17:00-09:00" does not end after it begins; a night ends at 24:00 and goes on the next day from 00:00',
      'sapwood.yaml:7:30 workspaces.acme.schedules.office.hours.tue.1: "12:00-15:00" overlaps "09:00-13:00"',
      'sapwood.yaml:7:43 workspaces.acme.schedules.office.hours.tue.2: expected hours such as 09:00-17:00, got "late"',
      'sapwood.yaml:12:20 workspaces.acme.schedules.office.holidays.0: there is no day "2026-02-30"',
      'sapwood.yaml:12:32 workspaces.acme.schedules.office.holidays.1: expected a date such as 2026-12-25, or an iCal file (.ics), got "bank holiday"',
      'sapwood.yaml:12:46 workspaces.acme.schedules.office.holidays.2: cannot read "gone.ics"',
      'sapwood.yaml:13:15 workspaces.acme.schedules.spare.hours: is never open',
      'sapwood.yaml:15:18 workspaces.acme.scheduleOf.workspace: there is no schedule "ofice" under "schedules" - did you mean "office"?',
      'sapwood.yaml:13:7 workspaces.acme.schedules.spare: holds for nobody: name it under "scheduleOf" (workspace, teams or accounts)',
    ]);
  });

  it('CAL-3 more than a fact of the log should carry', () => {
    const accounts = Array.from(
      { length: 900 },
      (_, i) => `${'a'.repeat(300)}-${i}: office`,
    ).join();
    const text = GOOD.replace('{account-7: night-desk, account-8: office}', `{${accounts}}`);
    expect(errorsOf(text)).toEqual([
      expect.stringMatching(
        /^sapwood\.yaml:5:\d+ workspaces\.acme\.schedules: .* of 250000 at most$/,
      ),
    ]);
  });

  it('CAL-3 a zone or an hour that does not exist', () => {
    expect(errorsOf('workspaces: {acme: {zone: Europe/Lodnon, dayStarts: 24:00}}')).toEqual([
      'sapwood.yaml:1:27 workspaces.acme.zone: expected a time zone such as Europe/London - did you mean "Europe/London"?',
      'sapwood.yaml:1:53 workspaces.acme.dayStarts: expected a time of day such as 04:00',
    ]);
  });

  it('CAL-4 mistakes in an iCal file stand with their own line', () => {
    const broken = file(
      event('SUMMARY:Party', 'DTSTART:20261224T180000Z'),
      event('SUMMARY:Leap', 'DTSTART;VALUE=DATE:20260230'),
      event('SUMMARY:Never'),
      event('SUMMARY:Back', 'DTSTART;VALUE=DATE:20260203', 'DTEND;VALUE=DATE:20260201'),
      event('SUMMARY:Often', 'DTSTART;VALUE=DATE:20260203', 'RRULE:FREQ=DAILY'),
      event('SUMMARY:Odd', 'DTSTART;VALUE=DATE:20260203', 'RRULE:FREQ=SOMETIMES'),
    );
    expect(errorsOf(GOOD, broken)).toEqual([
      expect.stringMatching(/^holidays\/uk\.ics:30 cannot be read as iCal: invalid frequency/),
    ]);
    expect(errorsOf(GOOD, broken.replace(/.*SOMETIMES\r\n/, ''))).toEqual([
      'holidays/uk.ics:4 "Party": DTSTART has a time; only whole days (VALUE=DATE) can be holidays',
      'holidays/uk.ics:9 "Leap": DTSTART 2026-02-30 is not a date',
      'holidays/uk.ics:14 "Never": has no DTSTART',
      'holidays/uk.ics:18 "Back": ends before it begins',
      'holidays/uk.ics:24 "Often": comes too often: what is closed each week belongs to "hours"',
    ]);
    expect(errorsOf(GOOD, 'Dear all,')).toEqual([
      expect.stringMatching(/^holidays\/uk\.ics:1 cannot be read as iCal: /),
    ]);
    expect(errorsOf(GOOD, '')).toEqual(['holidays/uk.ics:1 cannot be read as iCal: it is empty']);
    expect(errorsOf(GOOD, file())).toEqual(['holidays/uk.ics:1 has no event (BEGIN:VEVENT) in it']);
  });

  it('CAL-5 events that recur, one that was moved, one that was cancelled, and one left out', () => {
    const yearly = ['DTSTART;VALUE=DATE:20241225', 'RRULE:FREQ=YEARLY;COUNT=6'];
    const moved = ['RECURRENCE-ID;VALUE=DATE:20261225', 'DTSTART;VALUE=DATE:20261228'];
    const cancelled = ['RECURRENCE-ID;VALUE=DATE:20291225', 'DTSTART;VALUE=DATE:20291225'];
    const days = (...events: string[]): string[] => {
      const text = GOOD.replace('[2026-12-25, holidays/uk.ics, 2026-12-25]', 'holidays/uk.ics');
      const { holidays } = declared(text, file(...events)).schedules['office']!;
      return holidays.map((day) => new Date(day * DAY_MS).toISOString().slice(0, 10));
    };
    const christmas = eventOf('UID:c', ...yearly, 'EXDATE;VALUE=DATE:20271225');
    expect(
      days(
        eventOf('UID:c', ...moved),
        christmas,
        eventOf('UID:c', ...cancelled, 'STATUS:CANCELLED'),
      ),
    ).toEqual(['2024-12-25', '2025-12-25', '2026-12-28', '2028-12-25']);
    // Of another event, which is not in the file: it moves nothing here, and is a day of its own.
    expect(days(christmas, eventOf('UID:other', ...moved))).toEqual([
      ...['2024-12-25', '2025-12-25', '2026-12-25', '2026-12-28', '2028-12-25', '2029-12-25'],
    ]);
  });
});
