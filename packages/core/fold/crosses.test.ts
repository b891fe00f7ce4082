/** Rows by several dimensions at once: which there are, that they add up, and what they are made of (metrics.md 4). */
import { expect, it } from 'vitest';
import { at } from '../../../tests/support/derived.ts';
import { config, issue, message, tick } from '../../../tests/support/facts.ts';
import { folded } from '../../../tests/support/folded.ts';
import type { Fact } from '../facts/fact.ts';
import { HOUR_MS, SECOND_MS } from '../time/instant.ts';
import { createFactFold, type FactFold } from './fold.ts';

const hash = (text: string): string => text;
const START = at('09:00');

const declared = (time: number, by: object): Fact =>
  config(time, { currency: 'GBP', sources: [], tree: { nodes: [] }, by });

/** One conversation; `seen` comes with the look. */
const opened = (id: string, time: number, channel: string, seen: object): Fact[] => [
  message(id, time, 'customer', { channel }),
  issue(id, time + 1, { stateCategory: 'new', createdAt: time, ...seen }),
];

/** Values of all rows of a metric in one window, by what stands in braces. */
function rowsOf(fold: FactFold, id: string, window = '24h'): Record<string, number | null> {
  const rows: Record<string, number | null> = {};
  for (const key of fold.keys()) {
    const series = fold.read(key)?.series;
    if (series?.key.split('{')[0] !== id) continue;
    rows[series.key.slice(id.length)] = series.cells.find((one) => one.window === window)!.value;
  }
  return rows;
}

const only = (
  rows: Readonly<Record<string, number | null>>,
  ...names: readonly string[]
): Record<string, number | null> =>
  Object.fromEntries(
    Object.entries(rows).filter(([row]) => {
      const own = [...row.matchAll(/[{,]([a-z_]+)=/g)].map(([, name]) => name);
      return own.join() === names.join();
    }),
  );

const sumOf = (rows: Readonly<Record<string, number | null>>): number =>
  Object.values(rows).reduce<number>((sum, value) => sum + value!, 0);

const THREE = [
  ...opened('a', START + 1_000, 'email', { priority: 'urgent' }),
  ...opened('b', START + 2_000, 'email', { priority: 'low' }),
  ...opened('c', START + 3_000, 'live, chat', { priority: 'urgent' }),
];
const BY = { 'conversation-volume': ['channel,priority'] };

it('CROSS-1 declared from the start or later, each two values have a row, and they add up', () => {
  const crossed = {
    '{channel=email,priority=urgent}': 1,
    '{channel=email,priority=low}': 1,
    '{channel=live%2C%20chat,priority=urgent}': 1,
  };
  const early = folded([declared(START, BY), ...THREE]);
  const late = folded([declared(START, {}), ...THREE, declared(START + 9_000, BY)]);
  for (const fold of [early, late]) {
    const rows = rowsOf(fold, 'conversation-volume');
    const told = Object.entries(only(rows, 'channel', 'priority'));
    // Before it was looked at nobody knew of a priority: what stood there does no longer.
    expect(Object.fromEntries(told.filter(([, value]) => value !== 0))).toEqual(crossed);
    expect(only(rows, 'channel')['{channel=email}']).toBe(2);
    expect(rows['']).toBe(3);
  }
  const crosses = [...early.keys()].filter((key) => key.includes(','));
  expect(crosses.every((key) => key.startsWith('acme/conversation-volume{'))).toBe(true);
});

it('CROSS-1 declared no longer, its rows have no value, and no other row has another', () => {
  const fold = folded([declared(START, BY), ...THREE, declared(START + 9_000, {})]);
  const row = 'acme/conversation-volume{channel=email,priority=urgent}';
  expect(fold.read(row)?.series?.cells[0]).toMatchObject({
    ...{ value: null, state: 'unknown', reasons: ['not_declared'] },
  });
  expect(rowsOf(fold, 'conversation-volume')['{channel=email}']).toBe(2);
});

it('CROSS-1 of another priority it stands in another row, and in all as before', () => {
  const moved = issue('a', START + 20_000, {
    ...{ stateCategory: 'new', createdAt: START + 1_000, priority: 'low' },
    updatedAt: START + 20_000,
  });
  const rows = rowsOf(folded([declared(START, BY), ...THREE, moved]), 'conversation-volume');
  expect(rows['{channel=email,priority=urgent}']).toBe(0);
  expect(rows['{channel=email,priority=low}']).toBe(2);
  expect(rows['']).toBe(3);
});

const SMALL = { 'conversation-volume': ['handled_by,priority'] };
const NUMBERED = Array.from({ length: 40 }, (_, i) =>
  opened(`c${i}`, START + i * SECOND_MS, 'email', { priority: `p${String(i).padStart(2, '0')}` }),
).flat();

it('CROSS-2 of 40 rows 4 x 8 are shown, and with __other__ they are the total', () => {
  const fold = folded([declared(START, SMALL), ...NUMBERED]);
  const rows = rowsOf(fold, 'conversation-volume');
  const crossed = only(rows, 'handled_by', 'priority');
  expect(Object.keys(crossed)).toHaveLength(33);
  // One place was taken by `__none__`, in which each stood before it was looked at.
  expect(crossed['{handled_by=__other__,priority=__other__}']).toBe(9);
  expect(sumOf(crossed)).toBe(40);
  const hidden = fold.read('acme/conversation-volume{handled_by=none,priority=p39}')!.series!;
  expect(hidden.cells[0]).toMatchObject({ value: null, state: 'unknown', reasons: ['in_other'] });
});

it('CROSS-2 at the whole hour those are shown that counted most', () => {
  const facts = [declared(START, SMALL), ...NUMBERED];
  for (let i = 0; i < 5; i++) {
    facts.push(...opened(`d${i}`, START + 50_000 + i, 'email', { priority: 'p39' }));
  }
  const fold = folded([...facts, tick(START + HOUR_MS + 1)]);
  const crossed = only(rowsOf(fold, 'conversation-volume'), 'handled_by', 'priority');
  expect(crossed['{handled_by=none,priority=p39}']).toBe(6);
  expect(crossed['{handled_by=__other__,priority=__other__}']).toBe(8);
  expect(sumOf(crossed)).toBe(45);
});

it('CROSS-3 it counts with each of its tags: such rows do not add up', () => {
  const by = { 'conversation-volume': ['channel,tag', 'channel,priority'] };
  const fold = folded([
    ...[declared(START, by), ...opened('a', START + 1, 'email', { tags: ['x', 'y'] })],
  ]);
  const rows = only(rowsOf(fold, 'conversation-volume'), 'channel', 'tag');
  expect(rows).toMatchObject({ '{channel=email,tag=x}': 1, '{channel=email,tag=y}': 1 });
  const addsUp = (key: string): boolean =>
    fold.read(`acme/conversation-volume${key}`)!.series!.additive;
  expect(addsUp('{channel=email,tag=x}')).toBe(false);
  expect(addsUp('{channel=email,priority=__none__}')).toBe(true);
});

it('CROSS-4 restored, or advanced in one step, the same rows are shown with the same values', () => {
  const by = { 'conversation-volume': ['handled_by,priority', 'channel,handled_by,tag'] };
  const facts = [declared(START, by)];
  for (let i = 0; i < 90; i++) {
    const seen = { priority: `p${i % 50}`, tags: [`t${i % 7}`, `t${i % 11}`] };
    facts.push(...opened(`c${i}`, START + i * 37 * SECOND_MS, `ch${i % 3}`, seen));
  }
  const fold = folded(facts);
  const copy = createFactFold({ topology: 1, hash });
  copy.restore([...fold.encode()], fold.T);
  const rows = (one: FactFold): object => rowsOf(one, 'conversation-volume');
  expect(rows(copy)).toEqual(rows(fold));
  folded([tick(START + 7 * HOUR_MS)], fold);
  for (let hour = 2; hour <= 7; hour++) folded([tick(START + hour * HOUR_MS)], copy);
  expect(rows(copy)).toEqual(rows(fold));
  const stored = (one: FactFold) =>
    [...one.encode()].filter(([, field]) => field.includes('/row/'));
  expect(stored(copy)).toEqual(stored(fold));
});

it('CROSS-5 what is open and who waits is told by a cross as by a dimension', () => {
  const by = {
    backlog: ['age,channel', 'priority,state'],
    'first-response-time': ['channel,priority'],
  };
  const fold = folded([declared(START, by), ...THREE, tick(START + HOUR_MS + 60_000)]);
  const rows = rowsOf(fold, 'backlog', 'now');
  expect(only(rows, 'age', 'channel')).toEqual({
    ...{ '{age=under_1h,channel=email}': 0, '{age=under_1h,channel=live%2C%20chat}': 0 },
    ...{ '{age=1h_to_4h,channel=email}': 2, '{age=1h_to_4h,channel=live%2C%20chat}': 1 },
  });
  expect(only(rows, 'priority', 'state')).toMatchObject({
    ...{ '{priority=urgent,state=new}': 2, '{priority=low,state=new}': 1 },
  });
  const waits = fold.read('acme/first-response-time{channel=email,priority=low}')!.series!.waiting;
  expect(waits).toEqual({ count: 1, oldestSince: START + 2_000 });
});

it('CROSS-6 the parts of a row are those that count in it, and add up to it', () => {
  const fold = folded([declared(START, SMALL), ...NUMBERED]);
  const explained = (row: string) =>
    fold.explain('acme', {
      ...{ key: `conversation-volume${row}`, window: '24h', clock: 'wall' },
      ...{ after: null, limit: 100 },
    })!;
  const one = explained('{handled_by=none,priority=p03}');
  expect(one).toMatchObject({ sums: true, published: { value: 1 }, counts: { events: 1 } });
  expect(one.parts[0]).toMatchObject({ conversation: { id: 'c3' } });
  const others = explained('{handled_by=__other__,priority=__other__}');
  expect(others).toMatchObject({ sums: true, published: { value: 9 }, counts: { events: 9 } });
});
