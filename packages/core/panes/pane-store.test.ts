import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time/instant.ts';
import { hastyDays, START } from './hasty-days.fixture.ts';
import { createPaneStore } from './pane-store.ts';
import { bucketOf, bucketValue } from './quantile.ts';
import { type Panes, panesFrom } from './window.ts';

interface Value {
  readonly at: number;
  readonly value: number;
}

/** What lies in panes [from, to]; what is later than log time counts in the newest. */
function walk(values: readonly Value[], { grid, inBuckets }: Panes, from: number, to: number) {
  const found = values.filter((one) => {
    const pane = grid.numberOf(one.at);
    return pane >= from && pane <= to;
  });
  const kept = found.map(({ value }) => (inBuckets ? bucketValue(bucketOf(value)) : value));
  const sum = found.reduce((total, { value }) => total + value, 0);
  const range = kept.length === 0 ? null : { min: Math.min(...kept), max: Math.max(...kept) };
  return { n: found.length, sum, range };
}

/** Through the changes of the clock, which the first days are full of. */
const SOON = [HOUR_MS / 2, HOUR_MS / 3, 2 * HOUR_MS];

const step = fc.record({
  gapMs: fc.constantFrom(0, 4_000, ...SOON, ...SOON, 26 * HOUR_MS, 20 * DAY_MS),
  backMs: fc.constantFrom(-MINUTE_MS, 0, HOUR_MS, 23 * HOUR_MS, DAY_MS, 30 * DAY_MS, 100 * DAY_MS),
  value: fc.integer({ min: 0, max: 10_000_000 }),
  isTaken: fc.boolean(),
});

it('WIN-13 however log time jumps, a window holds what a walk over all values finds in it', () => {
  const backDays = fc.constantFrom(1, 7, 28);
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.nat({ max: 23 }),
      backDays,
      (steps, hour, days) => {
        for (const panes of panesFrom(hastyDays(hour * HOUR_MS), START)) {
          const store = createPaneStore(panes, days);
          const values: Value[] = [];
          let T = START;
          store.advance(T, new Set());
          for (const { gapMs, backMs, value, isTaken } of steps) {
            T += gapMs;
            store.advance(T, new Set());
            const taken = isTaken ? values.pop() : undefined;
            if (taken) store.add('a', taken.at, taken.value, -1, true);
            values.push({ at: T - backMs, value });
            store.add('a', T - backMs, value, 1, true);
            for (const { code, edges, back } of panes.windows) {
              const { from, fromBefore, toBefore } = edges(panes.grid.numberOf(T));
              const { now, before, range, rangeBefore } = store.read('a', code);
              expect({ n: now.n, sum: now.sum, range }).toEqual(
                walk(values, panes, from, Infinity),
              );
              const earlier = { n: before.n, sum: before.sum, range: rangeBefore };
              expect(earlier).toEqual(walk(values, panes, fromBefore, toBefore));
              const reach = back(panes.grid.numberOf(T), days);
              const settled = walk(values, panes, reach.from, reach.to);
              expect(store.read('a', code).back).toMatchObject({ n: settled.n, sum: settled.sum });
            }
          }
        }
      },
    ),
  );
});
