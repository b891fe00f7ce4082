import { expect, it } from 'vitest';
import { daysOver } from './days.ts';
import type { Calendar } from './hours.ts';
import { type Span, windowsAt } from './windows.ts';

const HOUR_MS = 3_600_000;
const at = (time: string): number => Date.parse(`2026-${time}Z`);

/** London: the clock goes back on 25 October. The business day begins at four. */
const CALENDAR: Calendar = {
  ...{ zone: 'London', dayStartsMs: 4 * HOUR_MS, schedules: {} },
  zones: { London: { changes: [at('10-25T01:00')], offsets: [HOUR_MS, 0] } },
  ...{ workspace: null, teams: {}, accounts: {} },
};

it('ORACLE-119 over a change of the clock days go back as days, the last 24 hours as hours', () => {
  const [from, T] = [at('01-01T00:00'), at('10-28T12:00:30')];
  const windows = windowsAt(T, daysOver(from, [{ from, calendar: CALENDAR }])(T));
  const back = (code: string, days: number): Span =>
    windows.find((window) => window.code === code)!.shifted(days);
  expect(back('24h', 7)).toEqual({ from: at('10-20T12:00'), to: at('10-21T12:01') });
  // Noon of a week ago was an hour earlier, as was its four o'clock.
  expect(back('bday', 7)).toEqual({ from: at('10-21T03:00'), to: at('10-21T11:01') });
  expect(back('bday', 1)).toEqual({ from: at('10-27T04:00'), to: at('10-27T12:01') });
  expect(back('7d', 7)).toEqual({ from: at('10-14T12:00'), to: at('10-21T13:00') });
  // Whole days, that of a week ago included; all of them began at eleven in the evening.
  expect(back('28d', 7)).toEqual({ from: at('09-22T23:00'), to: at('10-21T23:00') });
  expect(back('28d', 28)).toEqual({ from: at('09-01T23:00'), to: at('09-30T23:00') });
});
