/** A fold that is told facts, each at its log time, as a runner would. */
import type { Fact } from '@sapwood/core/facts';
import { createFactFold, type FactFold } from '@sapwood/core/fold';
import { expect } from 'vitest';

/** Ids of what leaves are the text that they are made of. */
export const newFold = (): FactFold => createFactFold({ topology: 1, hash: (text) => text });

export function folded(facts: readonly Fact[], fold: FactFold = newFold()): FactFold {
  for (const [offset, fact] of facts.entries()) {
    fold.advance(fold.timeOf(fact));
    fold.ingest(fact, offset);
  }
  return fold;
}

/** Another fold, of what this one stores: it shows what this one shows. */
export function restored(fold: FactFold): FactFold {
  const copy = newFold();
  copy.restore([...fold.encode()], fold.T);
  for (const key of fold.keys()) expect(copy.read(key), key).toEqual(fold.read(key));
  return copy;
}
