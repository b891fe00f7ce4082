import type { IssueObserved } from '@sapwood/core/facts';
import { describe, expect, it } from 'vitest';
import { at, derived } from '../../../../tests/support/derived.ts';
import { issue, message } from '../../../../tests/support/facts.ts';
import type { Fact } from '../../facts/fact.ts';
import { declaredOf } from '../declared.ts';
import type { Transition } from '../transition.ts';

const declared = declaredOf({ csatScale: { min: 1, max: 5, positiveFrom: 4 } });
const look = (hhmm: string, seen: IssueObserved): Fact => issue('I', at(hhmm), seen);
const rated = (facts: readonly Fact[]): readonly Transition[] =>
  derived(facts, { declared }).filter(({ kind }) => kind === 'rated');
const csats = (...lists: readonly (readonly number[] | null)[]): unknown[] =>
  rated(lists.map((csat, i) => look(`10:0${i}`, { csat }))).map((t) => [
    t.at,
    t.atMin,
    t.amounts?.score,
    t.amounts?.positive,
  ]);

describe('rated (metrics.md 1.4)', () => {
  it('RATE-1 the last of the newest list stands', () => {
    expect(csats([], [4])).toEqual([[at('10:01'), at('10:00'), 4, 1]]);
    expect(csats([], [4], [4, 3])).toEqual([[at('10:02'), at('10:01'), 3, 0]]);
    expect(csats([5])).toEqual([[at('10:00'), null, 5, 1]]);
  });
  it('RATE-1 what is outside the scale, or empty, replaces nothing', () => {
    expect(csats([5], [5, 9])).toEqual([[at('10:00'), null, 5, 1]]);
    expect(csats([5], null)).toEqual([[at('10:00'), null, 5, 1]]);
    expect(csats([0])).toEqual([]);
  });
  it('RATE-1 without a scale there is none', () => {
    expect(derived([look('10:00', { csat: [5] })])).toEqual([]);
  });
  it('RATE-2 case 10: credited to the owner at the close, who is gone since', () => {
    const closed = [
      look('09:00', { stateCategory: 'new', assigneeId: 'A', teamId: 'T' }),
      look('10:00', { stateCategory: 'closed' }),
      look('11:00', { assigneeId: null, teamId: 'U' }),
      look('12:00', { csat: [2] }),
    ];
    expect(rated(closed)[0]?.dims).toMatchObject({ team: 'T', assignee: 'A' });
  });
  it('RATE-2 where nobody owned it, to the person who wrote last', () => {
    const said = message('I', at('09:30'), 'human', { authorId: 'B' });
    const list = [look('09:00', { stateCategory: 'new' }), said, look('10:00', { csat: [2] })];
    expect(rated(list)[0]?.dims.assignee).toBe('B');
  });
});
