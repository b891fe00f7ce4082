/** Cost entries for tests: June 2026 in pounds, and any entry there is. */
import fc from 'fast-check';
import { COST_CATEGORIES, COST_STAGES, type CostEntry } from '../facts/fact.ts';
import type { Span } from './span.ts';

export const JUNE: Span = {
  from: Date.parse('2026-06-01T00:00:00Z'),
  to: Date.parse('2026-07-01T00:00:00Z'),
};

/** A cost of June, settled; its id is its category. */
export function pounds(
  category: CostEntry['category'],
  amount: number,
  more: Partial<CostEntry> = {},
): CostEntry {
  return {
    ...{ costId: category, revision: 1, stage: 'settled', category },
    ...{ amountMicro: amount * 1_000_000, currency: 'GBP', ...JUNE, accrual: 'even' },
    ...more,
  };
}

const word = fc.constantFrom('a', 'b', 'c');
const instant = fc.integer({ min: 0, max: 400 });

/** Debits and credits, some of nothing, some due at once, some in dollars with or without a rate. */
export const anyEntry: fc.Arbitrary<CostEntry> = fc
  .record(
    {
      costId: fc.constantFrom('c1', 'c2', 'c3', 'c4', 'c5'),
      revision: fc.integer({ min: 1, max: 4 }),
      stage: fc.constantFrom(...COST_STAGES),
      category: fc.constantFrom(...COST_CATEGORIES),
      amountMicro: fc.oneof(
        fc.integer({ min: -50, max: 50 }),
        fc.integer({ min: -(10 ** 14), max: 10 ** 14 }),
      ),
      currency: fc.constantFrom('GBP', 'GBP', 'USD'),
      from: instant,
      to: instant,
      accrual: fc.constantFrom('even', 'schedule'),
      scope: fc.record({ dimension: fc.constantFrom('team', 'channel', 'agent'), value: word }),
      driver: fc.constantFrom('handling_time', 'touches', 'contacts', 'bot_messages'),
      fx: fc.record({
        rateMicro: fc.integer({ min: 1, max: 5_000_000 }),
        asOf: fc.constant(0),
        source: fc.constant('ECB'),
      }),
    },
    {
      requiredKeys: [
        ...(['costId', 'revision', 'stage', 'category', 'amountMicro'] as const),
        ...(['currency', 'from', 'to', 'accrual'] as const),
      ],
    },
  )
  .map((entry) => ({
    ...entry,
    from: Math.min(entry.from, entry.to),
    to: Math.max(entry.from, entry.to),
  }));
