import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './instant.ts';
import {
  ALWAYS,
  dueAt,
  inTurn,
  isOpen,
  nextOpen,
  openMs,
  type Schedule,
  scheduleOf,
  type WeekHours,
} from './schedule.ts';
import { UTC, type ZoneTable } from './zone.ts';

const LONDON_2026: ZoneTable = {
  changes: [Date.UTC(2026, 2, 29, 1), Date.UTC(2026, 9, 25, 1)],
  offsets: [0, HOUR_MS, 0],
};
/** Spans on each of the days, Monday 0; hours as numbers. */
const weekly = (days: readonly number[], ...spans: (readonly [number, number])[]): number[] =>
  days.flatMap((day) =>
    spans.flatMap(([from, to]) => [day * DAY_MS + from * HOUR_MS, day * DAY_MS + to * HOUR_MS]),
  );
const WORKDAYS = [0, 1, 2, 3, 4];
const OFFICE: WeekHours = { week: weekly(WORKDAYS, [9, 17]), holidays: [] };
const dayOf = (text: string): number => Date.parse(text) / DAY_MS;
const office = scheduleOf(OFFICE, UTC);
const june = (time: string): number => Date.parse(`2026-06-10T${time}Z`);

describe('open hours', () => {
  it('HOURS-1 the golden conversation on the business clock, open 09 to 17', () => {
    const wall = { cust: june('08:58:00'), close: june('10:30:00'), last: june('11:30:00') };
    const ms = (to: number): number => openMs(office, wall.cust, to);
    expect(ms(june('09:20:00'))).toBe(1_200_000); // first response, human
    expect(ms(june('08:58:03'))).toBe(0); // first response, AI and any
    expect(ms(wall.close)).toBe(5_400_000); // first resolution
    expect(ms(wall.last)).toBe(9_000_000); // full resolution
    expect(openMs(office, june('09:12:00'), june('09:20:00'))).toBe(480_000); // after AI handoff
    expect(openMs(office, june('09:40:00'), june('09:55:00'))).toBe(900_000); // handoff gap
  });

  it('HOURS-1 asked at 01:00 and answered at 02:00 is no business time', () => {
    expect(openMs(office, june('01:00:00'), june('02:00:00'))).toBe(0);
    expect(openMs(ALWAYS, june('01:00:00'), june('02:00:00'))).toBe(HOUR_MS);
    expect(openMs(office, june('12:00:00'), june('11:00:00'))).toBe(0);
  });

  it('HOURS-2 over lunch, night, weekend and holiday, pieces add up to the ms', () => {
    const lunch = weekly(WORKDAYS, [9, 12.5], [13, 17]);
    const schedule = scheduleOf({ week: lunch, holidays: [dayOf('2026-06-15')] }, UTC);
    const friday = Date.parse('2026-06-12T10:00:00.001Z');
    const tuesday = Date.parse('2026-06-16T09:10:00.003Z');
    // Friday without lunch, no Monday, ten minutes of Tuesday.
    expect(openMs(schedule, friday, tuesday)).toBe(6.5 * HOUR_MS - 1 + 10 * MINUTE_MS + 3);
    const monday = Date.parse('2026-06-15T00:00:00Z');
    expect(openMs(schedule, monday, monday + DAY_MS)).toBe(0);
    expect(openMs(office, monday, monday + DAY_MS)).toBe(8 * HOUR_MS);
  });

  it('HOURS-3 an hour that is skipped is not open, one that comes twice is open twice', () => {
    const night = scheduleOf({ week: weekly([6], [0, 4]), holidays: [] }, LONDON_2026);
    const sunday = (month: number, day: number): number =>
      openMs(night, Date.UTC(2026, month, day - 1, 12), Date.UTC(2026, month, day, 12));
    expect(sunday(2, 22)).toBe(4 * HOUR_MS);
    expect(sunday(2, 29)).toBe(3 * HOUR_MS);
    expect(sunday(5, 14)).toBe(4 * HOUR_MS);
    expect(sunday(9, 25)).toBe(5 * HOUR_MS);
    // The wall: 09:00 in summer is 08:00 UTC.
    expect(nextOpen(scheduleOf(OFFICE, LONDON_2026), june('05:00:00'))).toBe(june('08:00:00'));
  });

  it('HOURS-4 due at the first instant by which so much was open', () => {
    const friday = Date.parse('2026-06-12T16:00:00Z');
    expect(dueAt(office, friday, 0)).toBe(friday);
    expect(dueAt(office, friday, HOUR_MS)).toBe(Date.parse('2026-06-12T17:00:00Z'));
    expect(dueAt(office, friday, HOUR_MS + 1)).toBe(Date.parse('2026-06-15T09:00:00.001Z'));
    expect(dueAt(office, friday, 48 * HOUR_MS)).toBe(Date.parse('2026-06-22T16:00:00Z'));
    expect(dueAt(ALWAYS, friday, 5)).toBe(friday + 5);
    expect(dueAt(() => 7, friday, 1)).toBeNull();
  });

  it('HOURS-5 open from the first ms of a span to the last', () => {
    const [opening, closing] = [june('09:00:00'), june('17:00:00')];
    const open = [opening - 1, opening, closing - 1, closing].map((t) => isOpen(office, t));
    expect(open).toEqual([false, true, true, false]);
    expect(nextOpen(office, opening)).toBe(opening);
    expect(nextOpen(office, closing)).toBe(Date.parse('2026-06-11T09:00:00Z'));
    expect(nextOpen(() => 0, opening)).toBeNull();
  });
});

const minutes = fc.integer({ min: 0, max: 7 * 24 * 60 });
const week = fc.uniqueArray(minutes, { minLength: 2, maxLength: 12 }).map((edges) =>
  edges
    .slice(edges.length % 2)
    .sort((a, b) => a - b)
    .map((minute) => minute * MINUTE_MS),
);
const FROM_DAY = dayOf('2026-01-01');
const hours: fc.Arbitrary<WeekHours> = fc.record({
  week,
  holidays: fc
    .uniqueArray(fc.integer({ min: FROM_DAY, max: FROM_DAY + 365 }), { maxLength: 20 })
    .map((days) => days.sort((a, b) => a - b)),
});
const zone = fc.constantFrom<ZoneTable>(
  UTC,
  LONDON_2026,
  { changes: [], offsets: [13 * HOUR_MS] },
  { changes: [Date.UTC(2026, 3, 4, 15)], offsets: [11 * HOUR_MS, 10.5 * HOUR_MS] },
  { changes: [Date.UTC(2026, 5, 30, 10)], offsets: [-10 * HOUR_MS, 14 * HOUR_MS] },
);
const at = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) });
const oneSchedule = fc.tuple(hours, zone).map(([h, z]) => scheduleOf(h, z));
const schedules: fc.Arbitrary<Schedule> = fc.oneof(
  oneSchedule,
  fc.constant(ALWAYS),
  fc.tuple(at, oneSchedule, oneSchedule).map(([turn, a, b]) => inTurn([turn], [a, b])),
);

describe('open hours of any kind', () => {
  it('HOURS-2 any pieces of any duration add up, and none is longer than it was on the wall', () => {
    fc.assert(
      fc.property(schedules, fc.array(at, { minLength: 2, maxLength: 9 }), (schedule, instants) => {
        const cuts = instants.sort((a, b) => a - b);
        const pieces = cuts.slice(1).map((to, i) => openMs(schedule, cuts[i]!, to));
        const total = pieces.reduce((sum, ms) => sum + ms, 0);
        expect(openMs(schedule, cuts[0]!, cuts.at(-1)!)).toBe(total);
        for (const [i, ms] of pieces.entries()) {
          expect(Number.isSafeInteger(ms) && ms >= 0).toBe(true);
          expect(ms).toBeLessThanOrEqual(cuts[i + 1]! - cuts[i]!);
        }
      }),
    );
  });

  it('HOURS-4 what is due is the inverse of what was open', () => {
    const wanted = fc.integer({ min: 1, max: 200 * HOUR_MS });
    fc.assert(
      fc.property(schedules, at, wanted, (schedule, start, ms) => {
        const due = dueAt(schedule, start, ms);
        if (due === null) return openMs(schedule, start, start + 730 * DAY_MS) < ms;
        return openMs(schedule, start, due) === ms && openMs(schedule, start, due - 1) === ms - 1;
      }),
    );
  });

  it('HOURS-5 nothing is open before it opens next', () => {
    fc.assert(
      fc.property(schedules, at, (schedule, t) => {
        const next = nextOpen(schedule, t);
        if (next === null) return openMs(schedule, t, t + 730 * DAY_MS) === 0;
        return isOpen(schedule, next) && openMs(schedule, t, next) === 0;
      }),
    );
  });
});
