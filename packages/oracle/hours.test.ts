import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendars } from '../../tests/support/independent/any-desk-hours.ts';
import { NOBODY, OFFICE } from './hours.fixture.ts';
import {
  type Calendar,
  hasAnyHours,
  hasHours,
  lengthOf,
  openOf,
  type Version,
  without,
} from './hours.ts';

const MINUTE_MS = 60_000;
const instant = (text: string): number => Date.parse(`${text}Z`);
const NO_ONE = { account: null, team: null };

const minutes = (calendar: Calendar, from: string, to: string, whose = NO_ONE): number => {
  const stretch = { from: instant(from), to: instant(to) };
  return lengthOf(openOf([{ from: 0, calendar }], whose, stretch)) / MINUTE_MS;
};

describe('open hours', () => {
  it('ORACLE-80 open is what the wall of the zone shows between two hours, but for lunch and holidays', () => {
    expect(minutes(OFFICE, '2026-06-10T08:00', '2026-06-10T18:00')).toBe(7 * 60);
    expect(minutes(OFFICE, '2026-06-10T11:59', '2026-06-10T13:01')).toBe(2);
    expect(minutes(OFFICE, '2026-06-10T16:00', '2026-06-12T10:00')).toBe(2 * 60);
    const night = { ...NOBODY, workspace: 'night' };
    // Put back from 02:00 to 01:00: the hour is open twice.
    expect(minutes(night, '2026-10-24T00:00', '2026-10-25T00:00')).toBe(120);
    expect(minutes(night, '2026-10-25T00:00', '2026-10-26T00:00')).toBe(180);
  });

  it('ORACLE-80 it is the same walked minute by minute', () => {
    const at = (t: number, calendar: Calendar, id: string): boolean => {
      const { zone, week, holidays } = calendar.schedules[id]!;
      const { changes, offsets } = calendar.zones[zone]!;
      const wall = t + offsets[changes.filter((change) => change <= t).length]!;
      const sinceMonday = (wall - instant('1970-01-05')) % (7 * 1_440 * MINUTE_MS);
      const isHoliday = holidays.some((day) => day === Math.floor(wall / (1_440 * MINUTE_MS)));
      return !isHoliday && week.filter((edge) => edge <= sinceMonday).length % 2 === 1;
    };
    fc.assert(
      fc.property(
        calendars,
        fc.constantFrom('office', 'closedToday', 'night', 'always', 'never'),
        fc.nat(60 * 1_440),
        fc.nat(3 * 1_440),
        (calendar, id, start, length) => {
          const from = instant('2026-06-09T00:00') + start * MINUTE_MS;
          const stretch = { from, to: from + length * MINUTE_MS };
          const versions = [{ from: 0, calendar: { ...calendar, workspace: id } }];
          let open = 0;
          for (let t = from; t < stretch.to; t += MINUTE_MS) if (at(t, calendar, id)) open += 1;
          expect(lengthOf(openOf(versions, NO_ONE, stretch)) / MINUTE_MS).toBe(open);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("ORACLE-81 the account's hours come before the team's, those before the workspace's", () => {
    const calendar = { ...OFFICE, teams: { tier2: 'late' }, accounts: { gold: 'always' } };
    const open = (account: string | null, team: string | null): number =>
      minutes(calendar, '2026-06-10T08:00', '2026-06-10T13:30', { account, team } as typeof NO_ONE);
    expect(open('gold', 'tier2')).toBe(330);
    expect(open('tin', 'tier2')).toBe(90);
    expect(open('tin', 'tier1')).toBe(210);
    // Names that every object has.
    expect(open('constructor', 'toString')).toBe(210);
    const versions = [{ from: 0, calendar: { ...calendar, workspace: null } }];
    expect(hasHours(versions, { account: 'gold', team: null })).toBe(true);
    expect(hasHours(versions, { account: 'tin', team: 'tier1' })).toBe(false);
    expect([hasAnyHours(versions), hasAnyHours([{ from: 0, calendar: NOBODY }])]).toEqual([
      true,
      false,
    ]);
    expect(hasAnyHours([])).toBe(false);
  });

  it('ORACLE-82 each instant counts by the calendar then in force, before any hours by the first', () => {
    const from = (time: string, calendar: Calendar): Version => ({ from: instant(time), calendar });
    const late = { ...NOBODY, workspace: 'late' };
    const open = (...versions: readonly Version[]): number => {
      const stretch = { from: instant('2026-06-10T08:00'), to: instant('2026-06-10T20:00') };
      return lengthOf(openOf(versions, NO_ONE, stretch)) / MINUTE_MS;
    };
    const first = from('2026-06-09T00:00', OFFICE);
    expect(open(first)).toBe(7 * 60);
    expect(open(first, from('2026-06-10T15:00', late))).toBe(5 * 60 + 5 * 60);
    expect(open(from('2026-06-09T00:00', NOBODY), from('2026-06-10T15:00', late))).toBe(8 * 60);
    // While they were taken back all time counts.
    const back = from('2026-06-10T16:00', late);
    expect(open(first, from('2026-06-10T10:00', NOBODY), back)).toBe(60 + 6 * 60 + 4 * 60);
  });

  it('ORACLE-80 what is left without some rests is the rest of it', () => {
    const stretches = fc.array(fc.record({ from: fc.nat(50), to: fc.nat(50) }), { maxLength: 5 });
    fc.assert(
      fc.property(stretches, (rests) => {
        const left = without({ from: 10, to: 40 }, rests);
        const covers = (all: typeof left, t: number): boolean =>
          all.some(({ from, to }) => from <= t && t < to);
        for (let t = 0; t < 50; t += 1) {
          expect(covers(left, t)).toBe(t >= 10 && t < 40 && !covers(rests, t));
        }
      }),
    );
  });
});
