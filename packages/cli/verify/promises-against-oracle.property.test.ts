import type { OracleState } from '@sapwood/oracle';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backlogRows, factsOfDesk } from '../../../tests/support/independent/any-desk.ts';
import {
  promisesInHours,
  promisesOver,
} from '../../../tests/support/independent/any-desk-promises.ts';
import { longTurnStories, turnStories } from '../../../tests/support/independent/any-desk-turns.ts';
import { AUTOMATED, filledNow, judge, RUNS, SEED, TEST_MS } from './judge-story.fixture.ts';

/** Of each there must have been some. A resolution is never cancelled, a first reply seldom. */
const PROMISED = [
  ...['first', 'next', 'resolution'].flatMap((kind) => [`sla_met.${kind}`, `sla_breached.${kind}`]),
  'sla_cancelled.next',
];

/** What it makes of accounts, which are scored however little there is of them. */
const HEALTH = 'account-health-score';
const HEALTH_ROWS = { [HEALTH]: ['account', 'account_tier'] };
const isScored = (truth: OracleState): boolean =>
  [...truth.series.values()].some(
    ({ key, cells }) => key.startsWith(HEALTH) && cells.some(({ value }) => value !== null),
  );

it.each([
  { name: 'hours', stories: promisesOver(turnStories) },
  { name: 'months', stories: promisesOver(longTurnStories) },
])(
  'M1 live = the oracle for what is promised, as priorities, tiers, hours and promises change, over $name',
  ({ stories }) => {
    const told = new Set<string>();
    let scored = 0;
    fc.assert(
      fc.property(stories, promisesInHours, backlogRows, (steps, declared, by) => {
        const kind = { ...AUTOMATED, by: { ...by, ...HEALTH_ROWS }, declared };
        const found = judge(factsOfDesk(steps, kind), 1, (truth) => {
          for (const what of Object.keys(truth.transitions)) told.add(what);
          for (const what of filledNow(truth)) told.add(what);
          scored += Number(isScored(truth));
        });
        expect(found.differences.slice(0, 3)).toEqual([]);
      }),
      { seed: SEED, numRuns: 4 * RUNS },
    );
    expect(PROMISED.filter((what) => !told.has(what))).toEqual([]);
    expect(scored).toBeGreaterThan(0);
  },
  TEST_MS,
);
