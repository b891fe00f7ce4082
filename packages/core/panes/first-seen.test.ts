import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FirstSeen } from './first-seen.ts';

const looks = fc.array(fc.record({ value: fc.constantFrom(...'abcdefgh'), at: fc.nat(20) }));

it('NOVEL-1 NOVEL-6 in any order, restored or not, those seen first are kept, each at its earliest instant', () => {
  let left = 0;
  fc.assert(
    fc.property(looks, fc.nat(8), fc.nat(20), fc.nat(20), (told, cut, from, until) => {
      const first = new Map<string, number>();
      for (const { value, at } of told) first.set(value, Math.min(at, first.get(value) ?? at));
      const sorted = [...first].sort(([a, m], [b, n]) => m - n || (a < b ? -1 : 1));
      left += Number(sorted.length > 5);
      const kept = sorted.slice(0, 5);
      let seen = new FirstSeen(5);
      const stored = new Map<string, number | null>();
      for (const [i, { value, at }] of told.entries()) {
        if (i === cut) {
          seen = new FirstSeen(5);
          for (const [one, instant] of stored) if (instant !== null) seen.restore(one, instant);
        }
        for (const changed of seen.take(value, at)) stored.set(changed, seen.at(changed));
      }
      const found = [...seen.values()].map((value) => [value, seen.at(value)]);
      expect(new Map(found as [string, number][])).toEqual(new Map(kept));
      const within = kept.filter(([, at]) => at >= from && at < until).map(([value]) => value);
      expect([...seen.between(from, until)]).toEqual(within);
      for (const value of 'abcdefgh') {
        const at = new Map(kept).get(value);
        expect(seen.isSince(value, from)).toBe(at !== undefined && at >= from);
      }
    }),
    { numRuns: 1_000 },
  );
  expect(left).toBeGreaterThan(100);
});
