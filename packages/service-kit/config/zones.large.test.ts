import { localAt } from '@sapwood/core/zone';
import { expect, it } from 'vitest';
import { compileCalendar } from '../config.ts';

const NOW = Date.parse('2026-11-27T12:00:00Z');
const FIRST = Date.parse('1990-01-01T00:00:00Z');
const UNTIL = Date.parse('2029-01-01T00:00:00Z');
const HOUR_MS = 3_600_000;
/** Meets other hours of the day and days of the week each time. */
const STRIDE_MS = 37 * 24 * HOUR_MS + 5 * HOUR_MS + 11_000;

/** The engine's wall, as `2026-06-10 09:00:00`. */
const wallIn = (timeZone: string): ((t: number) => string) => {
  const format = new Intl.DateTimeFormat('sv-SE', {
    ...{ timeZone, dateStyle: 'short', timeStyle: 'medium' },
  });
  return (t) => format.format(t);
};
const shown = (local: number): string =>
  new Date(local).toISOString().slice(0, 19).replace('T', ' ');

it('CAL-6 in every zone that the engine knows, the table shows its wall, on both sides of each change', () => {
  const zones = Intl.supportedValuesOf('timeZone');
  const wrong: string[] = [];
  let changes = 0;
  for (const zone of zones) {
    const { zones: compiled } = compileCalendar(
      { zone, dayStartsMs: 0, schedules: {}, workspace: null, teams: {}, accounts: {} },
      NOW,
    );
    const table = compiled[zone]!;
    const wall = wallIn(zone);
    const instants = table.changes.flatMap((at) => [at - HOUR_MS, at - 1, at, at + HOUR_MS]);
    for (let t = FIRST; t < UNTIL; t += STRIDE_MS) instants.push(t);
    for (const t of instants) {
      if (t >= FIRST && shown(localAt(table, t)) !== wall(t)) wrong.push(`${zone} ${t}`);
    }
    changes += table.changes.length;
  }
  expect(wrong).toEqual([]);
  expect([zones.length > 400, changes > 10_000]).toEqual([true, true]);
}, 600_000);
