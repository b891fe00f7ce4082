/** The hours of a week on the wall as classes: `mon_00` to `sun_23`, in their order. */
import { seriesKey } from './value.ts';

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export const HOUR_NAMES: readonly string[] = WEEKDAYS.flatMap((day) =>
  Array.from({ length: 24 }, (_, hour) => `${day}_${String(hour).padStart(2, '0')}`),
);

export const hourRow = (id: string, hourOfWeek: number): string =>
  seriesKey(id, { hour_of_week: HOUR_NAMES[hourOfWeek]! });
