import { describe, expect, it } from 'vitest';
import type { CostEntry } from '../facts/fact.ts';
import { correctionsOf, type Period } from './correction.ts';
import { pounds } from './entry.fixture.ts';

const at = (time: string): number => Date.parse(time);
/** London, summer time: a day begins at 23:00 UTC. */
const day = (name: string): Period => {
  const to = at(`${name}T23:00:00Z`);
  return { name, from: to - 24 * 3_600_000, to };
};
const JUNE: Period = {
  name: '2026-06',
  from: at('2026-05-31T23:00Z'),
  to: at('2026-06-30T23:00Z'),
};
const CLOSED = [day('2026-06-09'), day('2026-06-10'), day('2026-07-01'), JUNE];
const GBP = { currency: 'GBP' } as const;

const pay = pounds('salaries', 30, { ...day('2026-06-10'), stage: 'provisional' });
const rent = pounds('overhead', 10, { ...day('2026-06-10') });
const KNOWN: ReadonlyMap<string, CostEntry> = new Map([pay, rent].map((e) => [e.costId, e]));

describe('corrections', () => {
  it('COST-10 a salary revised in a closed month changes its days and the month, nothing else', () => {
    const revised = { ...pay, revision: 2, stage: 'corrected', amountMicro: 33_000_000 } as const;
    const told = {
      old: 40_000_000,
      new: 43_000_000,
      reason: 'cost_corrected',
      cause: 'salaries@2',
    };
    expect(correctionsOf(KNOWN, revised, CLOSED, GBP)).toEqual([
      { period: '2026-06-10', ...told },
      { period: '2026-06', ...told },
    ]);
  });

  it('COST-10 a period that moves changes where it was and where it is', () => {
    const moved = { ...pay, revision: 2, ...day('2026-06-09'), stage: 'settled' } as const;
    const cause = { reason: 'cost_settled', cause: 'salaries@2' };
    expect(correctionsOf(KNOWN, moved, CLOSED, GBP)).toEqual([
      { period: '2026-06-09', old: null, new: 30_000_000, ...cause },
      { period: '2026-06-10', old: 40_000_000, new: 10_000_000, ...cause },
    ]);
  });

  it('COST-10 what was unknown is known, or unknown again, not 0', () => {
    const only = new Map([[pay.costId, pay]]);
    const added = correctionsOf(new Map(), pay, [day('2026-06-10')], GBP);
    expect(added).toMatchObject([{ old: null, new: 30_000_000, reason: 'cost_added' }]);
    const dollars = { ...pay, revision: 2, currency: 'USD' };
    const gone = correctionsOf(only, dollars, [day('2026-06-10')], GBP);
    expect(gone).toMatchObject([{ old: 30_000_000, new: null, reason: 'cost_revised' }]);
  });

  it('COST-10 an older revision, or the same amount settled, changes no number', () => {
    const second = new Map(KNOWN).set('salaries', { ...pay, revision: 2 });
    expect(correctionsOf(second, { ...pay, amountMicro: 1 }, CLOSED, GBP)).toEqual([]);
    const settled = { ...pay, revision: 2, stage: 'settled' } as const;
    expect(correctionsOf(KNOWN, settled, CLOSED, GBP)).toEqual([]);
  });
});
