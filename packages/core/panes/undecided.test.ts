import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Undecided } from './undecided.ts';

const step = fc.record({
  gap: fc.nat({ max: 3 }),
  row: fc.constantFrom('a', 'b'),
  lasts: fc.integer({ min: -2, max: 12 }),
  isTaken: fc.boolean(),
});

it('COHORT-7 what is undecided is what a walk over all finds, however far log time moves at once', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.nat({ max: 5 }), (steps, start) => {
      const index = new Undecided(start);
      let all: { readonly row: string; readonly until: number }[] = [];
      const open = (row: string, T: number): number =>
        all.filter((one) => one.row === row && one.until > T).length;
      let T = start;
      for (const { gap, row, lasts, isTaken } of steps) {
        const before = { a: open('a', T), b: open('b', T) };
        T += gap;
        const changed = new Set<string>();
        index.advance(T, changed);
        expect([...changed].sort()).toEqual(
          (['a', 'b'] as const).filter((one) => open(one, T) !== before[one]),
        );
        const taken = isTaken ? all.at(-1) : undefined;
        if (taken) {
          all = all.slice(0, -1);
          index.add(taken.row, taken.until, -1);
        }
        all.push({ row, until: T + lasts });
        index.add(row, T + lasts, 1);
        expect([index.read('a'), index.read('b')]).toEqual([open('a', T), open('b', T)]);
      }
      index.merge('b', 'a', 1);
      expect(index.read('b')).toBe(open('a', T) + open('b', T));
      index.advance(T + 6, new Set());
      expect(index.read('b')).toBe(open('a', T + 6) + open('b', T + 6));
      index.merge('b', 'a', -1);
      expect(index.read('b')).toBe(open('b', T + 6));
    }),
  );
});
