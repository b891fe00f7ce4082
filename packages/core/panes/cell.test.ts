import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addPane, addToPane, newAggregate, type Pane } from './cell.ts';

const bare = (): Pane => ({ n: 0, sum: 0, values: new Map(), range: null });

it('B14 sums are exact integers, and what is taken back leaves no trace', () => {
  const values = fc.array(fc.integer({ min: 1, max: 10_000_000_000 }), { minLength: 2 });
  fc.assert(
    fc.property(values, fc.array(fc.integer({ min: 1 })), (kept, gone) => {
      const pane = bare();
      const window = newAggregate(true);
      for (const value of [...kept, ...gone]) addToPane(pane, value, 1);
      for (const value of gone) addToPane(pane, value, -1);
      const total = kept.reduce((a, b) => a + BigInt(b), 0n);
      expect([BigInt(pane.sum), pane.n]).toEqual([total, kept.length]);
      for (let i = 0; i < 3; i++) addPane(window, pane, 1);
      expect(BigInt(window.sum)).toBe(3n * total);
      for (let i = 0; i < 3; i++) addPane(window, pane, -1);
      expect([window.n, window.sum, window.counts.size]).toEqual([0, 0, 0]);
    }),
  );
});
