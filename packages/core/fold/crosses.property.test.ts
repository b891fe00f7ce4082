import fc from 'fast-check';
import { expect, it } from 'vitest';
import { factsOfDesk, hash32 } from '../../../tests/support/independent/any-desk.ts';
import { deskSteps } from '../../../tests/support/independent/any-desk-steps.ts';
import { parseSeriesKey, rowsName, type Series, seriesKey } from '../metrics/value.ts';
import { createFactFold } from './fold.ts';

const SEED = Number(process.env['SAPWOOD_SEED'] ?? 20260610);
const METRICS = [
  ...['conversation-volume', 'contacts-handled', 'reopens', 'contacts-unhandled-change'],
  ...['backlog', 'backlog-net-flow', 'sla-running'],
];
const DIMENSIONS = ['category', 'handled_by', 'priority'];
const CROSSES = ['category,priority', 'channel,handled_by', 'category,handled_by,team'];
const by = Object.fromEntries(METRICS.map((id) => [id, [...DIMENSIONS, ...CROSSES]]));

/** Series that are told, by key. */
function told(facts: ReturnType<typeof factsOfDesk>): Map<string, Series> {
  const fold = createFactFold({ topology: 1, hash: hash32 });
  for (const [i, fact] of facts.entries()) {
    fold.advance(fold.timeOf(fact));
    fold.ingest(fact, i);
  }
  const all = [...fold.keys()].flatMap((key) => fold.read(key)?.series ?? []);
  return new Map(
    all.filter(({ key }) => METRICS.includes(key.split('{')[0]!)).map((s) => [s.key, s]),
  );
}

/** By window, of all rows of a cross that stand under one value. */
function summed(series: ReadonlyMap<string, Series>, cross: string, dimension: string) {
  const sums = new Map<string, number>();
  for (const { key, cells } of series.values()) {
    const { id, dims } = parseSeriesKey(key)!;
    if (rowsName(key) !== `${id}{${cross}`) continue;
    const row = seriesKey(id, { [dimension]: dims[dimension]! });
    for (const { window, value } of cells) {
      const name = `${row} ${window}`;
      sums.set(name, (sums.get(name) ?? 0) + value!);
    }
  }
  return sums;
}

it('CROSS-1 of any desk the rows of a cross add up to each row by one of its dimensions', () => {
  let compared = 0;
  fc.assert(
    fc.property(deskSteps, (steps) => {
      const series = told(
        factsOfDesk(steps, { messages: 'read', source: 'email', declared: { by } }),
      );
      for (const cross of CROSSES) {
        for (const dimension of cross.split(',')) {
          const sums = summed(series, cross, dimension);
          for (const { key, cells } of series.values()) {
            if (rowsName(key)?.split('{')[1] !== dimension) continue;
            for (const { window, value } of cells) {
              if (value === null) continue;
              expect([key, window, sums.get(`${key} ${window}`) ?? 0]).toEqual([
                key,
                window,
                value,
              ]);
              compared += Number(value !== 0);
            }
          }
        }
      }
    }),
    { seed: SEED, numRuns: 25 },
  );
  expect(compared).toBeGreaterThan(1_000);
}, 120_000);

it('CROSS-4 told anew by another tree, a cross has the values that it has when declared at first', () => {
  fc.assert(
    fc.property(deskSteps, (steps) => {
      const kind = { messages: 'read', source: 'email' } as const;
      const late = factsOfDesk(steps, kind);
      const early = factsOfDesk(steps, { ...kind, declared: { by } });
      const config = early.findLast((fact) => fact.kind === 'config.applied')!;
      const { recordedAt } = early.at(-1)!;
      const whole = told([...early, { ...config, recordedAt }]);
      const retold = told([...late, { ...config, recordedAt }]);
      for (const [key, { cells }] of whole) {
        // A row in which nothing counts any more need not be there.
        const of = retold.get(key)?.cells ?? [];
        const values = cells.map((_, i) => of[i]?.value ?? 0);
        expect([key, values]).toEqual([key, cells.map(({ value }) => value ?? 0)]);
      }
    }),
    { seed: SEED, numRuns: 15 },
  );
}, 120_000);
