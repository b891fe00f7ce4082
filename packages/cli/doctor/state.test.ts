import { FACT_FOLD_CODE } from '@sapwood/core/fold';
import { describe, expect, it } from 'vitest';
import { judgeStates, type PartitionState } from './state.ts';

const state = (changed: Partial<PartitionState> = {}): PartitionState => ({
  ...{ partition: 2, meta: { off: 90, code: FACT_FOLD_CODE }, low: 0, high: 100 },
  ...changed,
});
const judged = (changed: Partial<PartitionState>, rebuilds = false): string =>
  judgeStates([state(), state(changed)], rebuilds)
    .map(({ level, what, remedy = '' }) => `${level} ${what} -> ${remedy}`)
    .join('\n');

describe('doctor on the state', () => {
  it('DOC-10 a state that fits its log, and one that nobody has made yet, are fine', () => {
    expect(judged({})).toMatch(/^fine state: fits its log of 200 facts/);
    expect(judged({ meta: null })).toMatch(/^fine /);
  });

  it('DOC-10 names what would stop a partition, and what to do', () => {
    const foreign = { meta: { off: 90, code: 'facts@0' } };
    expect(judged(foreign)).toMatch(/^wrong .*facts\.v1\/2 is of version facts@0/);
    expect(judged(foreign, true)).toMatch(/^degraded .* -> nothing: the next start/);
    expect(judged({ high: 80 })).toMatch(/^wrong .*ends at 80, but was folded up to 90/);
    expect(judged({ low: 5 })).toMatch(/^wrong .*begins at 5/);
    expect(judged({ high: 50_000 })).toMatch(/^degraded .*49910 facts behind/);
  });
});
