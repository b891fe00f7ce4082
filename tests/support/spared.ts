/** What a fold does not say to be told anew: it has to be as it was told. */
import type { Fact } from '@sapwood/core/facts';
import { expect } from 'vitest';
import { newFold } from './folded.ts';

/** Of the series of one metric, after each fact; how many were spared. */
export function sparedIn(facts: readonly Fact[], id: string): number {
  const fold = newFold();
  const shown = new Map<string, unknown>();
  let spared = 0;
  for (const [i, fact] of facts.entries()) {
    fold.advance(fold.timeOf(fact));
    fold.ingest(fact, i);
    const { dirty } = fold.touched();
    for (const key of fold.keys()) {
      if (!key.startsWith(`acme/${id}`)) continue;
      // `from` and `to` follow the clock: where it all stands is no news.
      const now = fold.read(key)!.series!.cells.map(({ from: _, to: __, ...cell }) => cell);
      if (dirty.has(key)) shown.set(key, now);
      else expect([key, now]).toEqual([key, shown.get(key)]);
      spared += Number(!dirty.has(key));
    }
  }
  return spared;
}
