import { parseSeriesKey } from '@sapwood/core/metrics';
import type { OracleState } from '@sapwood/oracle';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { factsOfDesk } from '../../../tests/support/independent/any-desk.ts';
import {
  LAST_TICKS,
  scoredDesks,
  scoreStories,
  withTeams,
} from '../../../tests/support/independent/any-desk-scores.ts';
import { judge, SEED, TEST_MS } from './judge-story.fixture.ts';

const RUNS = 6;
/** Of so many conversations a few looks tell enough. */
const LOOKS = { every: 30, last: LAST_TICKS };

/** Of each, in each sort of row, something must have been told, and for each of these reasons nothing. */
const DUE: Readonly<Record<string, readonly string[]>> = {
  'tag-novelty': ['{}', '{tag}', '{team}', 'not_new'],
  'account-health-score': ['{}', '{account}', '{account_tier}', 'quiet', 'few_parts'],
  'knowledge-gap-score': ['{}', '{category}', 'low_n', 'few_parts'],
  'agent-productivity-index': ['{}', '{assignee}', '{team}', 'low_n', 'few_parts'],
  'agent-specialisation': ['{assignee,category}', 'low_n', 'per_topic'],
};
/** How often, at least. */
const OFTEN = 6;

/** Of the cells of a look: where a value is, where none is and why. */
const sortsIn = ({ series }: OracleState): string[] =>
  [...series.values()].flatMap(({ key, cells }) => {
    const { id, dims } = parseSeriesKey(key)!;
    if (!DUE[id]) return [];
    const row = `{${Object.keys(dims).join()}}`;
    return cells.flatMap(({ value, reason }) => {
      const what = value === null ? reason : row;
      return what === undefined ? [] : [`${id} ${what}`];
    });
  });

it(
  'M1 live = the oracle for scores of accounts, agents and topics, and for tags that are new',
  () => {
    const seen = new Map<string, number>();
    const each = (truth: OracleState): void => {
      for (const what of sortsIn(truth)) seen.set(what, (seen.get(what) ?? 0) + 1);
    };
    fc.assert(
      fc.property(scoreStories, scoredDesks, fc.nat({ max: 99 }), (steps, declared, percent) => {
        const facts = factsOfDesk(steps, { messages: 'read', source: 'email', declared });
        const found = judge(withTeams(facts, percent), false, each, LOOKS);
        expect(found.differences.slice(0, 3)).toEqual([]);
      }),
      // A shorter story would come to no score.
      { seed: SEED, numRuns: RUNS, endOnFailure: true },
    );
    const due = Object.entries(DUE).flatMap(([id, whats]) => whats.map((what) => `${id} ${what}`));
    expect(due.filter((what) => (seen.get(what) ?? 0) < OFTEN)).toEqual([]);
  },
  TEST_MS,
);
