import { createFactFold, type FactFold } from '@sapwood/core/fold';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backlogRows, factsOfDesk, hash32 } from '../../../tests/support/independent/any-desk.ts';
import { longDeskSteps } from '../../../tests/support/independent/any-desk-steps.ts';
import { longTurnStories } from '../../../tests/support/independent/any-desk-turns.ts';
import { bySize } from '../../../tests/support/size.ts';

const SEED = Number(process.env['SAPWOOD_SEED'] ?? 20260610);
const RUNS = bySize(60, 300);
const stories = fc.oneof(longDeskSteps, longTurnStories);

const newFold = (): FactFold => createFactFold({ topology: 1, hash: hash32 });
const shown = (fold: FactFold): unknown[] =>
  [...fold.keys()].sort().map((key) => [key, fold.read(key)]);

it('WIN-6 a fold restored after months shows what it showed, what was summarised included', () => {
  let withDays = 0;
  fc.assert(
    fc.property(stories, backlogRows, (steps, by) => {
      const fold = newFold();
      const puts = new Map<string, readonly ['conv' | 'pane' | 'dir' | 'rule', string, string]>();
      const facts = factsOfDesk(steps, { messages: 'read', source: 'email', by });
      for (const [offset, fact] of facts.entries()) {
        fold.advance(fold.timeOf(fact));
        fold.ingest(fact, offset);
        for (const [space, field, text] of fold.touched().puts) {
          if (text === null) puts.delete(field);
          else puts.set(field, [space, field, text]);
        }
      }
      const copy = newFold();
      copy.restore(puts.values(), fold.T);
      expect(shown(copy)).toEqual(shown(fold));
      expect([...copy.encode()]).toEqual([...fold.encode()]);
      if ([...puts.keys()].some((field) => field.startsWith('acme/day/'))) withDays += 1;
    }),
    { seed: SEED, numRuns: RUNS },
  );
  expect(withDays).toBeGreaterThan(RUNS / 20);
}, 120_000);
