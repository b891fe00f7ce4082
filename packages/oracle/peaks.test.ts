import type { WorkspaceConfig } from '@sapwood/core/config';
import type { Fact } from '@sapwood/core/facts';
import { expect, it } from 'vitest';
import { NOBODY } from './hours.fixture.ts';
import type { Calendar } from './hours.ts';
import type { OracleState } from './index.ts';
import { cellIn, on, over, shareIn, talk } from './returns.fixture.ts';

const KEY = 'peak-hours';
const row = (name: string): string => `${KEY}{hour_of_week=${name}}`;
/** Two on the first Wednesday at nine, one a week later, and one on a Sunday after eight. */
const TOLD: readonly Fact[] = [
  ...[talk('A').ask('03 09:00'), talk('B').ask('03 09:59:59.999'), talk('C').ask('10 09:30')],
  talk('D').ask('07 20:00'),
].flat();
const at = (time: string, declared: Partial<WorkspaceConfig> = {}): OracleState =>
  over(TOLD, declared)(time);
const inHours = (calendar: Partial<Calendar>, time: string): OracleState =>
  at(time, { calendar: { ...NOBODY, ...calendar } });

it('ORACLE-152 what is opened in an hour of the week, by the hours that there were in 56 days', () => {
  // The log begins on Monday 1 June at midnight.
  const state = at('07-01 12:00');
  expect(cellIn(state, row('wed_09'), '56d')).toMatchObject({
    ...{ from: on('05-06 00:00'), to: on('07-01 00:00'), vsPrev: null },
    ...{ value: 750, num: 3, den: 4, n: 3, band: { low: 0, high: 2_000 } },
  });
  expect(shareIn(state, row('mon_09'), '56d')).toBe('0/5');
  expect(shareIn(state, KEY, '56d')).toBe(`4/${30 * 24}`);
  expect([...state.series.keys()].filter((key) => key.startsWith(KEY))).toHaveLength(169);
  expect(shareIn(at('07-29 00:00'), row('wed_09'), '56d')).toBe('3/8');
  expect(shareIn(at('07-30 00:00'), row('wed_09'), '56d')).toBe('1/8');
});

it('ORACLE-152 nothing is told before four whole weeks, nor of fewer than four such hours', () => {
  expect(at('06-28 23:59').series.has(KEY)).toBe(false);
  expect(shareIn(at('06-29 00:00'), row('sun_20'), '56d')).toBe('1/4');
  const days = ['03', '10', '17', '24'].map((day) => on(`${day} 00:00`) / 86_400_000);
  const office = { zone: 'UTC', week: [], holidays: days };
  const closed = inHours({ workspace: 'office', schedules: { office } }, '07-15 00:00');
  expect([closed.series.has(row('wed_09')), shareIn(closed, row('tue_09'), '56d')]).toEqual([
    ...[false, '0/7'],
  ]);
  expect(shareIn(closed, KEY, '56d')).toBe(`1/${40 * 24}`);
});

it('ORACLE-152 hours are those of the wall: one that came twice is two, one that was skipped none', () => {
  const instant = Date.parse;
  const zone = {
    changes: [instant('2026-06-07T21:00Z'), instant('2026-06-14T20:00Z')],
    offsets: [0, -3_600_000, 0],
  };
  // Sunday 20:00 to 21:00 came twice on the 7th; on the 14th 19:00 to 20:00 was skipped.
  const state = inHours({ zone: 'Z', zones: { Z: zone } }, '07-05 12:00');
  expect(['sun_19', 'sun_20', 'sun_21'].map((name) => shareIn(state, row(name), '56d'))).toEqual([
    ...['-', '1/5', '0/4'],
  ]);
  expect(cellIn(state, row('sun_20'), '56d')).toMatchObject({
    ...{ value: 200, band: { low: 0, high: 500 } },
  });
});
