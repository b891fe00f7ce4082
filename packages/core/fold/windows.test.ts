/** The business day and the long windows, from facts to cells (metrics.md 0, "Windows" and "Comparisons"). */
import { describe, expect, it } from 'vitest';
import { config, cost, issue, message, tick } from '../../../tests/support/facts.ts';
import { PLAIN_CALENDAR } from '../directory/calendar.ts';
import type { CostEntry, Fact } from '../facts/fact.ts';
import type { Cell, WindowCode } from '../metrics/value.ts';
import { HOUR_MS, MINUTE_MS } from '../time/instant.ts';
import { DEFAULT_TREE } from '../tree/default-tree.ts';
import { createFactFold, type FactFold } from './fold.ts';

const at = (text: string): number => Date.parse(`${text}Z`);
const ZONES = {
  ...PLAIN_CALENDAR.zones,
  'Europe/London': {
    changes: ['2025-10-26T01:00', '2026-03-29T01:00', '2026-10-25T01:00'].map(at),
    offsets: [HOUR_MS, 0, HOUR_MS, 0],
  },
  'Pacific/Tongatapu': { changes: [], offsets: [13 * HOUR_MS] },
};
const living = (zone: keyof typeof ZONES, dayStartsMs = 0) => ({
  calendar: { ...PLAIN_CALENDAR, zone, dayStartsMs, zones: ZONES },
});
const declared = (time: string, more: object = {}): Fact =>
  config(at(time), {
    messages: 'read',
    currency: 'GBP',
    sources: [],
    tree: { nodes: [] },
    ...more,
  });

const newFold = (): FactFold => createFactFold({ topology: 1, hash: (text) => text });

function folded(facts: readonly Fact[], fold = newFold()): FactFold {
  for (const fact of facts) {
    fold.advance(fold.timeOf(fact));
    fold.ingest(fact, 0);
  }
  return fold;
}
const until = (fold: FactFold, time: string): FactFold => folded([tick(at(time))], fold);

function cell(fold: FactFold, key: string, window: WindowCode): Cell {
  const series = fold.read(`acme/${key}`)!.series!;
  return series.cells.find((one) => one.window === window && one.clock === 'wall')!;
}

function restored(fold: FactFold): FactFold {
  const copy = newFold();
  copy.restore([...fold.encode()], fold.T);
  for (const key of fold.keys()) expect(copy.read(key), key).toEqual(fold.read(key));
  return copy;
}

/** A customer asks. */
const asked = (id: string, time: string): Fact[] => [
  issue(id, at(time), { stateCategory: 'new', createdAt: at(time), channel: 'email', tags: ['t'] }),
  message(id, at(time), 'customer'),
];

describe('the business day', () => {
  it('WIN-14 it begins at the last reset and is compared with the day before up to the same local time', () => {
    const fold = folded([
      declared('2026-03-20T00:00', living('Europe/London')),
      ...asked('a', '2026-03-28T10:59'),
      ...asked('b', '2026-03-28T11:01'),
      ...asked('c', '2026-03-29T00:30'),
    ]);
    // The clock was put forward: eleven hours of yesterday against ten of today.
    until(fold, '2026-03-29T10:00');
    const from = at('2026-03-29T00:00');
    expect(cell(fold, 'conversation-volume', 'bday')).toMatchObject({ from, value: 1, vsPrev: 1 });
    until(fold, '2026-03-29T22:59');
    expect(cell(fold, 'conversation-volume', 'bday')).toMatchObject({ from, value: 1, vsPrev: 2 });
    until(fold, '2026-03-29T23:00');
    expect(cell(fold, 'conversation-volume', 'bday')).toMatchObject({
      ...{ from: at('2026-03-29T23:00'), value: 0, vsPrev: 0 },
    });
    restored(fold);
  });

  it('WIN-14 an hour that the clock shows twice is compared with the same hour twice', () => {
    const fold = folded([
      declared('2026-10-01T00:00', living('Europe/London')),
      ...asked('a', '2026-10-24T00:40'),
    ]);
    const told = ['00:45', '01:10', '01:45'].map((time) => {
      until(fold, `2026-10-25T${time}`);
      restored(fold);
      return cell(fold, 'conversation-volume', 'bday').vsPrev;
    });
    expect(told).toEqual([1, 0, 1]);
  });

  it('WIN-4 a new zone or reset hour holds from the next reset on; before any was declared it is UTC', () => {
    const fold = folded([
      tick(at('2026-06-01T00:00')),
      declared('2026-06-10T15:00', living('Pacific/Tongatapu', 2 * HOUR_MS)),
    ]);
    const began = ['10T16:00', '11T05:00', '11T12:59', '11T13:00', '12T13:00'].map((time) => {
      until(fold, `2026-06-${time}`);
      return cell(fold, 'conversation-volume', 'bday').from;
    });
    expect(began.map((from) => new Date(from).toISOString().slice(5, 16))).toEqual(
      ['10T00:00', '11T00:00', '11T00:00', '11T13:00', '12T13:00'].map((time) => `06-${time}`),
    );
    restored(fold);
  });
});

describe('long windows', () => {
  it('WIN-5 28 and 90 days begin at local midnight, whatever the clock did; 7 days at the hour', () => {
    const fold = folded([
      declared('2025-08-01T00:00', living('Europe/London')),
      ...asked('a', '2026-02-12T23:59'),
      ...asked('b', '2026-02-13T00:00'),
      ...asked('c', '2026-03-12T23:59'),
      ...asked('d', '2026-03-13T00:00'),
      ...asked('e', '2026-04-03T12:59'),
      ...asked('f', '2026-04-03T13:00'),
    ]);
    until(fold, '2026-04-10T13:40');
    // The one before ends with the whole pane that moves back on the newest.
    const volume = (window: WindowCode) => cell(fold, 'conversation-volume', window);
    expect(volume('28d')).toMatchObject({ from: at('2026-03-13T00:00'), value: 3, vsPrev: 3 });
    expect(volume('90d')).toMatchObject({ from: at('2026-01-10T00:00'), value: 6, vsPrev: 0 });
    expect(volume('7d')).toMatchObject({ from: at('2026-04-03T13:00'), value: 1, vsPrev: 2 });
    until(fold, '2026-04-10T23:00');
    expect(volume('28d')).toMatchObject({ from: at('2026-03-14T00:00'), value: 2 });
  });

  /** Asked, answered, given to another and closed, all within an hour of one day. */
  const handled = (id: string, day: string): Fact[] => {
    const look = (time: string, seen: object): Fact =>
      issue(id, at(`${day}T${time}`), { ...LOOK, createdAt: at(`${day}T09:00`), ...seen });
    return [
      look('09:00', {}),
      message(id, at(`${day}T09:00`), 'customer'),
      message(id, at(`${day}T09:10`), 'human', { authorId: 'ada' }),
      look('09:11', { assigneeId: 'ada' }),
      look('09:30', { assigneeId: 'ben' }),
      look('09:40', { assigneeId: 'ben', stateCategory: 'closed' }),
    ];
  };
  const tenToNoon = (day: number): number[] => [10, 12].map((h) => (day * 24 + h) * HOUR_MS);
  const LOOK = { stateCategory: 'new', channel: 'email', tags: ['t'] } as const;
  const isDay = ([, field]: readonly [string, string, string | null]): boolean =>
    field.startsWith('acme/day/');

  it('WIN-6 what a summary counted stays in them, once, over restarts, until no window reaches it', () => {
    const fold = folded([declared('2025-01-01T00:00'), ...handled('a', '2026-01-10')]);
    until(fold, '2026-02-10T00:00');
    expect([...fold.encode()].some(isDay)).toBe(false);
    until(fold, '2026-02-20T00:00');
    expect([...fold.encode()].some(isDay)).toBe(true);
    const counted = (one: FactFold) => ({
      opened: cell(one, 'conversation-volume', '90d').value,
      replies: cell(one, 'first-response-time{channel=email}', '90d').n,
      resolved: cell(one, 'contacts-resolved', '90d').value,
    });
    expect(counted(fold)).toEqual({ opened: 1, replies: 1, resolved: 1 });
    const copy = restored(fold);
    // It is opened again: what is open of it is taken back, what is past stays.
    const later = '2026-02-21T00:00';
    folded([message('a', at(later), 'customer'), issue('a', at(later), LOOK)], copy);
    expect(counted(copy)).toEqual({ opened: 1, replies: 1, resolved: 0 });
    restored(copy);
    until(fold, '2026-04-10T23:59');
    expect(counted(fold)).toEqual({ opened: 1, replies: 1, resolved: 1 });
    until(fold, '2026-04-11T00:00');
    expect(counted(fold)).toEqual({ opened: 0, replies: 0, resolved: 0 });
    expect(cell(restored(fold), 'conversation-volume', '90d').vsPrev).toBe(1);
    until(fold, '2026-07-09T12:00');
    expect(cell(restored(fold), 'conversation-volume', '90d').vsPrev).toBe(1);
    until(fold, '2026-07-10T00:00');
    expect([...fold.encode()].some(isDay)).toBe(false);
  });

  it('WIN-6 so it is in open hours', () => {
    const desk = { zone: 'UTC', week: [0, 1, 2, 3, 4, 5].flatMap(tenToNoon), holidays: [] };
    const calendar = { ...PLAIN_CALENDAR, schedules: { desk }, workspace: 'desk' };
    const fold = folded([
      declared('2025-01-01T00:00', { calendar }),
      ...handled('a', '2026-01-10'),
    ]);
    until(fold, '2026-02-20T00:00');
    const cells = restored(fold).read('acme/average-resolution-time')!.series!.cells;
    const told = cells.filter(({ window }) => window === '90d');
    expect(told.map(({ clock, n }) => [clock, n])).toEqual([
      ['wall', 1],
      ['business', 1],
    ]);
    const replies = restored(fold).read('acme/first-response-time')!.series!.cells;
    const open = replies.find(({ window, clock }) => window === '90d' && clock === 'business')!;
    expect(open).toMatchObject({ n: 1, num: 0, zeroPpm: 1_000_000 });
  });

  it('WIN-7 a summary counts among distinct ones by its last work; what was distinct before is not known', () => {
    const fold = folded([declared('2025-01-01T00:00'), ...handled('a', '2026-01-10')]);
    until(fold, '2026-02-20T00:00');
    const rate = (one: FactFold, window: WindowCode) =>
      cell(one, 'conversation-handoff-rate', window);
    for (const one of [fold, restored(fold)]) {
      expect(rate(one, '90d')).toMatchObject({ num: 1, den: 1 });
      folded([message('a', at('2026-02-21T00:00'), 'human', { authorId: 'ben' })], one);
      expect(rate(one, '90d')).toMatchObject({ num: 1, den: 1 });
      expect(rate(one, '28d')).toMatchObject({ num: 0, den: 1 });
      until(one, '2026-04-12T00:00');
      expect(rate(one, '90d')).toMatchObject({ num: 0, den: 1, vsPrev: null });
    }
  });

  it('WIN-7 what a summary knows of its work a later one knows too', () => {
    const fold = folded([declared('2025-01-01T00:00'), ...handled('a', '2026-01-10')]);
    const closed = { ...LOOK, assigneeId: 'ben', stateCategory: 'closed' } as const;
    folded(
      [
        message('a', at('2026-02-15T00:00'), 'customer'),
        message('a', at('2026-02-15T01:00'), 'human', { authorId: 'ben' }),
        issue('a', at('2026-02-15T02:00'), closed),
      ],
      fold,
    );
    for (const [day, num] of [
      ['2026-03-25', 1],
      ['2026-04-10', 1],
      ['2026-04-11', 0],
    ] as const) {
      until(fold, `${day}T00:00`);
      const rate = cell(restored(fold), 'conversation-handoff-rate', '90d');
      expect([day, rate.num, rate.den]).toEqual([day, num, 1]);
    }
  });

  it('WIN-8 they keep durations in buckets: sums are exact, the greatest is told as its bucket', () => {
    const fold = folded([declared('2025-01-01T00:00'), ...handled('a', '2026-01-10')]);
    const told = (window: WindowCode) => cell(fold, 'first-response-time', window);
    const waited = 10 * MINUTE_MS;
    expect(told('24h')).toMatchObject({ p50: waited, max: waited, num: waited });
    for (const window of ['7d', '28d', '90d'] as const) {
      const { num, mean, max, p50 } = told(window);
      expect([num, mean]).toEqual([waited, waited]);
      expect([max, p50]).not.toEqual([waited, waited]);
      expect(Math.abs(max! - waited)).toBeLessThanOrEqual(waited / 100);
    }
  });

  it('WIN-9 a metric is told over the windows that it names', () => {
    const fold = folded([declared('2025-01-01T00:00')]);
    const codes = (key: string) => fold.read(`acme/${key}`)!.series!.cells.map((c) => c.window);
    const short = ['5m', '15m', '30m', '60m', '24h', 'bday'];
    expect(codes('conversation-volume')).toEqual([...short, '7d', '28d', '90d']);
    expect(codes('reopens')).toEqual(short);
    expect(codes('backlog')).toEqual(['now']);
  });

  it('WIN-10 a row that is declared late is filling in a window that reaches behind what is remembered', () => {
    const by = { 'conversation-volume': ['tag'] };
    const fold = folded([
      declared('2025-01-01T00:00'),
      ...handled('a', '2026-01-10'),
      ...handled('b', '2026-03-01'),
      declared('2026-03-01T12:00', { by }),
    ]);
    const row = (window: WindowCode) => cell(fold, 'conversation-volume{tag=t}', window);
    expect(row('90d')).toMatchObject({ value: 1, state: 'partial', reasons: ['window_filling'] });
    expect(row('28d')).toMatchObject({ value: 1, state: 'live', vsPrev: null });
    expect(cell(fold, 'conversation-volume', '90d')).toMatchObject({ value: 2, state: 'live' });
    // 34 days before it was declared all that was not forgotten is told; what else is declared changes nothing.
    folded([declared('2026-04-20T12:00', { by: { ...by, holds: ['tag'] } })], fold);
    fold.touched();
    until(fold, '2026-04-26T12:00');
    expect(row('90d')).toMatchObject({ from: at('2026-01-26T00:00'), state: 'partial' });
    until(fold, '2026-04-27T12:00');
    expect(row('90d')).toMatchObject({ from: at('2026-01-27T00:00'), state: 'live', value: 1 });
    expect(fold.touched().dirty).toContain('acme/conversation-volume{tag=t}');
  });

  it('WIN-11 a cost counts as long as one of them reaches it, and in the one before', () => {
    const entry: CostEntry = {
      costId: 'pay',
      revision: 1,
      stage: 'settled',
      category: 'tooling',
      amountMicro: 31_000_000,
      currency: 'GBP',
      from: at('2026-01-01T00:00'),
      to: at('2026-02-01T00:00'),
      accrual: 'even',
    };
    const fold = folded([declared('2025-01-01T00:00'), cost(at('2026-01-01T00:00'), entry)]);
    const spent = (window: WindowCode) => cell(fold, 'total-support-cost', window);
    until(fold, '2026-02-10T12:00');
    expect(spent('28d')).toMatchObject({
      ...{ from: at('2026-01-13T00:00'), to: at('2026-02-10T00:00') },
      ...{ value: 19_000_000, vsPrev: 12_000_000 },
    });
    until(fold, '2026-05-01T12:00');
    expect(spent('90d')).toMatchObject({ value: 1_000_000, vsPrev: 30_000_000 });
    until(fold, '2026-07-30T12:00');
    expect(spent('90d')).toMatchObject({ vsPrev: 1_000_000 });
    until(fold, '2026-08-02T12:00');
    expect(spent('90d')).toMatchObject({ vsPrev: null });
    expect([...fold.encode()].some(([, field]) => field === 'acme/cost/pay')).toBe(false);
  });

  it('WIN-12 without a reference there is no change to share among children', () => {
    // The built-in tree: handled is volume less the change of what is unhandled.
    const fold = folded([
      declared('2026-06-01T00:00', { tree: DEFAULT_TREE }),
      ...asked('a', '2026-06-02T12:00'),
    ]);
    const children = (): unknown[] =>
      cell(fold, 'contacts-handled', '24h').shares.map(({ child, share }) => [child, share]);
    expect(children()).toEqual([]);
    until(fold, '2026-06-03T00:01');
    expect(children()).toEqual([
      ['conversation-volume', 1],
      ['contacts-unhandled-change', -1],
    ]);
  });

  it('WIN-12 one that began before the workspace is filling, and is no reference', () => {
    const fold = folded([declared('2026-06-01T00:00'), ...asked('a', '2026-06-02T12:00')]);
    const states = (): unknown[] =>
      (['24h', 'bday', '7d', '28d'] as const).map((window) => {
        const { state, vsPrev } = cell(fold, 'conversation-volume', window);
        return [state, vsPrev];
      });
    const NONE = ['partial', null];
    expect(states()).toEqual([['live', null], ['live', 0], NONE, NONE]);
    until(fold, '2026-06-10T12:00');
    expect(states()).toEqual([['live', 0], ['live', 0], ['live', null], NONE]);
    fold.touched();
    until(fold, '2026-06-29T00:00');
    expect(states()).toEqual([
      ['live', 0],
      ['live', 0],
      ['live', 0],
      ['live', null],
    ]);
    expect(fold.touched().dirty).toContain('acme/holds');
  });
});
