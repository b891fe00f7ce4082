import { describe, expect, it } from 'vitest';
import { createDistinctStore } from './distinct.ts';
import { everyMs, sliding } from './window.ts';

const FINE = {
  grid: everyMs(5_000),
  windows: [sliding('5m', 60)],
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
});
