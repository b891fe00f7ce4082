import { expect, it } from 'vitest';
import { at } from '../../../tests/support/derived.ts';
import { config, issue, message, tick } from '../../../tests/support/facts.ts';
import type { Fact } from '../facts/fact.ts';
import { createFactFold } from './fold.ts';

const look = (time: string, assigneeId: string | null, stateCategory = 'new'): Fact =>
  issue('I', at(time), { createdAt: at('08:58'), assigneeId, stateCategory } as never);
const says = (time: string, author: 'customer' | 'human'): Fact =>
  message('I', at(time), author, { authorId: 'A' });

it('HANDLE-1 the window tells all that was worked in it, and the mean of what was resolved', () => {
  const fold = createFactFold({ topology: 1, hash: (text) => text });
  const facts = [
    config(at('08:00'), { currency: 'GBP', sources: [], tree: { nodes: [] } }),
    ...[says('09:00', 'customer'), look('09:00', null), says('09:02', 'human')],
    ...[says('09:10', 'customer'), says('09:15', 'human'), look('09:20', 'A', 'closed')],
    tick(at('10:00')),
  ];
  for (const [offset, fact] of facts.entries()) {
    fold.advance(fold.timeOf(fact));
    fold.ingest(fact, offset);
  }
  const told = (id: string): number | null =>
    fold.read(`acme/${id}`)!.series!.cells.find(({ window }) => window === '24h')!.value;
  expect(told('handling-time-estimated')).toBe(120_000 + 300_000);
  expect(told('average-handle-time-estimated')).toBe(420_000);
});
