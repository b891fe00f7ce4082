import { expect, it } from 'vitest';
import { issue, message } from '../../../tests/support/facts.ts';
import type { Put } from '../fold-contract.ts';
import { createFactFold, type FactFold } from './fold.ts';

const START_MS = 1_781_000_000_000;
const COUNT = 1_200;
const PAGE = 100;
const newFold = (): FactFold => createFactFold({ topology: 1, hash: (text) => text });

/** Conversations of a busy hour: half of them answered, some closed. */
function filled(): FactFold {
  const fold = newFold();
  let offset = 0;
  for (let i = 0; i < COUNT; i++) {
    const at = START_MS + i * 3_000;
    const channel = i % 3 === 0 ? 'email' : 'slack';
    const stateCategory = i % 5 === 0 ? 'closed' : 'new';
    const facts = [
      message(`c${i}`, at, 'customer'),
      issue(`c${i}`, at, { number: i, stateCategory, channel, createdAt: at }),
      ...(i % 2 === 0 ? [message(`c${i}`, at + 1_000, 'human', { authorId: 'ada' })] : []),
    ];
    for (const fact of facts) {
      fold.advance(fold.timeOf(fact));
      fold.ingest(fact, offset++);
    }
  }
  return fold;
}

function shown(fold: FactFold): unknown[] {
  return [...fold.keys()].map((key) => [key, fold.read(key)]);
}

it('FOLD-6 restored a page at a time, in small steps, it is the fold that is restored at once', () => {
  const before = filled();
  const puts: Put[] = [...before.encode()];
  const atOnce = newFold();
  atOnce.restore(puts, before.T);
  const paged = newFold();
  const restoring = paged.restoring(before.T);
  for (let at = 0; at < puts.length; at += PAGE) restoring.take(puts.slice(at, at + PAGE));
  let steps = 1;
  while (restoring.step()) steps += 1;
  // What one step does has a bound, however much is stored.
  expect(steps).toBeGreaterThanOrEqual(COUNT / 300);
  expect([...paged.encode()]).toEqual(puts);
  expect([...atOnce.encode()]).toEqual(puts);
  expect(shown(paged)).toEqual(shown(atOnce));
  expect(shown(paged)).toHaveLength(shown(before).length);
  expect(new Map(shown(paged) as [string, unknown][])).toEqual(
    new Map(shown(before) as [string, unknown][]),
  );
  expect(paged.frames()).toEqual(atOnce.frames());
  expect(paged.touched()).toEqual(atOnce.touched());
});
