import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bucketOf, bucketValue } from '../panes/quantile.ts';
import { everyMs, sliding } from '../panes/window.ts';
import { HOUR_MS } from '../time/instant.ts';
import { modeCell } from './cell-names.ts';
import { Middles } from './middles.ts';

const FLOOR = 3;
const LENGTHS = { '7d': 4, '28d': 7 } as const;
type Code = keyof typeof LENGTHS;
const PANES = {
  ...{ grid: everyMs(HOUR_MS), inBuckets: true, reachesSummaries: false },
  windows: (['7d', '28d'] as const).map((code) => sliding(code, LENGTHS[code], 24)),
};

interface Reply {
  readonly row: string;
  readonly account: string;
  readonly at: number;
  readonly ms: number;
}

const steps = fc.array(
  fc.record({
    what: fc.constantFrom('add', 'add', 'add', 'add', 'take', 'pass', 'merge', 'read'),
    row: fc.constantFrom('a', 'b'),
    account: fc.constantFrom('acme', 'globex'),
    hours: fc.integer({ min: 0, max: 5 }),
    ms: fc.constantFrom(0, 1, 1_000, 60_000, 61_000, 3_600_000),
    nth: fc.nat(),
  }),
  { minLength: 20, maxLength: 60 },
);

/** How many accounts have their median where, walked over. */
function walked(replies: readonly Reply[], row: string, from: number, to: number): number[] {
  const own = replies.filter((one) => one.row === row && one.at >= from && one.at < to);
  const accounts = Map.groupBy(own, ({ account }) => account);
  return [...accounts.values()]
    .filter(({ length }) => length >= FLOOR)
    .map((all) => all.map(({ ms }) => ms).sort((a, b) => a - b)[Math.ceil(all.length / 2) - 1]!)
    .map((ms) => bucketValue(bucketOf(ms)))
    .sort((a, b) => a - b);
}
const listed = ({ counts }: { counts: ReadonlyMap<number, number> }): number[] =>
  [...counts]
    .flatMap(([bucket, times]) => Array.from({ length: times }, () => bucketValue(bucket)))
    .sort((a, b) => a - b);

it('ACCTIME-6 medians of accounts, and where they lie, are those of a walk over all', () => {
  let known = 0;
  const property = fc.property(steps, (story) => {
    const middles = new Middles(PANES, FLOOR);
    let T = 1_000 * HOUR_MS;
    middles.advance(T, new Set());
    /** Row b counts in a row of its own, and from a merge on in row a. */
    let replies: Reply[] = [];
    let isMerged = false;
    const add = (one: Reply, sign: 1 | -1): void => {
      const rows = one.row === 'b' && isMerged ? ['b', 'a'] : [one.row];
      for (const row of rows) middles.add(modeCell(row, one.account), one.at, one.ms, sign);
    };
    const expectSame = (code: Code): void => {
      const from = T - LENGTHS[code] * HOUR_MS;
      const before = from - LENGTHS[code] * HOUR_MS;
      const inA = replies.filter(({ row }) => row === 'a' || isMerged);
      for (const [row, all] of [
        ['a', inA.map((one) => ({ ...one, row: 'a' }))],
        ['b', replies],
      ] as const) {
        const read = middles.read(row, code);
        const [now, then] = [walked(all, row, from, T + 1), walked(all, row, before, from + 1)];
        expect([listed(read.now), read.now.n]).toEqual([now, now.length]);
        expect([listed(read.before), read.before.n]).toEqual([then, then.length]);
        known += now.length + then.length;
      }
    };
    for (const { what, row, account, hours, ms, nth } of story) {
      const one = { row, account, at: T - hours * HOUR_MS, ms };
      if (what === 'add') {
        replies = [...replies, one];
        add(one, 1);
      } else if (what === 'take' && replies.length > 0) {
        const gone = replies[nth % replies.length]!;
        replies = replies.filter((other) => other !== gone);
        add(gone, -1);
      } else if (what === 'pass') {
        T += hours * HOUR_MS;
        middles.advance(T, new Set());
      } else if (what === 'merge') {
        middles.merge('a', 'b', isMerged ? -1 : 1);
        isMerged = !isMerged;
      } else if (what === 'read') expectSame(nth % 2 === 0 ? '7d' : '28d');
    }
    for (const code of ['7d', '28d'] as const) expectSame(code);
  });
  fc.assert(property, { seed: 20260610, numRuns: 300 });
  expect(known).toBeGreaterThan(500);
});

it('ACCTIME-6 a row that nothing was counted in has no accounts', () => {
  expect(new Middles(PANES, FLOOR).read('a', '7d').now.n).toBe(0);
});
