/** The bills of the oracle against the money of the core, which share no line. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { allocate, type Weigh } from '../core/cost/allocation.ts';
import { costReasons } from '../core/cost/coverage.ts';
import { anyEntry } from '../core/cost/entry.fixture.ts';
import { costBetween } from '../core/cost/span.ts';
import { billOf } from './cost.ts';
import { spread } from './spread.ts';

const instant = fc.nat({ max: 450 });
const anySpan = fc
  .tuple(instant, instant)
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));
/** Open in each of these hundreds of milliseconds, or never. */
const anyOpen = fc.subarray([0, 1, 2, 3]).map((hundreds) => (from: number, to: number): number => {
  const within = (h: number): number => Math.min(to, (h + 1) * 100) - Math.max(from, h * 100);
  return hundreds.reduce((sum, h) => sum + Math.max(0, within(h)), 0);
});
const plan = ['salaries', 'tooling', 'ai_usage'] as const;

it('M1 bills = the core for any entries, spans and open hours', () => {
  fc.assert(
    fc.property(fc.array(anyEntry), anySpan, anyOpen, (entries, span, open) => {
      const cost = costBetween(entries, span, { currency: 'GBP', openMs: open });
      const bill = billOf({ entries, currency: 'GBP', plan, open }, span.from, span.to);
      expect(bill.micro ?? 0).toBe(cost.micro);
      expect([...bill.gaps].sort()).toEqual(costReasons(cost, plan).sort());
    }),
    { numRuns: 500 },
  );
});

const anyWeights = fc.dictionary(
  fc.constantFrom('handling_time', 'touches', 'contacts', 'bot_messages'),
  fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.nat({ max: 30 })),
);

it('M1 bills by dimension = the core for any weights', () => {
  const dimension = fc.constantFrom('team', 'channel', 'assignee', 'account_tier', 'handled_by');
  fc.assert(
    fc.property(
      fc.array(anyEntry),
      anySpan,
      anyOpen,
      dimension,
      anyWeights,
      (entries, span, open, over, told) => {
        // What a restriction leaves of a weight: another number for each of them.
        const weigh: Weigh = (driver, within) => {
          const salt = JSON.stringify(within).length % 5;
          const weights = Object.entries(told[driver] ?? {});
          return new Map(weights.map(([value, weight]) => [value, Math.max(0, weight - salt)]));
        };
        const terms = { currency: 'GBP', openMs: open };
        const { values } = allocate(entries, span, over, weigh, terms);
        const books = { entries, currency: 'GBP', plan, open };
        const bills = spread(books, span.from, span.to, over, weigh as never);
        const keys = new Set([...values.keys(), ...bills.keys()]);
        for (const key of keys) {
          expect([key, values.get(key)?.micro ?? 0]).toEqual([key, bills.get(key)?.micro || 0]);
        }
      },
    ),
    { numRuns: 500 },
  );
});
