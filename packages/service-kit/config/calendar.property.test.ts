/** Compiled calendars against a walk over minutes with the engine's own calendar. */
import type { Calendar } from '@sapwood/core/calendar';
import { openMs, scheduleOf } from '@sapwood/core/schedule';
import { dayStart, hourOfWeek, localHours, nextDayStart, type ZoneTable } from '@sapwood/core/zone';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileCalendar } from '../config.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.parse('2026-11-27T12:00:00Z');
const UNTIL = Date.parse('2029-01-01T00:00:00Z');
const FIRST = Date.parse('1990-01-01T00:00:00Z');
const NONE = { dayStartsMs: 0, schedules: {}, workspace: null, teams: {}, accounts: {} };

/** Half an hour, a skipped day, +13:00, quarters, changes at midnight, around Ramadan, and at 00:01. */
const NAMES = [
  ...['Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia', 'Asia/Kathmandu'],
  ...['Pacific/Tongatapu', 'Pacific/Chatham', 'America/Sao_Paulo', 'Africa/Casablanca', '+13:00'],
  ...['America/St_Johns', 'Asia/Gaza', 'UTC'],
] as const;
const zoneOf = (zone: string): ZoneTable => compileCalendar({ ...NONE, zone }, NOW).zones[zone]!;

const formats = new Map<string, Intl.DateTimeFormat>();
/** What a wall in the zone shows, by the engine. */
function wallOf(zone: string, t: number): { day: number; minute: number; weekday: number } {
  const known = formats.get(zone) ?? makeFormat(zone);
  formats.set(zone, known);
  const part: Record<string, string> = {};
  for (const { type, value } of known.formatToParts(t)) part[type] = value;
  const day = Date.UTC(Number(part['year']), Number(part['month']) - 1, Number(part['day']));
  const minute = Number(part['hour']) * 60 + Number(part['minute']);
  // The engine's Monday is 1.
  return { day: day / DAY_MS, minute, weekday: (new Date(day).getUTCDay() + 6) % 7 };
}
const makeFormat = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, hourCycle: 'h23', calendar: 'gregory' },
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' },
  });

interface Hours {
  /** By weekday, spans in minutes after midnight. */
  readonly days: readonly (readonly (readonly [number, number])[])[];
  readonly holidays: readonly number[];
}
function isOpenAt(zone: string, { days, holidays }: Hours, t: number): boolean {
  const { day, minute, weekday } = wallOf(zone, t);
  if (holidays.includes(day)) return false;
  return days[weekday]!.some(([from, to]) => minute >= from && minute < to);
}
function walkedMs(zone: string, hours: Hours, from: number, to: number): number {
  let ms = 0;
  for (let t = from; t < to; t += MINUTE_MS) if (isOpenAt(zone, hours, t)) ms += MINUTE_MS;
  return ms;
}

const span = fc
  .uniqueArray(fc.integer({ min: 0, max: 24 * 60 }), { minLength: 2, maxLength: 4 })
  .map((edges) => edges.sort((a, b) => a - b))
  .map((edges): [number, number][] =>
    edges.length < 4
      ? [[edges[0]!, edges[1]!]]
      : [
          [edges[0]!, edges[1]!],
          [edges[2]!, edges[3]!],
        ],
  );
const days = fc.array(fc.oneof(span, fc.constant([])), { minLength: 7, maxLength: 7 });
/** A zone and a minute, most often near a change of its clock. */
const place = fc.constantFrom(...NAMES).chain((name) => {
  const { changes } = zoneOf(name);
  const anywhere = fc.integer({ min: FIRST, max: UNTIL - 7 * DAY_MS });
  const near = fc
    .tuple(
      fc.constantFrom(...(changes.length > 0 ? changes : [NOW])),
      fc.integer({ min: 0, max: 60 }),
    )
    .map(([change, hours]) => change - hours * HOUR_MS);
  const minute = fc.oneof(anywhere, near, near).map((t) => Math.floor(t / MINUTE_MS) * MINUTE_MS);
  return fc.tuple(fc.constant(name), minute);
});

describe('compiled calendars', () => {
  it('CAL-6 open hours are those that a walk over the minutes of the wall finds', () => {
    const length = fc.integer({ min: 1, max: 3 * 24 * 60 });
    const holidays = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 2 });
    fc.assert(
      fc.property(place, length, days, holidays, ([name, from], minutes, week, closed) => {
        const today = wallOf(name, from).day;
        const hours = { days: week, holidays: [...new Set(closed)].sort().map((n) => today + n) };
        const flat = week.flatMap((spans, weekday) =>
          spans.flat().map((minute) => weekday * DAY_MS + minute * MINUTE_MS),
        );
        const schedule = scheduleOf({ week: flat, holidays: hours.holidays }, zoneOf(name));
        const to = from + minutes * MINUTE_MS;
        expect(openMs(schedule, from, to)).toBe(walkedMs(name, hours, from, to));
      }),
      { numRuns: 200 },
    );
  });

  it('CAL-6 hours of the week and business days are those of the wall', () => {
    const reset = fc.integer({ min: 0, max: 24 * 60 - 1 });
    fc.assert(
      fc.property(place, reset, ([name, t], resetMinute) => {
        const table = zoneOf(name);
        const { weekday, minute } = wallOf(name, t);
        expect(hourOfWeek(table, t)).toBe(weekday * 24 + Math.floor(minute / 60));
        const resetMs = resetMinute * MINUTE_MS;
        const start = dayStart(table, resetMs, t);
        const sinceReset = (at: number): number => {
          const wall = wallOf(name, at);
          return wall.day * 24 * 60 + wall.minute - resetMinute;
        };
        // Walks back to the first minute of this day, or of a later one where midnight comes twice.
        const number = (at: number): number => Math.floor(sinceReset(at) / (24 * 60));
        let newest = -Infinity;
        let began = 0;
        for (let at = t - 50 * HOUR_MS; at <= t; at += MINUTE_MS) {
          if (number(at) > newest) [newest, began] = [number(at), at];
        }
        expect(start).toBe(began);
        const hours = [...localHours(table, start, nextDayStart(table, resetMs, start))];
        for (const hour of hours) expect(hourOfWeek(table, hour.from)).toBe(hour.hourOfWeek);
      }),
      { numRuns: 60 },
    );
  });

  it('CAL-7 the same text is the same document all year, and known two years ahead', () => {
    const schedules = {
      s: { zone: 'Asia/Gaza', week: [0, DAY_MS], holidays: [-1, 7_304, 7_305, 21_549, 21_550] },
    };
    const at = (date: string): Calendar =>
      compileCalendar({ ...NONE, zone: 'Europe/London', schedules }, Date.parse(date));
    const texts = ['2026-01-01T00:00:00Z', '2026-12-31T23:59:59.999Z'].map((d) =>
      JSON.stringify(at(d)),
    );
    expect(texts[0]).toBe(texts[1]);
    const next = at('2027-01-01T00:00:00Z');
    const { changes } = next.zones['Europe/London']!;
    expect(new Date(changes.at(-1)!).toISOString()).toBe('2029-10-28T01:00:00.000Z');
    expect(changes.slice(0, -2)).toEqual(
      at('2026-06-01T00:00:00Z').zones['Europe/London']!.changes,
    );
    // Days outside of what is compiled are left out: before 1990, after the year after next.
    expect(at('2026-06-01T00:00:00Z').schedules['s']!.holidays).toEqual([7_305, 21_549]);
    expect(next.schedules['s']!.holidays).toEqual([7_305, 21_549, 21_550]);
  });

  it('CAL-7 twenty schedules in a dozen zones, with holidays for forty years, are below 100 kB', () => {
    const holidays = Array.from({ length: 40 * 10 }, (_, i) => 7_400 + i * 36);
    const week = [0, 1, 2, 3, 4].flatMap((day) =>
      [9, 12, 13, 17].map((h) => day * DAY_MS + h * HOUR_MS),
    );
    const schedules = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [`s${i}`, { zone: NAMES[i % 12]!, week, holidays }]),
    );
    const text = JSON.stringify(compileCalendar({ ...NONE, zone: 'UTC', schedules }, NOW));
    expect(text.length).toBeLessThan(100_000);
  });
});
