import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ln } from './log.ts';

const relative = (a: number, b: number): number => (a === b ? 0 : Math.abs(a - b) / Math.abs(b));

describe('ln', { timeout: 30_000 }, () => {
  it('NUM-1 agrees with the engine to 1e-13 over every magnitude', () => {
    fc.assert(
      fc.property(fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true }), (x) => {
        expect(relative(ln(x), Math.log(x))).toBeLessThan(1e-13);
      }),
      { numRuns: 20_000 },
    );
  });

  it('NUM-1 agrees near 1, where the result is small', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 2, noNaN: true }), (x) => {
        expect(relative(ln(x), Math.log(x))).toBeLessThan(1e-13);
      }),
      { numRuns: 20_000 },
    );
    for (const x of [1 + 1e-9, 1 - 1e-9, 1 + 2 ** -52, Math.SQRT1_2, Math.SQRT2]) {
      expect(relative(ln(x), Math.log(x))).toBeLessThan(1e-13);
    }
  });

  it('NUM-1 has the limits of a logarithm', () => {
    expect(ln(1)).toBe(0);
    expect(ln(0)).toBe(-Infinity);
    expect(ln(-1)).toBeNaN();
    expect(ln(Number.NaN)).toBeNaN();
    expect(ln(Infinity)).toBe(Infinity);
    expect(relative(ln(Number.MIN_VALUE), Math.log(Number.MIN_VALUE))).toBeLessThan(1e-13);
  });
});
