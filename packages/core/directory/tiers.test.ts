import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DAY_MS } from '../time/instant.ts';
import { Tiers } from './tiers.ts';

type Read = readonly [at: number, tier: string | null];

function tiersOf(reads: readonly Read[]): Tiers {
  const tiers = new Tiers(() => {});
  for (const [at, tier] of reads) tiers.take('A', at, tier);
  return tiers;
}

/** The tier at an instant by its definition: of the last read by then, else of the first. */
function slowly(reads: readonly Read[], at: number): string | null {
  const inOrder = [...reads].sort(([a], [b]) => a - b);
  return (inOrder.findLast(([seen]) => seen <= at) ?? inOrder[0]!)[1];
}

function tierAt(tiers: Tiers, at: number): string | null {
  const { first, changes } = tiers.of('A')!;
  return changes.reduce((tier, change) => (change.at <= at ? change.to : tier), first);
}

it('DIR-4 an account has the tier of the last read by then, and before any that of the first', () => {
  const tier = fc.constantFrom('gold', 'silver', null);
  const reads = fc.uniqueArray(fc.tuple(fc.nat({ max: 20 }), tier), {
    ...{ selector: ([at]) => at, minLength: 1, maxLength: 8 },
  });
  fc.assert(
    fc.property(reads, fc.nat({ max: 22 }), (some, at) => {
      const inOrder = [...some].sort(([a], [b]) => a - b);
      expect(tierAt(tiersOf(inOrder), at)).toBe(slowly(some, at));
    }),
  );
});

it('DIR-4 of a day all reads are kept, whatever comes between; of what is older, where it changed', () => {
  const reads: readonly Read[] = [10, 20, 30].map((at) => [at, 'gold'] as const);
  const late: Read = [25, 'silver'];
  expect(tiersOf([...reads, late]).of('A')).toEqual(tiersOf([late, ...reads]).of('A'));
  const tiers = tiersOf([...reads, [DAY_MS + 40, 'gold']]);
  expect(tiers.stored('A')).toEqual([reads[0], [DAY_MS + 40, 'gold']]);
});

it('DIR-4 reads come in any order, and one that shows nothing new changes nothing', () => {
  const tiers = tiersOf([[10, 'gold'], [30, 'gold']]); // biome-ignore format: one line
  expect(tiers.take('A', 20, 'silver')).toBe(true);
  expect([15, 20, 29, 30].map((at) => tierAt(tiers, at))).toEqual([
    ...['gold', 'silver', 'silver', 'gold'],
  ]);
  expect(tiers.take('A', 40, 'gold')).toBe(false);
  expect(tiers.of('B')).toBeNull();
});

it('DIR-4 of two reads of one instant the same one holds in any order', () => {
  const [one, other]: readonly Read[] = [[10, 'gold'], [10, null]]; // biome-ignore format: one line
  expect(tiersOf([one!, other!]).of('A')).toEqual(tiersOf([other!, one!]).of('A'));
});
