/** Scores of generated desks: what was published last is what is read anew, whoever was restored on the way. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { factsOfDesk, hash32 } from '../../../tests/support/independent/any-desk.ts';
import {
  scoredDesks,
  scoreStories,
  withTeams,
} from '../../../tests/support/independent/any-desk-scores.ts';
import type { Fact } from '../facts/fact.ts';
import type { LogTime } from '../time/instant.ts';
import { createFactFold, type FactFold } from './fold.ts';

const SEED = Number(process.env['SAPWOOD_SEED'] ?? 20260610);
const RUNS = 5;
const SCORE = /account-health-score|agent-productivity-index|knowledge-gap-score/;
const newFold = (): FactFold => createFactFold({ topology: 1, hash: hash32 });

/** What a subscriber keeps, but for the instant that it was read at. */
type Published = Map<string, unknown>;
const told = (fold: FactFold, key: string): unknown =>
  fold.read(key)!.series!.cells.map(({ to: _to, ...cell }) => cell);

function publish(fold: FactFold, published: Published): void {
  for (const key of fold.touched().dirty) if (SCORE.test(key)) published.set(key, told(fold, key));
}

function expectPublished(fold: FactFold, published: Published): void {
  for (const key of fold.keys()) {
    if (SCORE.test(key)) expect(published.get(key), key).toEqual(told(fold, key));
  }
}

const valuesIn = (fold: FactFold): string[] =>
  [...fold.keys()].flatMap((key) => {
    if (!SCORE.test(key)) return [];
    const cells = fold.read(key)!.series!.cells;
    return cells.some(({ value }) => value !== null) ? [key.replace(/=.*/, '')] : [];
  });

/** Applies one more fact; time may go on a while before it, with nothing but itself to tell of. */
function step(fold: FactFold, fact: Fact, offset: number): void {
  fold.advance(fold.timeOf(fact));
  fold.ingest(fact, offset);
}

const desks = fc.record({
  steps: scoreStories,
  declared: scoredDesks.map((one) => ({
    ...one,
    by: { ...one.by, 'agent-productivity-index': ['assignee', 'team'] },
  })),
  percent: fc.nat({ max: 99 }),
  every: fc.constantFrom(1, 7, 40),
});

it('COMP-19 what was published last is what is read anew, at each pass and when days are over', () => {
  const seen = new Set<string>();
  const property = fc.property(desks, ({ steps, declared, percent, every }) => {
    const facts = withTeams(
      factsOfDesk(steps, { messages: 'read', source: 'email', declared }),
      percent,
    );
    let fold = newFold();
    const published: Published = new Map();
    const cut = Math.floor((facts.length * percent) / 100);
    for (const [i, fact] of facts.entries()) {
      step(fold, fact, i);
      if (i % every === 0) publish(fold, published);
      if (i === cut) {
        publish(fold, published);
        const copy = newFold();
        copy.restore([...fold.encode()], fold.T);
        expectPublished(copy, published);
        fold = copy;
      }
      if (i % 200 !== 0) continue;
      publish(fold, published);
      expectPublished(fold, published);
      for (const one of valuesIn(fold)) seen.add(one);
    }
    for (const later of [1, 86_400_000, 40 * 86_400_000]) {
      fold.advance((fold.T + later) as LogTime);
      publish(fold, published);
      expectPublished(fold, published);
    }
  });
  // A shorter story would come to no score.
  fc.assert(property, { seed: SEED, numRuns: RUNS, endOnFailure: true });
  expect([...seen].sort()).toEqual(
    expect.arrayContaining([
      'acme/account-health-score{account',
      'acme/account-health-score{account_tier',
      'acme/agent-productivity-index{assignee',
      'acme/agent-productivity-index{team',
      'acme/knowledge-gap-score{category',
    ]),
  );
}, 300_000);
