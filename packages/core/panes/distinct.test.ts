import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time/instant.ts';
import { createDistinctStore, type Mark } from './distinct.ts';
import { hastyDays, START } from './hasty-days.fixture.ts';
import { everyMs, type Panes, panesFrom, sliding } from './window.ts';

const FINE = {
  grid: everyMs(5_000),
  windows: [sliding('5m', 60, 17_280)],
  inBuckets: false,
  reachesSummaries: false,
};
const mark = (at: number, flagged = false) => ({ at, rows: ['all'], flagged });

describe('distinct conversations in a window', () => {
  it('WIN-1 a mark later than log time counts in the newest pane until T passes it', () => {
    const store = createDistinctStore(FINE);
    store.advance(1_000_000, new Set());
    store.replace('I', [], [mark(1_059_000)]);
    expect(store.read('all', '5m').den).toBe(1);
    store.advance(1_060_000, new Set());
    expect(store.read('all', '5m').den).toBe(1);
    // It leaves by its own instant: 1,055,000 is the pane that holds it.
    store.advance(1_055_000 + 300_000 + 4_999, new Set());
    expect(store.read('all', '5m').den).toBe(1);
    store.advance(1_055_000 + 300_000 + 5_000, new Set());
    expect(store.read('all', '5m')).toEqual({ den: 0, num: 0, denBefore: 1, numBefore: 0 });
  });

  it('WIN-2 a conversation counts once, in the row of its last mark, and is flagged while a flag lies in the window', () => {
    const store = createDistinctStore(FINE);
    store.advance(2_000_000, new Set());
    const marks = [mark(1_990_000, true), mark(1_995_000), mark(2_000_000)];
    store.replace('I', [], marks);
    expect(store.read('all', '5m')).toMatchObject({ den: 1, num: 1 });
    store.advance(1_990_000 + 305_000, new Set());
    expect(store.read('all', '5m')).toMatchObject({ den: 1, num: 0 });
    store.replace('I', marks, []);
    expect(store.read('all', '5m')).toMatchObject({ den: 0, num: 0, denBefore: 0 });
  });

  it('WIN-14 an hour that the clock shows twice is compared with the same hour twice', () => {
    const panes = panesFrom(hastyDays(0), START).find(
      ({ windows }) => windows[1]?.code === 'bday',
    )!;
    const store = createDistinctStore(panes);
    store.advance(START, new Set());
    store.replace('I', [], [mark(Date.parse('2026-06-10T01:20Z'))]);
    // On the wall 02:30, 02:10 and 02:40: at first two hours ahead, then one.
    const told = ['00:30', '01:10', '01:40'].map((time) => {
      store.advance(Date.parse(`2026-06-11T${time}Z`), new Set());
      return store.read('all', 'bday').denBefore;
    });
    expect(told).toEqual([1, 0, 1]);
  });

  it('WIN-13 however log time jumps, it counts those that a walk over all marks finds', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.nat({ max: 23 }), (steps, hour) => {
        for (const panes of panesFrom(hastyDays(hour * HOUR_MS), START)) {
          const store = createDistinctStore(panes);
          const marks = new Map<string, readonly Mark[]>();
          let T = START;
          store.advance(T, new Set());
          for (const { gapMs, backMs, id, row, flagged, gone } of steps) {
            T += gapMs;
            store.advance(T, new Set());
            const before = marks.get(id) ?? [];
            // What stays is the same object: between what both begin and end with the change is looked for.
            const kept = before.filter((_, i) => gone === null || i % 4 !== gone);
            const after = [...kept, { at: T - backMs, rows: [row], flagged }];
            after.sort((a, b) => a.at - b.at);
            store.replace(id, before, after);
            marks.set(id, after);
            for (const { code, edges } of panes.windows) {
              const newest = panes.grid.numberOf(T);
              const { from, fromBefore, toBefore } = edges(newest);
              const [den, num] = walk(marks, panes, newest, from, newest);
              const [denBefore, numBefore] = walk(marks, panes, newest, fromBefore, toBefore);
              expect(store.read('a', code)).toEqual({ den, num, denBefore, numBefore });
            }
          }
        }
      }),
    );
  });
});

/** Through the changes of the clock, which the first days are full of. */
const SOON = [HOUR_MS / 2, HOUR_MS / 3, 2 * HOUR_MS];

const step = fc.record({
  gapMs: fc.constantFrom(0, 7_000, MINUTE_MS, ...SOON, ...SOON, 26 * HOUR_MS, 20 * DAY_MS),
  backMs: fc.constantFrom(-MINUTE_MS, 0, 0, HOUR_MS, 23 * HOUR_MS, DAY_MS, 30 * DAY_MS),
  id: fc.constantFrom('I1', 'I2', 'I3'),
  row: fc.constantFrom('a', 'b'),
  flagged: fc.boolean(),
  gone: fc.option(fc.nat({ max: 3 }), { freq: 3 }),
});

/** Those whose last mark in panes [from, to] is in row a, and of them the flagged. */
function walk(
  marks: ReadonlyMap<string, readonly Mark[]>,
  { grid }: Panes,
  newest: number,
  from: number,
  to: number,
): [den: number, num: number] {
  const lasts = [...marks.values()].flatMap((own) => {
    const inside = own.filter((mark) => {
      const pane = Math.min(grid.numberOf(mark.at), newest);
      return pane >= from && pane <= to;
    });
    const last = inside.at(-1);
    return last?.rows.includes('a') ? [inside.some(({ flagged }) => flagged)] : [];
  });
  return [lasts.length, lasts.filter((flagged) => flagged).length];
}
