import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from './instant.ts';
import {
  dateAt,
  dayStart,
  firstAt,
  hourOfWeek,
  localAt,
  localDayStart,
  localHours,
  nextDayStart,
  UTC,
  type ZoneTable,
} from './zone.ts';

const at = (text: string): number => Date.parse(`${text}Z`);
const zone = (offsets: readonly number[], ...changes: readonly string[]): ZoneTable => ({
  changes: changes.map(at),
  offsets: offsets.map((hours) => hours * HOUR_MS),
});
const LONDON = zone([0, 1, 0], '2026-03-29T01:00', '2026-10-25T01:00');
/** Half an hour. */
const LORD_HOWE = zone([11, 10.5, 11], '2026-04-04T15:00', '2026-10-03T15:30');
/** From one side of the date line to the other: there was no 30 December. */
const APIA = zone([-10, 14], '2011-12-30T10:00');
const TONGATAPU = zone([13]);
/** Put back at 00:01 to 23:01 of the day before. */
const ST_JOHNS = zone([-2.5, -3.5], '2010-11-07T02:31');
/** Put forward at midnight. */
const SAO_PAULO = zone([-3, -2], '2018-11-04T03:00');
const ZONES = { UTC, LONDON, LORD_HOWE, APIA, TONGATAPU, ST_JOHNS, SAO_PAULO };

/** Starts of the days that lie in [from, to], and the end of the last one. */
function startsIn(table: ZoneTable, from: string, to: string, dayStartsMs = 0): number[] {
  const starts = [dayStart(table, dayStartsMs, at(from))];
  while (starts.at(-1)! <= at(to)) starts.push(nextDayStart(table, dayStartsMs, starts.at(-1)!));
  return starts;
}
const lengths = (starts: readonly number[]): number[] =>
  starts.slice(1).map((start, i) => (start - starts[i]!) / HOUR_MS);

describe('business day', () => {
  it('BDAY-1 23 and 25 h where the clock is changed, 24 h else', () => {
    expect(lengths(startsIn(LONDON, '2026-03-28T12:00', '2026-03-30T12:00'))).toEqual([24, 23, 24]);
    expect(lengths(startsIn(LONDON, '2026-10-24T12:00', '2026-10-26T12:00'))).toEqual([24, 25, 24]);
    expect(lengths(startsIn(LORD_HOWE, '2026-04-03T20:00', '2026-04-05T20:00'))).toEqual([
      24, 24.5, 24,
    ]);
    expect(lengths(startsIn(LORD_HOWE, '2026-10-02T20:00', '2026-10-04T20:00'))).toEqual([
      24, 23.5, 24,
    ]);
  });

  it('BDAY-1 begins at the reset hour on the wall', () => {
    expect(localDayStart(TONGATAPU, at('2026-06-10T10:59:59.999'))).toBe(at('2026-06-09T11:00'));
    expect(localDayStart(TONGATAPU, at('2026-06-10T11:00'))).toBe(at('2026-06-10T11:00'));
    const four = startsIn(LONDON, '2026-03-28T12:00', '2026-03-29T12:00', 4 * HOUR_MS);
    expect(four).toEqual(['2026-03-28T04:00', '2026-03-29T03:00', '2026-03-30T03:00'].map(at));
    // At 01:30, which that Sunday did not have: the change that skips it.
    const skipped = startsIn(LONDON, '2026-03-28T12:00', '2026-03-29T12:00', 1.5 * HOUR_MS);
    expect(skipped).toEqual(['2026-03-28T01:30', '2026-03-29T01:00', '2026-03-30T00:30'].map(at));
  });

  it('BDAY-2 a day that was skipped is none', () => {
    const starts = startsIn(APIA, '2011-12-29T12:00', '2011-12-31T12:00');
    expect(lengths(starts)).toEqual([24, 24, 24]);
    expect(starts.map((start) => new Date(localAt(APIA, start)).toISOString())).toEqual([
      '2011-12-29T00:00:00.000Z',
      '2011-12-31T00:00:00.000Z',
      '2012-01-01T00:00:00.000Z',
      '2012-01-02T00:00:00.000Z',
    ]);
  });

  it('BDAY-2 a midnight that comes twice begins one day, a skipped one begins with the change', () => {
    const twice = startsIn(ST_JOHNS, '2010-11-06T12:00', '2010-11-07T12:00');
    expect(twice).toEqual(['2010-11-06T02:30', '2010-11-07T02:30', '2010-11-08T03:30'].map(at));
    // 23:30 of the Saturday, again: Sunday has begun.
    expect(localDayStart(ST_JOHNS, at('2010-11-07T03:00'))).toBe(at('2010-11-07T02:30'));
    const none = startsIn(SAO_PAULO, '2018-11-03T12:00', '2018-11-04T12:00');
    expect(none).toEqual(['2018-11-03T03:00', '2018-11-04T03:00', '2018-11-05T02:00'].map(at));
  });

  it('BDAY-1 each instant lies in one day, which begins at the reset and ends with the next', () => {
    const changes = Object.values(ZONES).flatMap((table) =>
      (table.changes.length > 0 ? table.changes : [at('2026-06-10T00:00')]).map(
        (change) => [table, change] as const,
      ),
    );
    const near = fc.integer({ min: -3 * DAY_MS, max: 3 * DAY_MS });
    const reset = fc.integer({ min: 0, max: 24 * 60 - 1 }).map((minute) => minute * 60_000);
    fc.assert(
      fc.property(fc.constantFrom(...changes), near, reset, ([table, change], ms, resetMs) => {
        const t = change + ms;
        const [from, to] = [dayStart(table, resetMs, t), nextDayStart(table, resetMs, t)];
        expect([from <= t, t < to, to - from <= 25 * HOUR_MS]).toEqual([true, true, true]);
        expect(dayStart(table, resetMs, from)).toBe(from);
        expect(dayStart(table, resetMs, to - 1)).toBe(from);
        expect(dayStart(table, resetMs, to)).toBe(to);
        // The first instant that shows the reset, or what follows where that is skipped.
        const shown = localAt(table, from);
        const isReset = shown === Math.floor((shown - resetMs) / DAY_MS) * DAY_MS + resetMs;
        expect(isReset || table.changes.includes(from)).toBe(true);
      }),
    );
  });
});

describe('local hours', () => {
  const hoursOf = (table: ZoneTable, day: string): [number, number][] => {
    const start = dayStart(table, 0, at(`${day}T12:00`));
    const end = nextDayStart(table, 0, start);
    return [...localHours(table, start, end)].map((h) => [h.hourOfWeek % 24, h.to - h.from]);
  };
  const sum = (hours: [number, number][]): number => hours.reduce((ms, [, of]) => ms + of, 0);

  it('BDAY-5 a date is that of the calendar, over leap years and centuries', () => {
    const days = fc.integer({ min: -60_000, max: 120_000 });
    fc.assert(
      fc.property(days, fc.integer({ min: 0, max: DAY_MS - 1 }), (day, ms) => {
        const local = day * DAY_MS + ms;
        expect(dateAt(local)).toBe(new Date(local).toISOString().slice(0, 10));
      }),
    );
    const named = ['2000-02-29', '1900-03-01', '2026-12-31', '2100-02-28'];
    expect(named.map((date) => dateAt(at(`${date}T12:00`)))).toEqual(named);
  });

  it('BDAY-3 a day of 23, 24 and 25 of them, with the same total as the day', () => {
    const spring = hoursOf(LONDON, '2026-03-29');
    expect(spring.map(([hour]) => hour).slice(0, 4)).toEqual([0, 2, 3, 4]);
    expect([spring.length, sum(spring)]).toEqual([23, 23 * HOUR_MS]);
    const autumn = hoursOf(LONDON, '2026-10-25');
    expect(autumn.map(([hour]) => hour).slice(0, 4)).toEqual([0, 1, 1, 2]);
    expect([autumn.length, sum(autumn)]).toEqual([25, 25 * HOUR_MS]);
    const east = hoursOf(TONGATAPU, '2026-06-10');
    expect(east).toEqual(Array.from({ length: 24 }, (_, hour) => [hour, HOUR_MS]));
  });

  it('BDAY-3 half an hour that was skipped or came twice', () => {
    expect(hoursOf(LORD_HOWE, '2026-10-04').slice(1, 4)).toEqual([
      [1, HOUR_MS],
      [2, HOUR_MS / 2],
      [3, HOUR_MS],
    ]);
    expect(hoursOf(LORD_HOWE, '2026-04-05').slice(0, 4)).toEqual([
      [0, HOUR_MS],
      [1, HOUR_MS],
      [1, HOUR_MS / 2],
      [2, HOUR_MS],
    ]);
  });

  it('BDAY-3 of the week: Monday 00:00 is 0, Sunday 23:00 is 167', () => {
    expect(hourOfWeek(UTC, at('2026-06-08T00:00'))).toBe(0);
    expect(hourOfWeek(UTC, at('2026-06-07T23:59:59.999'))).toBe(167);
    expect(hourOfWeek(TONGATAPU, at('2026-06-07T11:00'))).toBe(0);
    expect(hourOfWeek(UTC, 0)).toBe(72);
    expect(firstAt(TONGATAPU, at('2026-06-08T00:00'))).toBe(at('2026-06-07T11:00'));
  });
});
