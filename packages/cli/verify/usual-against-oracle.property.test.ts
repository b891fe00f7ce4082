import { createFactFold, type FactFold } from '@sapwood/core/fold';
import type { LogTime } from '@sapwood/core/time';
import type { OracleState } from '@sapwood/oracle';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { factsOfDesk, hash32 } from '../../../tests/support/independent/any-desk.ts';
import { FAMILIES } from '../../../tests/support/independent/any-desk-families.ts';
import { weeklyStories } from '../../../tests/support/independent/any-desk-weeks.ts';
import { judge, RUNS, SEED, TEST_MS } from './judge-story.fixture.ts';

/** Targets that some meet and some do not. */
const PROMISED = {
  targets: { first: { '*': { ms: 10_000, clock: 'wall' } } },
  pauseOn: ['on_hold'],
} as const;

const KIND = {
  messages: 'read',
  source: 'email',
  declared: { ...FAMILIES, sla: PROMISED },
} as const;

/** Of each something must have been usual, and not always nothing or all. */
const DUE = [
  ...['conversation-volume', 'no-reply-rate'].flatMap((metric) =>
    ['60m', '24h', 'bday'].map((window) => `${metric} ${window}`),
  ),
  ...['resolution-rate-flow', 'csat', 'tag-coverage', 'custom-field-utilisation'].map(
    (metric) => `${metric} 24h`,
  ),
  ...['conversation-volume{team=tier1} bday', 'no-reply-rate{team=tier1} bday'],
];

const usualIn = ({ series }: OracleState): string[] =>
  [...series.values()].flatMap(({ key, cells }) =>
    cells.flatMap(({ window, vsHow }) =>
      vsHow && vsHow !== 1_000_000 ? [`${key} ${window}`] : [],
    ),
  );

it(
  'M1 live = the oracle for what is usual of counts and shares, over weeks that are much alike',
  () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(weeklyStories, (steps) => {
        const each = (truth: OracleState): void => {
          for (const what of usualIn(truth)) seen.add(what);
        };
        const found = judge(factsOfDesk(steps, KIND), false, each, { every: 9, last: 12 });
        expect(found.differences.slice(0, 3)).toEqual([]);
      }),
      { seed: SEED, numRuns: 2 * RUNS },
    );
    expect(DUE.filter((what) => !seen.has(what))).toEqual([]);
  },
  TEST_MS,
);

type Puts = Map<string, readonly ['conv' | 'pane' | 'dir' | 'rule', string, string]>;

const newFold = (): FactFold => createFactFold({ topology: 1, hash: hash32 });
const usualOf = (fold: FactFold, key: string): string =>
  JSON.stringify(fold.read(key)?.series?.cells.map(({ vsHow }) => vsHow));
const shown = (fold: FactFold): string[] =>
  [...fold.keys()].sort().map((key) => `${key} ${usualOf(fold, key)}`);

/** Stores what is to be stored, and tells anew what is to be told anew. */
function pass(fold: FactFold, puts: Puts, told: Map<string, string>): void {
  const { puts: stored, dirty } = fold.touched();
  for (const [space, field, text] of stored) {
    if (text === null) puts.delete(field);
    else puts.set(field, [space, field, text]);
  }
  for (const key of dirty) told.set(key, usualOf(fold, key));
}

it(
  'USUAL-5 what was told last is what is usual now, restored, and however log time is stepped',
  () => {
    let quarters = 0;
    fc.assert(
      fc.property(weeklyStories, (steps) => {
        const [fold, stepped] = [newFold(), newFold()];
        const puts: Puts = new Map();
        const told = new Map<string, string>();
        const facts = factsOfDesk(steps, KIND);
        for (const [offset, fact] of facts.entries()) {
          const halfway = Math.floor((fold.T + fold.timeOf(fact)) / 2);
          if (fold.T > 0) stepped.advance(halfway as LogTime);
          for (const one of [fold, stepped]) {
            one.advance(one.timeOf(fact));
            one.ingest(fact, offset);
          }
          stepped.touched();
          pass(fold, puts, told);
          if (offset < facts.length - 12) continue;
          const now = shown(fold);
          const last = [...fold.keys()].sort().map((key) => `${key} ${told.get(key)}`);
          expect(last).toEqual(now);
        }
        const copy = newFold();
        copy.restore(puts.values(), fold.T);
        expect(shown(copy)).toEqual(shown(fold));
        expect([...copy.encode()]).toEqual([...fold.encode()]);
        expect(shown(stepped)).toEqual(shown(fold));
        quarters += Number([...puts.keys()].some((one) => one.includes('/quarter/no-reply-rate')));
      }),
      { seed: SEED, numRuns: 2 * RUNS },
    );
    expect(quarters).toBeGreaterThan(0);
  },
  TEST_MS,
);
