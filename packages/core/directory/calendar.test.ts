import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../time/instant.ts';
import { openMs } from '../time/schedule.ts';
import { UTC } from '../time/zone.ts';
import {
  type Calendar,
  type CalendarVersion,
  createBusinessClock,
  PLAIN_CALENDAR,
  type Whose,
  withCalendar,
} from './calendar.ts';
import { businessDays } from './local-days.ts';

const at = (text: string): number => Date.parse(`${text}Z`);
/** Open every day of the week. */
const daily = (...hours: number[]) => ({
  zone: 'UTC',
  week: [0, 1, 2, 3, 4, 5, 6].flatMap((day) => hours.map((h) => day * DAY_MS + h * HOUR_MS)),
  holidays: [],
});
const ZONES = {
  UTC,
  'Pacific/Tongatapu': { changes: [], offsets: [13 * HOUR_MS] },
  'America/New_York': {
    changes: [at('2026-11-01T06:00')],
    offsets: [-4, -5].map((h) => h * HOUR_MS),
  },
};
const DESK: Calendar = {
  ...PLAIN_CALENDAR,
  zones: ZONES,
  schedules: { office: daily(9, 17), late: daily(12, 20), gold: daily(0, 24) },
  workspace: 'office',
  teams: { 'team-late': 'late' },
  accounts: { 'account-gold': 'gold' },
};
const NOBODY: Whose = { account: null, team: null };
const day = [at('2026-06-10T00:00'), at('2026-06-11T00:00')] as const;
const openHours = (versions: readonly CalendarVersion[], whose: Whose): number | null => {
  const schedule = createBusinessClock(versions).scheduleFor(whose);
  return schedule && openMs(schedule, ...day) / HOUR_MS;
};

describe('whose hours', () => {
  it("HOURS-6 the account's, else the team's, else the workspace's", () => {
    const versions = [{ from: 0, calendar: DESK }];
    const noon = [at('2026-06-10T08:00'), at('2026-06-10T13:00')] as const;
    const open = (account: string | null, team: string | null): number => {
      const schedule = createBusinessClock(versions).scheduleFor({ account, team });
      return openMs(schedule!, ...noon) / HOUR_MS;
    };
    expect(open('account-gold', 'team-late')).toBe(5);
    expect(open('account-1', 'team-late')).toBe(1);
    expect(open('account-1', 'team-1')).toBe(4);
    expect(open(null, null)).toBe(4);
    // Names that every object has.
    expect(open('constructor', 'toString')).toBe(4);
  });

  it('HOURS-7 each instant by the version then in force, whatever was before the first by it', () => {
    const versions = [
      { from: at('2026-06-01T00:00'), calendar: DESK },
      { from: at('2026-06-10T10:00'), calendar: { ...DESK, workspace: 'late' } },
      { from: at('2026-06-10T19:00'), calendar: { ...DESK, workspace: 'office' } },
    ];
    // 09 to 10 by the first, 12 to 19 by the second.
    expect(openHours(versions, NOBODY)).toBe(8);
    expect(openHours(versions, { account: 'account-gold', team: null })).toBe(24);
    const early = createBusinessClock(versions).scheduleFor(NOBODY)!;
    expect(openMs(early, at('2026-05-01T00:00'), at('2026-05-02T00:00'))).toBe(8 * HOUR_MS);
  });

  it('HOURS-7 what was before any schedule by the first; while it was taken back all time counts', () => {
    const late = { from: at('2026-06-10T12:00'), calendar: DESK };
    expect(openHours([{ from: 0, calendar: PLAIN_CALENDAR }, late], NOBODY)).toBe(8);
    const taken = { from: at('2026-06-10T06:00'), calendar: PLAIN_CALENDAR };
    expect(openHours([{ from: 0, calendar: DESK }, taken, late], NOBODY)).toBe(6 + 5);
  });

  it('HOURS-8 no business clock without a schedule in the newest version', () => {
    const desk = { from: 0, calendar: DESK };
    expect(openHours([], NOBODY)).toBeNull();
    expect(openHours([desk, { from: 5, calendar: PLAIN_CALENDAR }], NOBODY)).toBeNull();
    const forTeams = { from: 0, calendar: { ...DESK, workspace: null } };
    expect(openHours([forTeams], NOBODY)).toBeNull();
    expect(openHours([forTeams], { account: null, team: 'team-late' })).toBe(8);
  });

  it('HOURS-9 a version is kept if it says something else, and the later one of an instant', () => {
    const first = withCalendar([], 10, DESK);
    expect(withCalendar(first, 20, { ...DESK })).toEqual(first);
    const second = withCalendar(first, 20, PLAIN_CALENDAR);
    expect(second.map(({ from }) => from)).toEqual([10, 20]);
    expect(withCalendar(second, 20, { ...DESK, zone: 'Pacific/Tongatapu' })).toEqual([
      { from: 10, calendar: DESK },
      { from: 20, calendar: { ...DESK, zone: 'Pacific/Tongatapu' } },
    ]);
    expect(withCalendar(second, 20, DESK)).toEqual([{ from: 10, calendar: DESK }]);
  });
});

describe('business day of a workspace that changes', () => {
  const rule = (from: string, hour: number, zone = 'UTC'): CalendarVersion => ({
    from: at(from),
    calendar: { ...DESK, zone, dayStartsMs: hour * HOUR_MS },
  });
  const startsIn = (versions: readonly CalendarVersion[], from: number, to: number): number[] => {
    const { start: businessDayStart } = businessDays(versions);
    const starts = new Set<number>();
    for (let t = from; t <= to; t += HOUR_MS / 2) starts.add(businessDayStart(t));
    return [...starts];
  };

  it('BDAY-4 a later reset hour: no 26 h day, but a short one', () => {
    const versions = [rule('2026-06-01T00:00', 0), rule('2026-06-10T15:00', 2)];
    expect(startsIn(versions, at('2026-06-10T14:00'), at('2026-06-12T03:00'))).toEqual(
      ['2026-06-10T00:00', '2026-06-11T00:00', '2026-06-11T02:00', '2026-06-12T02:00'].map(at),
    );
  });

  it('BDAY-4 an earlier one, and one that is taken back before it held', () => {
    const earlier = [rule('2026-06-01T00:00', 4), rule('2026-06-10T15:00', 1)];
    expect(startsIn(earlier, at('2026-06-10T14:00'), at('2026-06-12T03:00'))).toEqual(
      ['2026-06-10T04:00', '2026-06-11T04:00', '2026-06-12T01:00'].map(at),
    );
    const back = [...earlier, rule('2026-06-10T18:00', 4)];
    expect(startsIn(back, at('2026-06-10T14:00'), at('2026-06-12T05:00'))).toEqual(
      ['2026-06-10T04:00', '2026-06-11T04:00', '2026-06-12T04:00'].map(at),
    );
  });

  it('BDAY-4 another zone from the next reset on', () => {
    const moved = [rule('2026-06-01T00:00', 0), rule('2026-06-10T15:00', 0, 'Pacific/Tongatapu')];
    expect(startsIn(moved, at('2026-06-10T14:00'), at('2026-06-12T03:00'))).toEqual(
      ['2026-06-10T00:00', '2026-06-11T00:00', '2026-06-11T11:00'].map(at),
    );
  });

  it('BDAY-4 however often it changes, days adjoin, never go back, and none is longer than 25 h', () => {
    const from = at('2026-10-28T00:00');
    const change = fc.record({
      afterMs: fc.integer({ min: 0, max: 3 * DAY_MS }),
      hour: fc.integer({ min: 0, max: 23 }),
      zone: fc.constantFrom(...Object.keys(ZONES)),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        let versions: readonly CalendarVersion[] = [];
        let T = from;
        for (const { afterMs, hour, zone } of changes) {
          versions = withCalendar(versions, T, { ...DESK, zone, dayStartsMs: hour * HOUR_MS });
          T += afterMs;
        }
        const { start: businessDayStart } = businessDays(versions);
        let last = businessDayStart(from);
        for (let t = from; t <= T + 2 * DAY_MS; t += HOUR_MS / 2) {
          const start = businessDayStart(t);
          expect(start <= t && start >= last).toBe(true);
          expect(t - start).toBeLessThan(25 * HOUR_MS);
          if (start !== last) expect(businessDayStart(start)).toBe(start);
          last = start;
        }
      }),
    );
  });
});
