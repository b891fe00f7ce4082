import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../time/instant.ts';
import { AGE_BANDS, ageBandOf, bandEndsAt } from './age-bands.ts';
import { createGaugeIndex, type Standing } from './gauge-index.ts';

const about = { account: 'A', state: 'new' };
const aged = (from: number): Standing => ({
  rowsAt: (T) => ['all', ageBandOf(T - from)],
  changesAfter: (T) => bandEndsAt(from, T),
  about: { ...about, since: from },
});

it('GAUGE-1 an open conversation grows old by log time alone, at the instant of each bound', () => {
  const index = createGaugeIndex();
  const changed = new Set<string>();
  index.advance(0, changed);
  index.set('a', aged(0), changed);
  index.advance(HOUR_MS - 1, changed);
  expect([index.read('under_1h'), index.read('1h_to_4h')]).toEqual([1, 0]);
  index.advance(HOUR_MS, changed);
  expect([index.read('under_1h'), index.read('1h_to_4h'), index.read('all')]).toEqual([0, 1, 1]);
  changed.clear();
  index.advance(8 * DAY_MS, changed);
  expect(index.read('over_7d')).toBe(1);
  // Through every band on the way, however far it moves at once.
  expect([...changed].sort()).toEqual([...AGE_BANDS.slice(1), 'all'].sort());
  index.set('a', null, changed);
  expect(AGE_BANDS.map(index.read)).toEqual([0, 0, 0, 0, 0]);
});

it('GAUGE-2 whatever comes, goes and ages, the counts are those of a walk over all that are open', () => {
  const step = fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd'),
    createdAgo: fc.integer({ min: 0, max: 9 * 24 }),
    isOpen: fc.boolean(),
    hours: fc.integer({ min: 0, max: 100 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const index = createGaugeIndex();
      const open = new Map<string, number>();
      let T = 1_000 * HOUR_MS;
      index.advance(T, new Set());
      for (const { id, createdAgo, isOpen, hours } of steps) {
        const createdAt = T - createdAgo * HOUR_MS;
        if (isOpen) open.set(id, createdAt);
        else open.delete(id);
        index.set(id, isOpen ? aged(createdAt) : null, new Set());
        T += hours * HOUR_MS;
        index.advance(T, new Set());
        expect([...index.within('all')].map((one) => [one.id, one.since]).sort()).toEqual(
          [...open].sort(),
        );
        const ages = [...open.values()].map((at) => ageBandOf(T - at));
        expect(AGE_BANDS.map(index.read)).toEqual(
          AGE_BANDS.map((band) => ages.filter((age) => age === band).length),
        );
        expect(index.read('all')).toBe(open.size);
      }
    }),
  );
});
