import type { Fact, IssueObserved } from '@sapwood/core/facts';
import { describe, expect, it } from 'vitest';
import { correction, evidence, issue, message } from '../../tests/support/facts.ts';
import { at, cellOf, look, say, stateAt } from './told.fixture.ts';

const CLOSED: IssueObserved = { stateCategory: 'closed' };
const BEGUN = [
  look('09:00:00'),
  say('09:00:00', 'customer', { id: 'asked' }),
  say('09:10:00', 'human', { id: 'said', authorId: 'ada' }),
];
const kindsOf = (...facts: readonly Fact[]) =>
  stateAt([...BEGUN, ...facts], '20:00:00').transitions;

const other = (time: string, seen: IssueObserved = {}): Fact =>
  issue('J', at(time), { stateCategory: 'new', createdAt: at('10:00:00'), ...seen });
const OTHERS = [other('10:00:00'), message('J', at('10:00:00'), 'customer', { id: 'J-asked' })];

describe('words', () => {
  const by = (closedBy: 'bulk' | 'human' | 'merge', time: string): Fact =>
    correction('correction.closed_by', 'I', at(time), { closedBy });

  it('ORACLE-110 a word holds for the last close that can lie before it; of two the later recorded', () => {
    const closes = [look('10:00:00', CLOSED), look('11:00:00'), look('12:00:00', CLOSED)];
    expect(kindsOf(...closes)['resolved']).toBe(1);
    expect(kindsOf(...closes, by('bulk', '11:30:00'))['resolved']).toBeUndefined();
    expect(kindsOf(...closes, by('bulk', '11:00:00'))['resolved']).toBe(1);
    const both = [by('bulk', '12:30:00'), by('human', '12:31:00')];
    expect(kindsOf(...closes, ...both)['resolved']).toBe(1);
    const declared = evidence('I', at('13:00:00'), { closedBy: 'bulk', basis: 'declared' });
    const audited = evidence('I', at('14:00:00'), { closedBy: 'human', basis: 'audited' });
    expect(kindsOf(...closes, declared, audited)['resolved']).toBeUndefined();
    expect(kindsOf(...closes, both[1]!, declared, audited)['resolved']).toBe(1);
  });

  it('ORACLE-111 a bulk close and a merge resolve and handle nothing, and a merge is no close without a reply', () => {
    const silent = [look('09:00:00'), say('09:00:00', 'customer'), look('10:00:00', CLOSED)];
    const state = (closedBy: 'bulk' | 'human' | 'merge') =>
      stateAt([...silent, by(closedBy, '10:30:00')], '11:00:00');
    const handled = (closedBy: 'bulk' | 'human' | 'merge') => {
      const { handled = 0, resolved = 0 } = state(closedBy).transitions;
      return [handled, resolved, cellOf(state(closedBy), 'no-reply-rate')!.den];
    };
    expect(['human', 'bulk', 'merge'].map((one) => handled(one as 'bulk'))).toEqual([
      ...[
        [1, 1, 1],
        [0, 0, 1],
        [0, 0, 0],
      ],
    ]);
  });

  it('ORACLE-112 what is retracted is out, a message as if never written; what is taken back was never said', () => {
    const retract = (messageId: string | null, id: string): Fact =>
      correction('correction.retract', 'I', at('10:00:00'), { messageId }, { id });
    const back = (target: string, id: string): Fact =>
      correction('correction.supersede', target, at('10:05:00'), {}, { id });
    expect(kindsOf(retract(null, 'r'))).toEqual({ 'removed.retracted': 1 });
    expect(kindsOf(retract('said', 'r'))['first_reply_human']).toBeUndefined();
    expect(kindsOf(back('r', 's'), retract(null, 'r'))).toEqual(kindsOf());
    expect(kindsOf(retract(null, 'r'), back('r', 's'), back('s', 't'))).toEqual({
      'removed.retracted': 1,
    });
  });

  it('ORACLE-113 an author is who somebody says', () => {
    const bot = correction('correction.author_kind', 'ada', at('08:00:00'), { author: 'bot' });
    expect(kindsOf(bot)).toMatchObject({ first_reply_ai: 1 });
    expect(kindsOf(bot)['first_reply_human']).toBeUndefined();
  });
});

describe('merges', () => {
  const into = (child: string, survivor: string): Fact =>
    correction('correction.merge', child, at('12:00:00'), { into: survivor });

  it('ORACLE-114 the survivor has the messages of all that are part of it, and begins with the first', () => {
    const state = stateAt([...BEGUN, ...OTHERS, into('I', 'J')], '12:00:00');
    expect(state.transitions).toMatchObject({ merged_away: 1, opened: 1, created: 1 });
    expect(state.firstReply).toEqual({ n: 1, sumMs: 600_000 });
    const circle = [into('I', 'J'), { ...into('J', 'I'), recordedAt: at('12:01:00') }];
    expect(stateAt([...BEGUN, ...OTHERS, ...circle], '13:00:00').transitions['opened']).toBe(1);
  });

  it('ORACLE-115 a message that a read finds in two tells which is part of which, once one is closed', () => {
    const shared = message('J', at('09:00:00'), 'customer', {
      id: 'asked',
      recordedAt: at('11:00:00'),
    });
    expect(kindsOf(...OTHERS, shared)['opened']).toBe(2);
    expect(kindsOf(...OTHERS, shared, look('12:00:00', CLOSED))).toMatchObject({
      ...{ opened: 1, merged_away: 1 },
    });
    const claimed = { ...shared, via: 'body' } as Fact;
    expect(kindsOf(...OTHERS, claimed, look('12:00:00', CLOSED))['opened']).toBe(2);
  });
});
