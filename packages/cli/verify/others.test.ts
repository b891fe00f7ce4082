import type { Series } from '@sapwood/core/metrics';
import type { OracleCell, OracleSeries } from '@sapwood/oracle';
import { expect, it } from 'vitest';
import { withOthers } from './others.ts';

const BLANK: Omit<OracleCell, 'value' | 'n'> = {
  window: '5m',
  clock: 'wall',
  from: 0,
  to: 1,
  num: null,
  den: null,
  mean: null,
  p50: null,
  p90: null,
  max: null,
  vsPrev: null,
  zeroPpm: null,
};
const row = (key: string, cell: Partial<OracleCell> & { n: number }): [string, OracleSeries] => [
  key,
  { key, cells: [{ ...BLANK, value: cell.n, ...cell }], waiting: null },
];
const shown = (...keys: string[]): Map<string, Series> =>
  new Map(keys.map((key) => [key, {} as Series]));

it('CLI-9 what the fold hides is one row of the oracle, the sum of theirs', () => {
  const oracle = new Map([
    row('v', { n: 9, vsPrev: 3 }),
    row('v{tag=a}', { n: 4 }),
    row('v{tag=b}', { n: 3, vsPrev: 1 }),
    row('v{tag=c}', { n: 2, vsPrev: 2 }),
    row('v{team=b}', { n: 9 }),
  ]);
  const told = withOthers(shown('v', 'v{tag=a}', 'v{tag=__other__}', 'v{team=b}'), oracle);
  expect([...told.keys()]).toEqual(['v', 'v{tag=a}', 'v{team=b}', 'v{tag=__other__}']);
  expect(told.get('v{tag=__other__}')!.cells[0]).toMatchObject({ value: 5, n: 5, vsPrev: 3 });
});

it('CLI-9 shares are of all that are hidden; where nothing is hidden nothing is added up', () => {
  const oracle = new Map([
    row('r{tag=b}', { n: 3, num: 1, den: 3, value: 333_333 }),
    row('r{tag=c}', { n: 1, num: 1, den: 1, value: 1_000_000 }),
  ]);
  const told = withOthers(shown('r{tag=__other__}'), oracle);
  const [cell] = told.get('r{tag=__other__}')!.cells;
  expect(cell).toMatchObject({ value: 500_000, num: 2, den: 4, n: 4 });
  expect(withOthers(shown('r{tag=b}', 'r{tag=c}'), oracle)).toBe(oracle);
});

it('CLI-9 where no value hidden has a window before, their sum has none', () => {
  const young = new Map([row('v{tag=b}', { n: 2 }), row('v{tag=c}', { n: 3 })]);
  const told = withOthers(shown('v{tag=__other__}'), young);
  expect(told.get('v{tag=__other__}')!.cells).toMatchObject([{ value: 5, n: 5, vsPrev: null }]);
  const grown = new Map([...young, row('v{tag=d}', { n: 1, vsPrev: 4 })]);
  const [cell] = withOthers(shown('v{tag=__other__}'), grown).get('v{tag=__other__}')!.cells;
  expect(cell!.vsPrev).toBe(4);
});

it('CLI-9 classes of one whole have that whole in common', () => {
  const part = { n: 9, den: 9 };
  const oracle = new Map(
    ['b', 'c'].map((tag, i) => {
      const [key, series] = row(`d{tag=${tag}}`, { ...part, num: i + 1 });
      return [key, { ...series, isClass: true } as const];
    }),
  );
  const [cell] = withOthers(shown('d{tag=__other__}'), oracle).get('d{tag=__other__}')!.cells;
  expect(cell).toMatchObject({ value: 333_333, num: 3, den: 9, n: 9 });
});

it('CLI-9 who waits longest of all that are hidden is named', () => {
  const top = (...since: number[]) => since.map((at) => ({ conversation: `${at}`, since: at }));
  const oracle = new Map(
    [top(1, 4, 6, 7), top(2, 3, 5)].map((own, i) => {
      const [key, series] = row(`w{tag=${i}}`, { n: 1 });
      return [key, { ...series, top: own }];
    }),
  );
  const told = withOthers(shown('w{tag=__other__}'), oracle).get('w{tag=__other__}')!;
  expect(told.top?.map(({ since }) => since)).toEqual([1, 2, 3, 4, 5]);
});

it('CLI-9 of what is due in hidden rows the first is told', () => {
  const oracle = new Map(
    [7, 3, null].map((firstDueAt, i) => {
      const [key, series] = row(`s{tag=${i}}`, { n: 1 });
      return [key, { ...series, firstDueAt }];
    }),
  );
  const told = withOthers(shown('s{tag=__other__}'), oracle).get('s{tag=__other__}')!;
  expect(told.firstDueAt).toBe(3);
});

it('CLI-9 of those who still wait in hidden rows each counts once, and no median is a mean', () => {
  const wait = (conversation: string, ms: number) => ({
    ...{ conversation, ages: [{ first: 1, last: ms }], repliedAt: ms, owedFor: null },
  });
  const oracle = new Map([
    row('v{tag=b}', { n: 1, samples: [wait('x', 10), wait('y', 20)] }),
    row('v{tag=c}', { n: 1, samples: [wait('y', 20), wait('z', 90)] }),
  ]);
  const [cell] = withOthers(shown('v{tag=__other__}'), oracle).get('v{tag=__other__}')!.cells;
  expect(cell!.censored).toMatchObject({ n: 3, p50: 20, p90: 90, p50AtLeast: false });
});
