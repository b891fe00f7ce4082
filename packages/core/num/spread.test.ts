import fc from 'fast-check';
import { expect, it } from 'vitest';
import { gini, imbalance } from './spread.ts';

const counts = fc
  .array(fc.nat(40), { minLength: 1, maxLength: 12 })
  .map((list) => list.sort((a, b) => a - b));

it('LOAD-1 the fullest over the median, and how unevenly: to the last digit', () => {
  expect(imbalance([0, 2, 4, 10])).toBe(5_000_000);
  expect(imbalance([0, 0, 5])).toBeNull();
  expect([gini([5, 5, 5]), gini([0, 0, 6]), gini([1, 3])]).toEqual([0, 666_667, 250_000]);
  expect([imbalance([]), gini([]), gini([0, 0])]).toEqual([null, null, null]);
});

it('LOAD-1 it lies between even and all on one, and takes no notice of how much it is', () => {
  fc.assert(
    fc.property(counts, fc.integer({ min: 1, max: 9 }), (list, times) => {
      const value = gini(list);
      if (value === null) return;
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThan(1_000_000);
      expect(gini(list.map((x) => x * times))).toBe(value);
    }),
  );
});
