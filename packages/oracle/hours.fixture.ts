/** A calendar for tests: an office with lunch, a holiday and a change of the clock; who may have other hours. */
import type { Calendar } from './hours.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const instant = (text: string): number => Date.parse(`${text}Z`);

/** Hours of every day of the week. */
const daily = (...hours: readonly number[]): number[] =>
  [0, 1, 2, 3, 4, 5, 6].flatMap((day) => hours.map((hour) => day * DAY_MS + hour * HOUR_MS));

export const NOBODY: Calendar = {
  zone: 'UTC',
  dayStartsMs: 0,
  zones: {
    UTC: { changes: [], offsets: [0] },
    // On Sunday 25 October 2026 at 01:00 UTC the wall goes back from 02:00 to 01:00.
    Lisbon: { changes: [instant('2026-10-25T01:00')], offsets: [HOUR_MS, 0] },
  },
  schedules: {
    office: { zone: 'UTC', week: daily(9, 12, 13, 17), holidays: [instant('2026-06-11') / DAY_MS] },
    late: { zone: 'UTC', week: daily(12, 20), holidays: [] },
    night: { zone: 'Lisbon', week: daily(1, 3), holidays: [] },
    always: { zone: 'UTC', week: [0, 7 * DAY_MS], holidays: [] },
    never: { zone: 'UTC', week: [], holidays: [] },
  },
  workspace: null,
  teams: {},
  accounts: {},
};
export const OFFICE: Calendar = { ...NOBODY, workspace: 'office' };
