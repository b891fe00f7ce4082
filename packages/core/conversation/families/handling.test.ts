import { describe, expect, it } from 'vitest';
import { at, derived } from '../../../../tests/support/derived.ts';
import { issue, message } from '../../../../tests/support/facts.ts';
import type { Fact } from '../../facts/fact.ts';

const look = (hhmm: string, assigneeId: string | null, stateCategory = 'new'): Fact =>
  issue('I', at(hhmm), { createdAt: at('08:58'), assigneeId, stateCategory } as never);
const says = (hhmm: string, author: 'customer' | 'human' | 'bot', more = {}): Fact =>
  message('I', at(hhmm), author, { authorId: 'A', ...more });

const handled = (facts: readonly Fact[], kind: string): (number | undefined)[] =>
  derived(facts)
    .filter((t) => t.kind === kind)
    .map(({ amounts }) => amounts?.handlingMs);

describe('estimated handling (metrics.md 3.2)', () => {
  it('HANDLE-1 of the golden conversation: 120, 360, 480 and 300 s', () => {
    const facts = [
      ...[look('08:58', null), says('08:58', 'customer'), says('08:58:03', 'bot')],
      ...[says('09:10', 'customer'), look('09:12', 'A'), says('09:14', 'human', { note: true })],
      ...[says('09:20', 'human'), look('09:40', 'B'), says('09:45', 'customer')],
      ...[says('09:47', 'customer'), says('09:55', 'human', { authorId: 'B' })],
      ...[says('11:00', 'customer'), says('11:05', 'human', { authorId: 'B' })],
      look('11:30', 'B', 'closed'),
    ];
    expect(handled(facts, 'resolved')).toEqual([1_260_000]);
    const worked = handled(facts, 'worked').filter((ms) => ms !== undefined);
    expect(worked).toEqual([120_000, 360_000, 480_000, 300_000]);
  });

  it('HANDLE-2 at least 30 s and at most ten minutes; with nothing before it 30 s', () => {
    const one = (...facts: readonly Fact[]): (number | undefined)[] =>
      handled([look('08:58', null), ...facts], 'worked').filter((ms) => ms !== undefined);
    expect(one(says('09:00', 'customer'), says('09:00:05', 'human'))).toEqual([30_000]);
    expect(one(says('09:00', 'customer'), says('10:00', 'human'))).toEqual([600_000]);
    expect(one(says('09:00', 'customer'), look('09:50', 'A'), says('09:55', 'human'))).toEqual([
      300_000,
    ]);
    // Given to another, it was not given to who writes.
    expect(one(says('09:00', 'customer'), look('09:50', 'B'), says('09:55', 'human'))).toEqual([
      600_000,
    ]);
  });

  it('HANDLE-3 what was written before the customer did is none', () => {
    const facts = [look('08:58', null), says('09:00', 'human'), says('09:10', 'customer')];
    expect(handled(facts, 'worked')).toEqual([undefined]);
    expect(handled([...facts, says('09:11', 'human')], 'worked')).toEqual([undefined, 60_000]);
  });
});
