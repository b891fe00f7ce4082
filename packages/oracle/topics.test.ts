import type { WorkspaceConfig } from '@sapwood/core/config';
import type { Fact, IssueObserved } from '@sapwood/core/facts';
import { expect, it } from 'vitest';
import type { OracleState } from './index.ts';
import { cellIn, over, shareIn, talk } from './returns.fixture.ts';

const asked = (id: string, time: string, category: string | null): Fact[] =>
  talk(id, { category }).ask(time);
const closed = (id: string, seen: IssueObserved, time = '10 12:00'): Fact[] => {
  const { ask, close } = talk(id, seen);
  return [...ask('10 09:00'), close(time)];
};
const tagged = (id: string, category: string | null, ...tags: string[]): Fact[] =>
  closed(id, { category, tags });
const at = (
  time: string,
  told: readonly (readonly Fact[])[],
  declared: Partial<WorkspaceConfig> & { trackedFields?: string[] } = {},
): OracleState => over(told.flat(), declared)(time);
const LATER: IssueObserved = { stateCategory: 'closed', tags: ['vip'] };
const keysOf = (state: OracleState, metric: string): string[] =>
  [...state.series.keys()].filter((key) => key.startsWith(metric)).sort();

it('ORACLE-137 topics divide what was opened, what has none being one of its own', () => {
  const key = 'issue-category-distribution';
  const told = [
    ...[asked('A', '10 09:00', 'login'), asked('B', '10 09:30', 'login')],
    ...[asked('C', '10 10:00', 'billing'), asked('D', '11 11:00', null)],
  ];
  const state = at('11 12:00', told);
  const shares = (topic: string): string[] =>
    ['60m', '28d'].map((window) => shareIn(state, `${key}${topic}`, window));
  expect(shares('')).toEqual(['1/1', '4/4']);
  expect(shares('{category=login}')).toEqual(['0/1', '2/4']);
  expect(shares('{category=__none__}')).toEqual(['1/1', '1/4']);
  expect(cellIn(state, `${key}{category=billing}`)).toMatchObject({ value: 250_000, n: 4 });
  expect(cellIn(state, `${key}{category=login}`, '24h')).toMatchObject({
    ...{ value: 0, vsPrev: 666_667 },
  });
  expect(keysOf(state, key)).toHaveLength(4);
  expect(cellIn(at('12 12:00', told), key, '60m')).toMatchObject({ value: null, den: 0 });
});

it('ORACLE-138 tags are shares of the closes, several of one; all together those with any', () => {
  const { look } = talk('E');
  const told = [
    ...[tagged('A', null, 'vip', 'new'), tagged('B', null, 'vip'), tagged('C', null)],
    // Nobody ever saw its tags; or saw them after the close.
    ...[closed('D', {}), [...closed('E', { tags: [] }), look('10 13:00', LATER)]],
  ];
  const state = at('11 00:00', told);
  const key = 'tag-frequency';
  const rows = ['', '{tag=vip}', '{tag=new}', '{tag=__none__}', '{team=tier1}'];
  expect(rows.map((row) => shareIn(state, `${key}${row}`))).toEqual([
    ...['2/4', '2/4', '1/4', '2/4', '2/4'],
  ]);
  expect(shareIn(state, key)).toBe(shareIn(state, 'tag-coverage'));
  expect(state.series.has(`${key}{channel=email}`)).toBe(false);
});

it('ORACLE-139 tracked fields one by one and together, where any are', () => {
  const key = 'custom-field-utilisation';
  const filled = (id: string, ...fieldsFilled: string[]): Fact[] => closed(id, { fieldsFilled });
  const told = [filled('A', 'bug', 'size'), filled('B', 'bug', 'other'), filled('C')];
  told.push(closed('D', {}));
  const state = at('11 00:00', told, { trackedFields: ['bug', 'size', 'never'] });
  const rows = ['', '{field=bug}', '{field=size}', '{field=never}', '{team=tier1}'];
  expect(rows.map((row) => shareIn(state, `${key}${row}`))).toEqual([
    ...['3/9', '2/3', '1/3', '0/3', '3/9'],
  ]);
  expect(keysOf(state, key)).toHaveLength(5);
  const bare = at('11 00:00', told);
  expect(cellIn(bare, key)).toMatchObject({ value: null, num: null, den: null, n: 0 });
  expect(keysOf(bare, key)).toEqual([key]);
});

it('ORACLE-140 consistent are closes with the most usual tag of their topic', () => {
  const told = [
    ...[tagged('A', 'login', 'sso', 'vip'), tagged('B', 'login', 'sso'), tagged('C', 'login')],
    ...[tagged('D', 'billing', 'vip'), tagged('E', 'billing', 'refund')],
    ...[tagged('F', null, 'vip'), tagged('G', 'other')],
  ];
  const state = at('10 13:00', told);
  expect(cellIn(state, 'tag-consistency')).toMatchObject({ num: 3, den: 6, value: 500_000 });
  expect(cellIn(state, 'tag-consistency', '60m')).toBeUndefined();
  expect(keysOf(state, 'tag-consistency')).toEqual(['tag-consistency']);
});

it('ORACLE-141 the twenty most usual pairs of each window', () => {
  const key = 'tag-cooccurrence';
  const told = [tagged('A', null, 'vip', 'b', 'B'), tagged('B', null, 'B', 'b'), tagged('C', null)];
  const state = at('10 13:00', told);
  const pair = (name: string): string => `${key}{tag_pair=${encodeURIComponent(name)}}`;
  expect(keysOf(state, key)).toEqual([key, pair('B+b'), pair('B+vip'), pair('b+vip')]);
  expect(shareIn(state, pair('B+b'), '24h')).toBe('2/3');
  expect(shareIn(state, key, '24h')).toBe('3/3');
  expect(state.series.get(key)!.cells.map(({ window }) => window)).toEqual(['24h', 'bday', '7d']);
  // 21 pairs of seven tags: the last by key is not told.
  const many = at('10 13:00', [tagged('A', null, ...'abcdefg')]);
  expect(keysOf(many, key)).toHaveLength(21);
  expect(many.series.has(pair('f+g'))).toBe(false);
  // A day later they are those of the day before, and then only the week tells them.
  const after = at('11 13:00', told).series.get(pair('B+b'))!.cells;
  expect(after.map(({ window, num, vsPrev }) => [window, num, vsPrev])).toEqual([
    ['24h', 0, 666_667],
    ['bday', 0, 666_667],
    ['7d', 2, null],
  ]);
  const later = at('12 14:00', told);
  expect(later.series.get(pair('B+b'))!.cells.map(({ window }) => window)).toEqual(['7d']);
});
