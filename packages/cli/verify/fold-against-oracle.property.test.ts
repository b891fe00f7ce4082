import type { Fact } from '@sapwood/core/facts';
import { createFactFold } from '@sapwood/core/fold';
import type { LogTime } from '@sapwood/core/time';
import { createOracle } from '@sapwood/oracle';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  DESK_WORKSPACE,
  deskSteps,
  factsOfDesk,
  hash32,
  longDeskSteps,
} from '../../../tests/support/independent/any-desk.ts';
import { bySize } from '../../../tests/support/size.ts';
import { seriesOf } from '../facts-fold.ts';
import { type Comparison, compareSeries } from './compare-cells.ts';
import { compareTotals } from './compare-totals.ts';

const SEED = Number(process.env['SAPWOOD_SEED'] ?? 20260610);
const RUNS = bySize(20, 60);
const TEST_MS = 60_000;
/** Longer than a pane: time that passes without a record may move a window. */
const QUIET_MS = 6_000;

/** Every prefix that ends between groups, and some way on from it where the log was quiet. */
function judge(facts: readonly Fact[]): Comparison {
  const fold = createFactFold({ topology: 1, hash: hash32 });
  const oracle = createOracle(facts);
  const found: Comparison = { cells: 0, differences: [] };
  const look = (prefix: number): void => {
    const truth = oracle.at(prefix, fold.T);
    const place = { workspace: DESK_WORKSPACE, at: fold.T };
    compareSeries(seriesOf(fold, DESK_WORKSPACE, 0), truth.series, place, found);
    compareTotals(fold.totals(DESK_WORKSPACE)!.totals, truth, place, found);
  };
  for (const [i, fact] of facts.entries()) {
    fold.advance(fold.timeOf(fact));
    fold.ingest(fact, i);
    fold.touched();
    if (fact.group !== null && fact.group.i < fact.group.n - 1) continue;
    look(i + 1);
    const next = facts[i + 1]?.recordedAt ?? fact.recordedAt + 500_000;
    if (next - fold.T <= QUIET_MS) continue;
    fold.advance((fold.T + Math.floor((next - fold.T) / 2)) as LogTime);
    fold.touched();
    look(i + 1);
  }
  return found;
}

it.each([
  { messages: 'read', source: 'email' },
  { messages: 'read', source: 'phone' },
  { messages: 'read', source: 'manual' },
  { messages: 'none', source: 'form' },
] as const)(
  'M1 live = the oracle for any facts: messages $messages, begun by $source',
  (kind) => {
    let cells = 0;
    fc.assert(
      fc.property(deskSteps, (steps) => {
        const found = judge(factsOfDesk(steps, kind));
        cells += found.cells;
        expect(found.differences.slice(0, 3)).toEqual([]);
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect(cells).toBeGreaterThan(RUNS * 50);
  },
  TEST_MS,
);

it.each([
  { messages: 'read', source: 'email' },
  { messages: 'none', source: 'form' },
] as const)(
  'FOLD-5 live = the oracle over months, summaries included: messages $messages',
  (kind) => {
    fc.assert(
      fc.property(longDeskSteps, (steps) => {
        const found = judge(factsOfDesk(steps, kind));
        expect(found.differences.slice(0, 3)).toEqual([]);
      }),
      { seed: SEED, numRuns: 4 * RUNS },
    );
  },
  TEST_MS,
);

/** The same facts as a log that took them in another order; configuration and roster stay first. */
function disordered(facts: readonly Fact[], salt: number): Fact[] {
  const isFixed = ({ kind }: Fact): boolean =>
    kind === 'config.applied' || kind === 'user.observed';
  const stamps = facts.map((fact) => fact.recordedAt);
  const order = (fact: Fact): string => hash32(`${salt}/${fact.factId}/${fact.observedAt}`);
  const loose = facts
    .filter((fact) => !isFixed(fact))
    .sort((a, b) => (order(a) < order(b) ? -1 : 1));
  let log = 0;
  return [...facts.filter(isFixed), ...loose].map((fact, i) => {
    // Nothing is recorded before it happened.
    log = Math.max(log, stamps[i]!, fact.observedAt);
    return { ...fact, group: null, recordedAt: log } as Fact;
  });
}

it(
  'M3 live = the oracle for facts in any order, at every prefix',
  () => {
    const kind = { messages: 'read', source: 'email' } as const;
    fc.assert(
      fc.property(deskSteps, fc.nat(), (steps, salt) => {
        const found = judge(disordered(factsOfDesk(steps, kind), salt));
        expect(found.differences.slice(0, 3)).toEqual([]);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  },
  TEST_MS,
);
