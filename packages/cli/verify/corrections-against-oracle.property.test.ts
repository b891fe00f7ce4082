import fc from 'fast-check';
import { expect, it } from 'vitest';
import { factsOfDesk } from '../../../tests/support/independent/any-desk.ts';
import {
  correctedStories,
  longCorrectedStories,
} from '../../../tests/support/independent/any-desk-corrections.ts';
import { FAMILIES } from '../../../tests/support/independent/any-desk-families.ts';
import { AUTO_CLOSE_MS } from '../../../tests/support/independent/any-desk-turns.ts';
import { judge, RUNS, SEED, TEST_MS } from './judge-story.fixture.ts';

/** Of each there must have been some: else the stories say nothing about it. */
const CORRECTED = [
  ...['removed.retracted', 'merged_away', 'closed', 'resolved', 'episode_handled'],
] as const;

const CLAIMED = ['pending', 'failed', 'confirmed', 'assumed'].map((how) => `ai_outcome.${how}`);

it.each([
  { name: 'hours', stories: correctedStories, messages: 'read' },
  { name: 'months', stories: longCorrectedStories, messages: 'read' },
  { name: 'hours', stories: correctedStories, messages: 'none' },
] as const)(
  'M1 live = the oracle for corrections, merges and claims of AIs over $name: messages $messages',
  ({ stories, messages }) => {
    const told = new Set<string>();
    let mergedMost = 0;
    const kind = { messages, source: 'email', autoCloseAfterMs: AUTO_CLOSE_MS, declared: FAMILIES };
    fc.assert(
      fc.property(stories, (steps) => {
        const found = judge(factsOfDesk(steps, kind), false, ({ transitions }) => {
          for (const what of Object.keys(transitions)) told.add(what);
          mergedMost = Math.max(mergedMost, transitions['merged_away'] ?? 0);
        });
        expect(found.differences.slice(0, 3)).toEqual([]);
      }),
      { seed: SEED, numRuns: 3 * RUNS },
    );
    const expected = [...CORRECTED, ...(messages === 'read' ? CLAIMED : [])];
    expect(expected.filter((what) => !told.has(what))).toEqual([]);
    // A chain, or two that became part of one.
    expect(mergedMost).toBe(2);
  },
  TEST_MS,
);
