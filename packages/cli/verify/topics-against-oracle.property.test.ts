import { createFactFold } from '@sapwood/core/fold';
import type { LogTime } from '@sapwood/core/time';
import { createOracle } from '@sapwood/oracle';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hash32 } from '../../../tests/support/independent/any-desk.ts';
import { TopicDesk, topicSteps } from '../../../tests/support/topic-desk.ts';
import { seriesOf } from '../facts-fold.ts';
import { type Comparison, compareSeries } from './compare-cells.ts';
import { SEED, TEST_MS } from './judge-story.fixture.ts';

const RUNS = 30;
const DAY_MS = 86_400_000;

it(
  'M1 live = the oracle for agents who close many conversations on few topics',
  () => {
    let told = 0;
    fc.assert(
      fc.property(topicSteps, (steps) => {
        // What was forgotten while nobody asked is not known to the fold.
        const { facts } = new TopicDesk(steps.filter(({ what }) => what !== 'declare'));
        const fold = createFactFold({ topology: 1, hash: hash32 });
        for (const [offset, fact] of facts.entries()) {
          fold.advance(fold.timeOf(fact));
          fold.ingest(fact, offset);
        }
        const oracle = createOracle(facts);
        const found: Comparison = { cells: 0, differences: [] };
        for (const laterMs of [0, 12 * DAY_MS, 40 * DAY_MS]) {
          fold.advance((facts.at(-1)!.recordedAt + laterMs) as LogTime);
          const truth = oracle.at(facts.length, fold.T);
          const place = { workspace: 'acme', at: fold.T };
          compareSeries(seriesOf(fold, 'acme', 0), truth.series, place, found);
          for (const { key, cells } of truth.series.values()) {
            if (!key.startsWith('agent-specialisation{')) continue;
            told += cells.filter(({ value }) => value !== null).length;
          }
        }
        expect(found.differences.slice(0, 3)).toEqual([]);
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect(told).toBeGreaterThan(RUNS / 2);
  },
  TEST_MS,
);
