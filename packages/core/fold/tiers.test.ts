/** Rows by the tier that an account had when it counted (metrics.md 4, `account_tier`). */
import { expect, it } from 'vitest';
import { at } from '../../../tests/support/derived.ts';
import { account, config, issue, message, tick } from '../../../tests/support/facts.ts';
import type { Fact } from '../facts/fact.ts';
import { createFactFold, type FactFold } from './fold.ts';

const by = {
  'conversation-volume': ['account_tier'],
  'contacts-handled': ['account_tier'],
  'contacts-resolved': ['account_tier'],
};
const START = config(at('08:00'), { currency: 'GBP', sources: [], tree: { nodes: [] }, by });
const look = (time: string, stateCategory: string): Fact =>
  issue('I', at(time), { createdAt: at('09:00'), accountId: 'A', stateCategory } as never);
const FACTS: readonly Fact[] = [
  ...[START, look('09:00', 'new'), message('I', at('09:00'), 'customer', { channel: 'email' })],
  message('I', at('09:10'), 'human', { authorId: 'ann' }),
  look('10:10', 'closed'),
];

function folded(facts: readonly Fact[]): FactFold {
  const fold = createFactFold({ topology: 1, hash: (text) => text });
  for (const [offset, fact] of [...facts, tick(at('11:00'))].entries()) {
    fold.advance(fold.timeOf(fact));
    fold.ingest(fact, offset);
  }
  return fold;
}

/** Tiers under which something counts in the last 24 h. */
function tiersOf(fold: FactFold, id: string): string[] {
  const found: string[] = [];
  for (const key of fold.keys()) {
    const series = fold.read(key)?.series;
    if (!series?.key.startsWith(`${id}{account_tier=`)) continue;
    const value = series.cells.find(({ window }) => window === '24h')!.value!;
    if (value > 0) found.push(series.key.split('=')[1]!.slice(0, -1));
  }
  return found;
}

it('DIM-7 what counts has the tier that its account had then; before the first read, that one', () => {
  const late = account('A', at('09:30'), 'gold');
  const changed = account('A', at('10:00'), 'silver');
  const fold = folded([...FACTS, late, changed]);
  expect(tiersOf(fold, 'conversation-volume')).toEqual(['gold']);
  expect(tiersOf(fold, 'contacts-handled')).toEqual(['gold']);
  expect(tiersOf(fold, 'contacts-resolved')).toEqual(['silver']);
});

it('DIM-7 an account that was never read, or has none, stands under __none__', () => {
  expect(tiersOf(folded(FACTS), 'contacts-handled')).toEqual(['__none__']);
  const none = account('A', at('09:30'), null);
  expect(tiersOf(folded([...FACTS, none]), 'contacts-handled')).toEqual(['__none__']);
});

it('DIM-7 reads of an account come in any order, and last through a restart', () => {
  const reads = [account('A', at('09:05'), 'gold'), account('A', at('10:00'), 'silver')];
  const fold = folded([...FACTS, ...reads.toReversed()]);
  expect(tiersOf(fold, 'contacts-handled')).toEqual(['gold']);
  expect(tiersOf(fold, 'contacts-resolved')).toEqual(['silver']);
  const copy = createFactFold({ topology: 1, hash: (text) => text });
  copy.restore([...fold.encode()], fold.T);
  expect([...copy.encode()]).toEqual([...fold.encode()]);
  const word = message('I', at('10:30'), 'human', { authorId: 'ann' });
  for (const one of [fold, copy]) {
    one.advance(one.timeOf(word));
    one.ingest(word, 99);
  }
  expect([...copy.encode()]).toEqual([...fold.encode()]);
});
