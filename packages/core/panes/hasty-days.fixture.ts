/** Days of a zone whose clock is put forward and back in a few days, and once over midnight. */
import { PLAIN_CALENDAR } from '../directory/calendar.ts';
import { businessDays, calendarDays } from '../directory/local-days.ts';
import { HOUR_MS } from '../time/instant.ts';
import type { Days } from './window.ts';

const at = (text: string): number => Date.parse(`${text}Z`);
export const START: number = at('2026-06-10T00:00');
const hasty = {
  changes: ['2026-06-10T04:00', '2026-06-11T01:00', '2026-06-12T22:30'].map(at),
  offsets: [1, 2, 1, 0].map((h) => h * HOUR_MS),
};

export function hastyDays(dayStartsMs: number): Days {
  const calendar = { ...PLAIN_CALENDAR, zone: 'hasty', zones: { hasty }, dayStartsMs };
  const versions = [{ from: 0, calendar }];
  return { business: businessDays(versions), calendar: calendarDays(versions) };
}
