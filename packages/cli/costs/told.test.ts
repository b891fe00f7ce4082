import type { CostEntry } from '@sapwood/core/facts';
import { expect, it } from 'vitest';
import { ToldCosts } from './told.ts';

const entry = (costId: string, revision: number, amountMicro: number): CostEntry => ({
  ...{ costId, revision, stage: 'settled', category: 'tooling', amountMicro },
  ...{ currency: 'GBP', from: 0, to: 1, accrual: 'even' },
});

function told(...entries: readonly CostEntry[]): ToldCosts {
  const costs = new ToldCosts();
  for (const one of entries) costs.add(one);
  return costs;
}

const compare = (costs: ToldCosts, ...entries: readonly CostEntry[]) =>
  costs.compare(entries.map((one, i) => ({ place: `s.csv:${i + 2}:1`, entry: one })));

it('SHEET-5 of a sheet only what is new is told; what would not count is a fault', () => {
  const costs = told(entry('a', 1, 10), entry('a', 3, 30), entry('b', 1, 10));
  const known = [entry('a', 1, 10), entry('a', 3, 30), entry('b', 1, 10)];
  expect(compare(costs, ...known)).toEqual({ news: [], faults: [] });
  const news = [entry('a', 4, 40), entry('b', 2, 20), entry('c', 1, 10)];
  expect(compare(costs, ...known, ...news)).toEqual({ news, faults: [] });
  expect(compare(costs, entry('a', 1, 11), entry('a', 2, 20)).faults).toEqual([
    's.csv:2:1: cost a revision 1 was told with other content: make it 4',
    's.csv:3:1: cost a revision 2 would change nothing: 3 is told',
  ]);
});

it('SHEET-6 in force is the highest revision of each, whatever came last', () => {
  const costs = told(entry('b', 2, 20), entry('b', 1, 10), entry('a', 1, 10));
  expect(costs.inForce()).toEqual([entry('a', 1, 10), entry('b', 2, 20)]);
});
