/** Rows of people of any desk: what is published of them, and that nobody follows from the others. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { newFold } from '../../../tests/support/folded.ts';
import { DESK_WORKSPACE, factsOfDesk } from '../../../tests/support/independent/any-desk.ts';
import { FAMILIES } from '../../../tests/support/independent/any-desk-families.ts';
import { ratingStories } from '../../../tests/support/independent/any-desk-ratings.ts';
import { type Said, withheldAmong } from '../metrics/privacy.ts';
import type { FactFold } from './fold.ts';

const kind = { messages: 'read', source: 'email', declared: FAMILIES } as const;
const ROW = new RegExp(`^${DESK_WORKSPACE}/(csat|ratings)\\{assignee=`);

/** `from` and `to` follow the clock: where it all stands is no news. */
function rowsOf(fold: FactFold): Map<string, unknown> {
  const keys = [...fold.keys()].filter((key) => ROW.test(key));
  return new Map(
    keys.map((key) => {
      const { cells } = fold.read(key)!.series!;
      return [key, cells.map(({ from: _, to: __, ...cell }) => cell)];
    }),
  );
}

it('PRIV-5 of any desk a row of a person that was not said to be dirty has not changed', () => {
  const seen = { told: 0, withheld: 0, spared: 0 };
  fc.assert(
    fc.property(ratingStories, (steps) => {
      const fold = newFold();
      const shown = new Map<string, unknown>();
      for (const [i, fact] of factsOfDesk(steps, kind).entries()) {
        fold.advance(fold.timeOf(fact));
        fold.ingest(fact, i);
        const { dirty } = fold.touched();
        for (const [key, now] of rowsOf(fold)) {
          if (dirty.has(key)) shown.set(key, now);
          else expect([key, now]).toEqual([key, shown.get(key)]);
          seen.spared += Number(!dirty.has(key));
          const isWithheld = JSON.stringify(now).includes('privacy');
          seen[isWithheld ? 'withheld' : 'told'] += 1;
        }
      }
      const copy = newFold();
      copy.restore([...fold.encode()], fold.T);
      expect(rowsOf(copy)).toEqual(rowsOf(fold));
    }),
    { numRuns: 10 },
  );
  expect(Object.values(seen).every((n) => n > 0)).toBe(true);
}, 60_000);

const LEAST = 5;
const rows: fc.Arbitrary<Said[]> = fc
  .array(fc.record({ customers: fc.nat({ max: 9 }), unknown: fc.nat({ max: 2 }) }), {
    maxLength: 8,
  })
  .map((all) =>
    all.map(({ customers, unknown }, i) => ({ row: `r${i}`, customers, n: customers + unknown })),
  );

it('PRIV-3 what the total less the rows told comes to is the word of enough, or of all, or of none', () => {
  fc.assert(
    fc.property(rows, (all) => {
      const withheld = withheldAmong(all, LEAST);
      const left = all.filter(({ row }) => withheld.has(row));
      const told = all.filter(({ row }) => !withheld.has(row));
      expect(told.every(({ customers }) => customers >= LEAST)).toBe(true);
      const sum = (of: (said: Said) => number): number => left.reduce((n, one) => n + of(one), 0);
      const isEnough = sum(({ customers }) => customers) >= LEAST;
      expect(isEnough || told.length === 0 || sum(({ n }) => n) === 0).toBe(true);
      // No more are withheld than has to be: those of few, and at most one of the fewest.
      const more = left.filter(({ customers }) => customers >= LEAST);
      expect(more.length).toBeLessThanOrEqual(1);
      for (const { customers } of more) {
        expect(told.every((one) => one.customers >= customers)).toBe(true);
        expect(sum((one) => one.customers) - customers).toBeLessThan(LEAST);
      }
    }),
  );
});
