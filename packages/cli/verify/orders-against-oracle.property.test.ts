import type { Fact } from '@sapwood/core/facts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backlogRows, factsOfDesk, hash32 } from '../../../tests/support/independent/any-desk.ts';
import { correctedStories } from '../../../tests/support/independent/any-desk-corrections.ts';
import { FAMILIES, familyStories } from '../../../tests/support/independent/any-desk-families.ts';
import { deskSteps } from '../../../tests/support/independent/any-desk-steps.ts';
import { turnStories } from '../../../tests/support/independent/any-desk-turns.ts';
import { AUTOMATED, judge, RUNS, SEED, TEST_MS } from './judge-story.fixture.ts';

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
      fc.property(deskSteps, fc.nat(), backlogRows, (steps, salt, by) => {
        const found = judge(disordered(factsOfDesk(steps, { ...kind, by }), salt));
        expect(found.differences.slice(0, 3)).toEqual([]);
      }),
      { seed: SEED, numRuns: RUNS },
    );
    fc.assert(
      fc.property(turnStories, fc.nat(), backlogRows, (steps, salt, by) => {
        const found = judge(disordered(factsOfDesk(steps, { ...AUTOMATED, by }), salt), 1);
        expect(found.differences.slice(0, 3)).toEqual([]);
      }),
      { seed: SEED, numRuns: 2 * RUNS },
    );
    fc.assert(
      fc.property(familyStories, fc.nat(), (steps, salt) => {
        const facts = factsOfDesk(steps, { ...AUTOMATED, declared: FAMILIES });
        const found = judge(disordered(facts, salt));
        expect(found.differences.slice(0, 3)).toEqual([]);
      }),
      { seed: SEED, numRuns: 2 * RUNS },
    );
    fc.assert(
      fc.property(correctedStories, fc.nat(), (steps, salt) => {
        const found = judge(disordered(factsOfDesk(steps, AUTOMATED), salt));
        expect(found.differences.slice(0, 3)).toEqual([]);
      }),
      { seed: SEED, numRuns: 2 * RUNS },
    );
  },
  TEST_MS,
);
