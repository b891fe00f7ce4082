import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Calendar, createBusinessClock, PLAIN_CALENDAR } from '../directory/calendar.ts';
import { DAY_MS, HOUR_MS } from '../time/instant.ts';
import { businessMs, type Stretch } from './business.ts';

const at = (text: string): number => Date.parse(`${text}Z`);
const workdays = (...hours: number[]): number[] =>
  [0, 1, 2, 3, 4].flatMap((day) => hours.map((h) => day * DAY_MS + h * HOUR_MS));
const HOLIDAY = at('2026-06-11T00:00') / DAY_MS;
const DESK: Calendar = {
  ...PLAIN_CALENDAR,
  schedules: {
    lunch: { zone: 'UTC', week: workdays(9, 12, 13, 17), holidays: [HOLIDAY] },
    late: { zone: 'UTC', week: workdays(14, 22), holidays: [] },
    gold: { zone: 'UTC', week: [0, 7 * DAY_MS], holidays: [] },
  },
  workspace: 'lunch',
  teams: { 'team-late': 'late' },
  accounts: { 'account-gold': 'gold' },
};
const clock = createBusinessClock([{ from: 0, calendar: DESK }]);
const stretch = (from: string, to: string, team: string | null): Stretch => ({
  ...{ from: at(from), to: at(to), team },
});

it("HOURS-10 lunch, holiday, and an account's schedule unlike the team's", () => {
  const owned = [
    stretch('2026-06-10T11:30', '2026-06-10T16:00', 'team-1'),
    stretch('2026-06-10T16:00', '2026-06-11T15:00', 'team-late'),
    stretch('2026-06-11T15:00', '2026-06-12T09:30', null),
  ];
  // Without lunch; to 22:00 and from 14:00 on; a holiday and half an hour.
  expect(businessMs(clock, 'account-1', owned)).toBe((3.5 + 6 + 1 + 0.5) * HOUR_MS);
  expect(businessMs(clock, 'account-gold', owned)).toBe(46 * HOUR_MS);
});

it('HOURS-10 where nobody declared hours there is only the wall', () => {
  const owned = [stretch('2026-06-10T01:00', '2026-06-10T02:00', 'team-1')];
  expect(businessMs(createBusinessClock([]), null, owned)).toBeNull();
  expect(businessMs(clock, null, owned)).toBe(0);
  const forTeams = createBusinessClock([{ from: 0, calendar: { ...DESK, workspace: null } }]);
  const moved = [...owned, stretch('2026-06-10T02:00', '2026-06-10T15:00', 'team-late')];
  expect(businessMs(forTeams, null, owned)).toBeNull();
  expect(businessMs(forTeams, null, moved)).toBe(2 * HOUR_MS);
});

it('HOURS-10 however a duration is cut, its pieces sum to the ms', () => {
  const instant = fc.integer({ min: at('2026-06-08T00:00'), max: at('2026-06-20T00:00') });
  const team = fc.constantFrom(null, 'team-1', 'team-late');
  const account = fc.constantFrom(null, 'account-1', 'account-gold');
  fc.assert(
    fc.property(instant, instant, fc.array(instant), team, account, (a, b, inner, owner, who) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const cuts = [from, ...inner.filter((t) => t > from && t < to), to].sort((x, y) => x - y);
      const pieces = cuts.slice(1).map((end, i) => ({ from: cuts[i]!, to: end, team: owner }));
      expect(businessMs(clock, who, pieces)).toBe(
        businessMs(clock, who, [{ from, to, team: owner }]),
      );
    }),
  );
});
