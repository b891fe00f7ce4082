/** Durations in open hours stand beside those of the wall (metrics.md 1.6). */
import { expect, it } from 'vitest';
import { at } from '../../../tests/support/derived.ts';
import { config, issue, message } from '../../../tests/support/facts.ts';
import { folded, newFold } from '../../../tests/support/folded.ts';
import { PLAIN_CALENDAR } from '../directory/calendar.ts';
import type { Fact } from '../facts/fact.ts';
import type { Cell } from '../metrics/value.ts';
import { DAY_MS, HOUR_MS } from '../time/instant.ts';
import type { FactFold } from './fold.ts';

const week = [0, 1, 2, 3, 4].flatMap((day) => [9, 17].map((h) => day * DAY_MS + h * HOUR_MS));
const desk = { zone: 'UTC', week, holidays: [] };
const calendar = { ...PLAIN_CALENDAR, schedules: { desk }, workspace: 'desk' };
const declared = (time: string, more: object): Fact =>
  config(at(time), { currency: 'GBP', sources: [], tree: { nodes: [] }, ...more });

const firstReplies = (fold: FactFold): Pick<Cell, 'clock' | 'value' | 'n' | 'max' | 'zeroPpm'>[] =>
  fold
    .read('acme/first-response-time{channel=email}')!
    .series!.cells.filter(({ window }) => window === '24h')
    .map(({ clock, value, n, max, zeroPpm }) => ({ clock, value, n, max, zeroPpm }));

/** Asked at one, answered at two; asked at eight, answered half an hour after they opened. */
const NIGHT: readonly Fact[] = [
  message('a', at('01:00'), 'customer', { channel: 'email' }),
  message('a', at('02:00'), 'human'),
  message('b', at('08:00'), 'customer', { channel: 'email' }),
  message('b', at('09:30'), 'human'),
];

it('HOURS-12 case 7: out of hours it took no time, the share of such is told, the wall beside it', () => {
  const fold = folded([declared('00:00', { calendar }), ...NIGHT]);
  expect(firstReplies(fold)).toEqual([
    { clock: 'wall', value: 3_600_000, n: 2, max: 5_400_000, zeroPpm: null },
    { clock: 'business', value: 0, n: 2, max: 1_800_000, zeroPpm: 500_000 },
  ]);
});

it('HOURS-13 hours that are declared later tell what was before, and are told no more when withdrawn', () => {
  const fold = folded([declared('00:00', {}), ...NIGHT]);
  expect(firstReplies(fold).map(({ clock }) => clock)).toEqual(['wall']);
  folded([declared('09:40', { calendar })], fold);
  expect(firstReplies(fold)[1]).toMatchObject({ clock: 'business', n: 2, max: 1_800_000 });
  folded([declared('09:50', { more: 'none' })], fold);
  expect(firstReplies(fold).map(({ clock }) => clock)).toEqual(['wall']);
});

it('HOURS-14 restored, both clocks show what they showed', () => {
  const closed = issue('b', at('10:00'), { stateCategory: 'closed', createdAt: at('08:00') });
  const fold = folded([declared('00:00', { calendar }), ...NIGHT, closed]);
  const copy = newFold();
  copy.restore([...fold.encode()], fold.T);
  for (const key of fold.keys()) expect(copy.read(key)).toEqual(fold.read(key));
});
