/** Costs in the fold: from entries to the states and reasons of MONEY cells. */
import { describe, expect, it } from 'vitest';
import { config, cost, issue, message, tick, WORKSPACE } from '../../../tests/support/facts.ts';
import type { CostEntry, Fact } from '../facts/fact.ts';
import type { Cell } from '../metrics/value.ts';
import { createFactFold, type FactFold } from './fold.ts';

const START_MS = Date.parse('2026-06-10T00:00:00Z');
const HOUR_MS = 3_600_000;
const NOON_MS: number = START_MS + 12 * HOUR_MS;
const DECLARED = {
  ...{ messages: 'read', currency: 'GBP', costPlan: ['salaries', 'tooling'], sources: [] },
  tree: { name: 't', root: 'cost-per-contact', nodes: [], influence: [] },
};

const entry = (category: CostEntry['category'], pounds: number, more: Partial<CostEntry> = {}) =>
  cost(START_MS + 1, {
    ...{ costId: category, revision: 1, stage: 'settled', category, currency: 'GBP' },
    ...{ amountMicro: pounds * 1_000_000, from: START_MS, to: START_MS + 24 * HOUR_MS },
    ...{ accrual: 'even', ...more },
  });

function foldOf(...facts: readonly Fact[]): FactFold {
  const fold = createFactFold({ topology: 1, hash: (text) => text });
  const start = config(START_MS, DECLARED);
  for (const [offset, fact] of [start, ...facts, tick(NOON_MS)].entries()) {
    fold.advance(fold.timeOf(fact));
    fold.ingest(fact, offset);
  }
  return fold;
}

const hourOf = (key: string, ...facts: readonly Fact[]): Cell => {
  const { series } = foldOf(...facts).read(`${WORKSPACE}/${key}`)!;
  return series!.cells.find(({ window }) => window === '60m')!;
};
const total = (...facts: readonly Fact[]): Cell => hourOf('total-support-cost', ...facts);

describe('costs in the fold', () => {
  it('COST-9 a cost is whole, partial with names, or unknown', () => {
    const [pay, tools] = [entry('salaries', 24), entry('tooling', 48)];
    expect(total()).toMatchObject({ state: 'unknown', value: null, reasons: ['no_cost'] });
    expect(total(pay)).toMatchObject({
      ...{ state: 'partial', value: 1_000_000, reasons: ['wages_only', 'missing_tooling'] },
    });
    expect(total(tools)).toMatchObject({ state: 'partial', reasons: ['missing_salaries'] });
    expect(total(pay, tools)).toMatchObject({ state: 'live', value: 3_000_000, reasons: [] });
    const [asked, taken] = [NOON_MS - HOUR_MS / 2, NOON_MS - HOUR_MS / 4];
    const handled = [
      issue('I', asked, { stateCategory: 'new', createdAt: asked, channel: 'email' }),
      message('I', asked, 'customer'),
      message('I', taken, 'human', { authorId: 'ann' }),
    ];
    expect(hourOf('cost-per-contact', pay, ...handled)).toMatchObject({
      ...{ state: 'partial', value: 1_000_000, den: 1, reasons: ['wages_only', 'missing_tooling'] },
    });
  });

  it('COST-7 a rate that comes as a revision prices what was parked', () => {
    const pay = entry('salaries', 24);
    const dollars = { currency: 'USD', costId: 'licences' } as const;
    const parked = entry('tooling', 48, dollars);
    expect(total(pay, parked)).toMatchObject({
      ...{ state: 'partial', value: 1_000_000, reasons: ['no_rate', 'wages_only'] },
    });
    const fx = { rateMicro: 500_000, asOf: START_MS, source: 'ECB' };
    const rated = entry('tooling', 48, { ...dollars, revision: 2, fx });
    expect(total(pay, parked, rated)).toMatchObject({ state: 'live', value: 2_000_000 });
    expect(total(pay, rated, parked)).toMatchObject({ state: 'live', value: 2_000_000 });
  });

  it('COST-8 a provisional part is told, also where a credit takes all of it', () => {
    const estimate = entry('tooling', 48, { stage: 'provisional' });
    const credit = entry('salaries', -48);
    expect(total(estimate, credit)).toMatchObject({
      ...{ state: 'provisional', value: 0, provisionalPpm: 500_000 },
    });
    const crumb = entry('tooling', 48, { stage: 'provisional', amountMicro: 24 });
    expect(total(entry('salaries', 24_000), crumb)).toMatchObject({
      ...{ state: 'provisional', provisionalPpm: 1 },
    });
    const settled = entry('tooling', 60, { revision: 2 });
    expect(total(estimate, credit, settled)).toMatchObject({ state: 'live', value: 500_000 });
  });
});
