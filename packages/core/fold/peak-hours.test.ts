/** How much comes in each hour of the week, from facts to series (metrics.md 3.1, 21). */
import { describe, expect, it } from 'vitest';
import { config, issue, message, tick } from '../../../tests/support/facts.ts';
import { folded, newFold } from '../../../tests/support/folded.ts';
import { PLAIN_CALENDAR } from '../directory/calendar.ts';
import type { Fact } from '../facts/fact.ts';
import { unexplained } from '../metrics/explained.ts';
import type { Cell } from '../metrics/value.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time/instant.ts';
import { UTC } from '../time/zone.ts';
import type { FactFold } from './fold.ts';

const WEEK_MS: number = 7 * DAY_MS;
/** A Monday. */
const START: number = Date.parse('2026-06-01T00:00:00Z');
const BASE = { messages: 'read', currency: 'GBP', sources: [], tree: { nodes: [] } };
const declared = (at = START, more: object = {}): Fact => config(at, { ...BASE, ...more });

/** Who asks at an instant is answered and closed two minutes later. */
function contact(id: string, at: number): Fact[] {
  const of = { createdAt: at, channel: 'email', teamId: 't' };
  return [
    issue(id, at, { ...of, stateCategory: 'new' }),
    message(id, at, 'customer'),
    message(id, at + MINUTE_MS, 'human', { authorId: 'ann' }),
    issue(id, at + 2 * MINUTE_MS, { ...of, stateCategory: 'closed' }),
  ];
}

/** Each Monday from ten on one more than the week before. */
const weeks = (n: number): Fact[] =>
  Array.from({ length: n }, (_, week) => {
    const at = START + week * WEEK_MS + 10 * HOUR_MS + 10 * MINUTE_MS;
    return Array.from({ length: week + 1 }, (_, i) => contact(`m${week}-${i}`, at + i));
  })
    .flat(2)
    .sort((a, b) => a.recordedAt - b.recordedAt);

const PEAK = 'peak-hours';
const row = (name: string): string => `${PEAK}{hour_of_week=${name}}`;
const cell = (fold: FactFold, key = PEAK): Cell => fold.read(`acme/${key}`)!.series!.cells[0]!;
const rowsOf = (fold: FactFold): string[] =>
  [...fold.keys()].filter((key) => key.startsWith(`acme/${PEAK}{`));
const told = (fold: FactFold, name: string): unknown[] => {
  const { num, den, value } = cell(fold, row(name));
  return [num, den, value];
};

function restored(fold: FactFold): FactFold {
  const copy = newFold();
  copy.restore([...fold.encode()], fold.T);
  expect([...copy.keys()].sort()).toEqual([...fold.keys()].sort());
  for (const key of fold.keys()) expect(copy.read(key), key).toEqual(fold.read(key));
  return copy;
}

describe('peak hours', () => {
  it('PEAK-6 168 rows in the order of the week, each with its band, once four weeks were seen', () => {
    const young = folded([declared(), ...weeks(4), tick(START + 4 * WEEK_MS - 1)]);
    expect(rowsOf(young)).toEqual([]);
    expect(cell(young)).toMatchObject({
      ...{ window: '56d', state: 'partial', value: null, n: 0 },
      reasons: ['too_few_weeks', 'window_filling'],
    });
    // Of an hour that no week has nothing is told either.
    expect(cell(young, row('mon_24'))).toMatchObject({ value: null, n: 0 });
    const fold = folded([tick(START + 4 * WEEK_MS)], young);
    expect(rowsOf(fold)).toHaveLength(168);
    expect([rowsOf(fold)[0], rowsOf(fold)[167]]).toEqual(
      [row('mon_00'), row('sun_23')].map((key) => `acme/${key}`),
    );
    // 1 2 3 4
    expect(cell(fold, row('mon_10'))).toMatchObject({
      ...{ value: 2_500, num: 10, den: 4, n: 10, low: 1_000, high: 4_000, lowN: false },
      ...{ state: 'partial', reasons: ['window_filling'], vsPrev: null, vsHow: null },
    });
    expect(cell(fold, row('mon_11'))).toMatchObject({ value: 0, num: 0, den: 4, low: 0, high: 0 });
    expect(cell(fold)).toMatchObject({ value: 15, num: 10, den: 28 * 24, low: null, high: null });
    expect(fold.read(`acme/${PEAK}`)!.series).toMatchObject({
      ...{ form: 'DIST', unit: 'milli', additive: false, definition: 'peak-hours@1' },
    });
    const full = folded([tick(START + 8 * WEEK_MS)], fold);
    expect(cell(full, row('mon_10'))).toMatchObject({
      ...{ from: START, to: START + 8 * WEEK_MS, state: 'live', reasons: [], value: 1_250, den: 8 },
    });
    // The first Monday has dropped out.
    folded([tick(full.T + DAY_MS)], full);
    expect(told(full, 'mon_10')).toEqual([9, 8, 1_125]);
  });

  it('PEAK-7 a new day tells all of it anew, a late word its own hour alone, and today nothing', () => {
    const fold = folded([declared(), ...weeks(5), tick(START + 5 * WEEK_MS)]);
    const touched = (): string[] =>
      [...fold.touched().dirty].filter((key) => key.startsWith(`acme/${PEAK}`));
    folded([tick(fold.T + 2 * HOUR_MS)], fold);
    touched();
    // Whoever wrote before it was seen is no start that rests on an unread thread.
    const [seen, asked, ...rest] = contact('today', fold.T + MINUTE_MS);
    folded([asked!, seen!, ...rest], fold);
    expect(touched()).toEqual([]);
    folded([issue('m4-0', fold.T + 1, { stateCategory: 'closed', tags: ['spam'] })], fold);
    expect(touched().sort()).toEqual([PEAK, row('mon_10')].map((key) => `acme/${key}`));
    // 1 2 3 4 4
    expect(told(fold, 'mon_10')).toEqual([14, 5, 2_800]);
    folded([tick(START + 5 * WEEK_MS + DAY_MS)], fold);
    expect(touched()).toHaveLength(169);
    expect(told(fold, 'mon_02')).toEqual([1, 6, 167]);
  });

  it('PEAK-8 summarised and restored it is the same, and in another zone its hours are others', () => {
    const fold = folded([declared(), ...weeks(8), tick(START + 8 * WEEK_MS)]);
    expect([...fold.encode()].some(([, field]) => field.includes('/quarter/'))).toBe(true);
    expect(told(restored(fold), 'mon_10')).toEqual([36, 8, 4_500]);
    const zones = { 'Asia/Kolkata': { changes: [], offsets: [5.5 * HOUR_MS] } };
    const calendar = { ...PLAIN_CALENDAR, zone: 'Asia/Kolkata', zones };
    folded([declared(fold.T + 1, { calendar })], fold);
    // 10:10 is 15:40 there. Of the Monday there at which the log began the first hours are missing.
    expect(told(fold, 'mon_15')).toEqual([35, 7, 5_000]);
    expect(told(fold, 'mon_10')).toEqual([0, 7, 0]);
    expect(cell(fold)).toMatchObject({
      from: START - 5.5 * HOUR_MS,
      to: START + 8 * WEEK_MS - 5.5 * HOUR_MS,
    });
    restored(fold);
  });

  it('PEAK-9 holidays are those of the hours that hold for the workspace, declared late too', () => {
    const fold = folded([declared(), ...weeks(8), tick(START + 8 * WEEK_MS)]);
    const [first, last] = [START / DAY_MS, START / DAY_MS + 49];
    const schedules = {
      office: { zone: 'UTC', week: [0, WEEK_MS], holidays: [first, last] },
      night: { zone: 'UTC', week: [0, WEEK_MS], holidays: [first + 7] },
    };
    const calendar = { ...PLAIN_CALENDAR, zones: { UTC }, schedules, workspace: 'office' };
    folded([declared(fold.T + 1, { calendar })], fold);
    // 2 3 4 5 6 7
    expect(cell(fold, row('mon_10'))).toMatchObject({ num: 27, den: 6, low: 2_000, high: 7_000 });
    expect(told(restored(fold), 'mon_10')).toEqual([27, 6, 4_500]);
    const holidays = [0, 7, 14, 21, 28].map((day) => first + day);
    const closed = { office: { ...schedules.office, holidays } };
    folded([declared(fold.T + 1, { calendar: { ...calendar, schedules: closed } })], fold);
    expect(cell(fold, row('mon_10'))).toMatchObject({
      ...{ value: null, num: null, den: null, n: 0 },
      ...{ state: 'undefined', reasons: ['too_few_weeks'] },
    });
    expect(told(fold, 'tue_10')).toEqual([0, 8, 0]);
  });

  it('PEAK-10 eight weeks are not explained, and whoever asks is told why', () => {
    const fold = folded([declared(), ...weeks(5), tick(START + 5 * WEEK_MS)]);
    const asked = { key: row('mon_10'), window: '56d', clock: 'wall' } as const;
    expect(fold.explain('acme', { ...asked, after: null, limit: 10 })).toBeNull();
    expect(unexplained(asked)).toMatch(/more than 7 days/);
  });
});
