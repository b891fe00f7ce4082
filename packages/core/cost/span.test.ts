import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COST_CATEGORIES, type CostCategory, type CostEntry } from '../facts/fact.ts';
import { accrued } from './accrual.ts';
import { costReasons } from './coverage.ts';
import { anyEntry, JUNE, pounds } from './entry.fixture.ts';
import { newerRevision } from './in-force.ts';
import { costBetween, partOf, type Span } from './span.ts';

const GBP = { currency: 'GBP' } as const;
/** Open in the second half of every ten milliseconds. */
const openMs = (from: number, to: number): number => {
  let open = 0;
  for (let t = from; t < to; t++) if (t % 10 >= 5) open += 1;
  return open;
};
const instant = fc.nat({ max: 450 });

/** What counts once all of these were told, in whatever order: by their definition, slowly. */
function inForce(told: readonly CostEntry[]): CostEntry[] {
  const ids = [...new Set(told.map(({ costId }) => costId))].sort();
  return ids.map((id) => told.filter(({ costId }) => costId === id).reduce(newerRevision));
}

describe('cost of a span', () => {
  it('COST-3 what adjoining spans cost adds up to what both cost', () => {
    const three = fc.tuple(instant, instant, instant).map((all) => all.sort((a, b) => a - b));
    fc.assert(
      fc.property(fc.array(anyEntry), three, (entries, [a, b, c]) => {
        const costOf = (from: number, to: number): number =>
          costBetween(entries, { from, to }, { ...GBP, openMs }).micro;
        expect(costOf(a!, b!) + costOf(b!, c!)).toBe(costOf(a!, c!));
      }),
    );
  });

  it('COST-3 a whole period costs the whole amount, and never more before', () => {
    fc.assert(
      fc.property(anyEntry, instant, (entry, t) => {
        const part = accrued(entry, t, openMs);
        expect(Math.abs(part)).toBeLessThanOrEqual(Math.abs(entry.amountMicro));
        expect(part * entry.amountMicro).toBeGreaterThanOrEqual(0);
        expect(accrued(entry, entry.from, openMs)).toBe(0);
        expect(accrued(entry, entry.to + 1, openMs)).toBe(entry.amountMicro);
      }),
    );
  });

  it('COST-3 on schedule nothing accrues while closed; without open hours, evenly', () => {
    const entry = pounds('salaries', 1, { from: 0, to: 20, accrual: 'schedule' });
    const at = (t: number): number => accrued(entry, t, openMs);
    expect([5, 7, 10, 15, 20].map(at)).toEqual([0, 200_000, 500_000, 500_000, 1_000_000]);
    expect(accrued(entry, 5)).toBe(250_000);
    expect(accrued({ ...entry, to: 5 }, 1, openMs)).toBe(200_000);
  });

  it('COST-3 what is due at once is due after its instant', () => {
    const entry = pounds('ai_usage', 1, { from: 10, to: 10 });
    const costOf = (from: number, to: number): [number, number] => {
      const { micro, entries } = costBetween([entry], { from, to }, GBP);
      return [micro, entries];
    };
    expect(costOf(10, 20)).toEqual([1_000_000, 1]);
    expect(costOf(0, 10)).toEqual([0, 0]);
  });

  it('COST-5 the highest revision counts for its whole period, in any order', () => {
    const revised = fc.tuple(anyEntry, anyEntry).map(([a, b]): [CostEntry, CostEntry] => [
      { ...a, costId: 'c', revision: 1 },
      { ...b, costId: 'c', revision: 2 },
    ]);
    fc.assert(
      fc.property(revised, instant, instant, ([old, now], a, b) => {
        const span = { from: Math.min(a, b), to: Math.max(a, b) };
        const alone = costBetween([now], span, GBP);
        expect(costBetween(inForce([old, now]), span, GBP)).toEqual(alone);
        expect(costBetween(inForce([now, old]), span, GBP)).toEqual(alone);
      }),
    );
    // One revision with two contents: the same one wins, however its fields stand.
    const one = pounds('tooling', 1);
    const two = Object.fromEntries(Object.entries({ ...one, amountMicro: 2 }).reverse());
    const other = two as unknown as CostEntry;
    expect(newerRevision(one, other)).toEqual(newerRevision(other, one));
  });

  it('COST-7 an amount in another currency is converted as a whole, or parked', () => {
    const fx = { rateMicro: 785_432, asOf: 0, source: 'ECB' };
    const dollars = pounds('tooling', 100, { currency: 'USD' });
    expect(partOf({ ...dollars, fx }, JUNE, GBP)).toBe(78_543_200);
    expect(partOf({ ...dollars, amountMicro: -3, fx: { ...fx, rateMicro: 500_000 } }, JUNE, GBP)) //
      .toBe(-2);
    expect(partOf(dollars, JUNE, GBP)).toBeNull();
    const cost = costBetween([dollars, pounds('overhead', 1)], JUNE, GBP);
    expect(cost).toMatchObject({ micro: 1_000_000, entries: 1, parked: 1 });
    expect(costReasons(cost, ['tooling', 'overhead'])).toEqual(['no_rate']);
    // A rate to the currency that it is in already says nothing.
    expect(partOf({ ...pounds('tooling', 1), fx }, JUNE, GBP)).toBe(1_000_000);
  });

  it('COST-8 provisional parts are told apart, credits by their size', () => {
    const entries = [
      pounds('tooling', 100, { stage: 'provisional' }),
      pounds('tooling', -90, { costId: 'credit' }),
      pounds('overhead', 10, { costId: 'later', from: JUNE.to, to: JUNE.to + 1 }),
    ];
    expect(costBetween(entries, JUNE, GBP)).toMatchObject({
      ...{ micro: 10_000_000, grossMicro: 190_000_000, provisionalMicro: 100_000_000 },
      entries: 2,
    });
  });

  it('COST-9 names what is planned and missing, and wages alone', () => {
    const reasons = (plan: readonly CostCategory[], ...told: readonly CostEntry[]): string[] =>
      costReasons(costBetween(told, JUNE, GBP), plan);
    const [wages, tools] = [pounds('salaries', 1), pounds('tooling', 1)];
    const before: Span = { from: JUNE.from - 1, to: JUNE.from };
    expect(reasons([...COST_CATEGORIES])).toEqual(['no_cost']);
    expect(reasons([], wages)).toEqual(['wages_only']);
    expect(reasons([], wages, tools)).toEqual([]);
    expect(reasons([], tools)).toEqual([]);
    expect(reasons(['salaries', 'tooling', 'overhead'], wages)).toEqual([
      ...['wages_only', 'missing_tooling', 'missing_overhead'],
    ]);
    expect(reasons(['salaries', 'tooling'], wages, { ...tools, ...before })).toEqual([
      ...['wages_only', 'missing_tooling'],
    ]);
  });
});
