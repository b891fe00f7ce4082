import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CostDriver, CostEntry } from '../facts/fact.ts';
import { allocate, distribute, UNALLOCATED, type Weigh } from './allocation.ts';
import type { Restriction } from './drivers.ts';
import { anyEntry, JUNE, pounds } from './entry.fixture.ts';
import { costBetween } from './span.ts';

const GBP = { currency: 'GBP' } as const;
const anyWeights = fc
  .dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat({ max: 1_000_000_000 }))
  .map((weights) => new Map(Object.entries(weights)));
const anySpan = fc
  .tuple(fc.nat({ max: 400 }), fc.nat({ max: 400 }))
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));

const plain = (entries: readonly CostEntry[], dimension: string, weigh: Weigh) =>
  Object.fromEntries(
    [...allocate(entries, JUNE, dimension, weigh, GBP).values].map(([k, v]) => [k, v.micro]),
  );

describe('allocation', () => {
  it('COST-2 sums over values are the cost, in each version', () => {
    fc.assert(
      fc.property(fc.array(anyEntry), anySpan, anyWeights, (entries, span, weights) => {
        const weigh: Weigh = (driver) => (driver === 'touches' ? new Map() : weights);
        const { values, parked } = allocate(entries, span, 'channel', weigh, GBP);
        const cost = costBetween(entries, span, GBP);
        const sum = (of: 'micro' | 'grossMicro' | 'provisionalMicro'): bigint =>
          [...values.values()].reduce((total, value) => total + BigInt(value[of]), 0n);
        expect(sum('micro')).toBe(BigInt(cost.micro));
        expect(sum('grossMicro')).toBe(BigInt(cost.grossMicro));
        expect(sum('provisionalMicro')).toBe(BigInt(cost.provisionalMicro));
        expect(parked).toBe(cost.parked);
      }),
    );
  });

  it('COST-2 units that are left go to the largest remainders, ties to the smaller key', () => {
    fc.assert(
      fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), anyWeights, (micro, weights) => {
        const shares = distribute(micro, weights);
        const whole = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
        if (whole === 0) {
          expect(shares).toBeNull();
          return;
        }
        const exact = [...weights].map(([key, weight]) => {
          const product = BigInt(micro) * BigInt(weight);
          const floor = product / BigInt(whole);
          const more = BigInt(shares!.get(key)!) - floor;
          return { key, more, rest: product - floor * BigInt(whole) };
        });
        expect(exact.every(({ more }) => more === 0n || more === 1n)).toBe(true);
        for (const a of exact.filter(({ more }) => more === 1n)) {
          for (const b of exact.filter(({ more }) => more === 0n)) {
            expect(a.rest > b.rest || (a.rest === b.rest && a.key < b.key)).toBe(true);
          }
        }
      }),
    );
    const thirds = new Map([['b', 1], ['a', 1], ['c', 1]]); // biome-ignore format: one line
    expect([...distribute(5, thirds)!].sort()).toEqual([['a', 2], ['b', 2], ['c', 1]]); // biome-ignore format: one line
    expect(() => distribute(5, new Map([['a', -1]]))).toThrow('the weight of a is -1');
  });

  it('COST-4 a credit is the mirror of a debit', () => {
    fc.assert(
      fc.property(anyEntry, anySpan, anyWeights, (entry, span, weights) => {
        const mirrored = { ...entry, amountMicro: -entry.amountMicro };
        const of = (one: CostEntry) => allocate([one], span, 'channel', () => weights, GBP).values;
        const [debit, credit] = [of(entry), of(mirrored)];
        expect(credit.size).toBe(debit.size);
        for (const [key, { micro, ...rest }] of debit) {
          expect(credit.get(key)).toEqual({ ...rest, micro: -micro || 0 });
        }
      }),
    );
  });

  it('COST-5 the order of entries changes nothing', () => {
    const both = fc
      .array(anyEntry)
      .chain((entries) =>
        fc.tuple(fc.constant(entries), fc.shuffledSubarray(entries, { minLength: entries.length })),
      );
    fc.assert(
      fc.property(both, anySpan, anyWeights, ([entries, shuffled], span, weights) => {
        const of = (some: readonly CostEntry[]) => {
          const { values, parked } = allocate(some, span, 'team', () => weights, GBP);
          return { cost: costBetween(some, span, GBP), parked, values: [...values].sort() };
        };
        expect(of(shuffled)).toEqual(of(entries));
      }),
    );
  });

  it('COST-6 a scope names its value, and restricts every other dimension', () => {
    const asked: [CostDriver, readonly Restriction[]][] = [];
    const weigh: Weigh = (driver, within) => {
      asked.push([driver, within]);
      return new Map([['t1', 1]]);
    };
    const own = pounds('salaries', 3, { scope: { dimension: 'agent', value: 'ann' } });
    expect(plain([own], 'assignee', weigh)).toEqual({ ann: 3_000_000 });
    expect(asked).toEqual([]);
    expect(plain([own], 'team', weigh)).toEqual({ t1: 3_000_000 });
    const ann = { dimension: 'assignee', values: ['ann'] };
    const people = { dimension: 'handled_by', values: ['human', 'mixed'] };
    expect(asked).toEqual([['handling_time', [people, ann]]]);
    // Its own driver takes the place of the category's, and of its restriction.
    asked.length = 0;
    plain([{ ...own, driver: 'touches' }], 'team', weigh);
    expect(asked).toEqual([['touches', [ann]]]);
  });

  it.each([
    ...(['salaries', 'management', 'training', 'outsourced'] as const).map((category) => ({
      category,
      asked: ['handling_time', [{ dimension: 'handled_by', values: ['human', 'mixed'] }]],
    })),
    ...(['tooling', 'infrastructure', 'overhead'] as const).map((category) => ({
      category,
      asked: ['contacts', []],
    })),
    {
      category: 'telephony' as const,
      asked: ['contacts', [{ dimension: 'channel', values: ['phone'] }]],
    },
    {
      category: 'ai_usage' as const,
      asked: ['bot_messages', [{ dimension: 'handled_by', values: ['ai', 'mixed'] }]],
    },
  ])('COST-6 $category has its default driver', ({ category, asked }) => {
    plain([pounds(category, 1)], 'team', (...question) => {
      expect(question).toEqual(asked);
      return new Map([['t1', 1]]);
    });
  });

  it('COST-6 a driver that weighed nothing gives way, under the same restriction', () => {
    const telling = (...drivers: readonly CostDriver[]): Weigh => {
      return (driver, within) => {
        expect(within).toEqual([{ dimension: 'handled_by', values: ['ai', 'mixed'] }]);
        return new Map([[driver, drivers.includes(driver) ? 1 : 0]]);
      };
    };
    const entry = pounds('ai_usage', 1);
    const all = ['contacts', 'touches', 'handling_time', 'bot_messages'] as const;
    for (const [i, last] of all.entries()) {
      expect(plain([entry], 'team', telling(...all.slice(0, i + 1)))).toEqual({
        [last]: 1_000_000,
      });
    }
    expect(plain([entry], 'team', telling())).toEqual({ [UNALLOCATED]: 1_000_000 });
  });
});
