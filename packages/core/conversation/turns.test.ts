import type { IssueObserved } from '@sapwood/core/facts';
import { describe, expect, it } from 'vitest';
import { at, derived, derivedAt, told } from '../../../tests/support/derived.ts';
import { issue, message } from '../../../tests/support/facts.ts';
import type { Fact } from '../facts/fact.ts';

const look = (hhmm: string, seen: IssueObserved): Fact =>
  issue('I', at(hhmm), { createdAt: at('09:00'), ...seen });
const customer = (hhmm: string, channel = 'email'): Fact =>
  message('I', at(hhmm), 'customer', { channel });
const human = (hhmm: string): Fact => message('I', at(hhmm), 'human', { authorId: 'A' });
const bot = (hhmm: string): Fact => message('I', at(hhmm), 'bot');

describe('turns (metrics.md 1.4)', () => {
  it('TURN-2 case 2, 3: after a close unanswered, the customer who comes back begins a second turn', () => {
    const list = derived([
      customer('09:00'),
      look('09:01', { stateCategory: 'new' }),
      look('10:00', { stateCategory: 'closed' }),
      customer('11:00'),
      look('11:01', { stateCategory: 'waiting_on_you' }),
      human('11:05'),
    ]);
    expect(told(list, 'turn')).toEqual([
      'turn_opened@09:00',
      'turn_dropped@10:00',
      'turn_opened@11:00',
      'turn_answered.next@11:05',
    ]);
    expect(list.find((t) => t.kind === 'turn_answered.next')?.ms).toBe(300_000);
  });
  it('TURN-3 case 22: three in a row are one turn from the first', () => {
    const list = derived([customer('10:00'), customer('10:20'), customer('10:40'), human('11:00')]);
    const [answer] = list.filter((t) => t.kind === 'turn_answered.first');
    expect([answer?.ms, answer?.amounts?.lastMs]).toEqual([3_600_000, 1_200_000]);
  });

  const thanked = (more: readonly Fact[] = [], latestMessageAt = at('09:30')): Fact[] => [
    customer('09:00'),
    look('09:01', { stateCategory: 'new' }),
    human('09:10'),
    customer('09:30'),
    look('09:31', { stateCategory: 'waiting_on_you', latestMessageAt }),
    look('09:40', { stateCategory: 'waiting_on_customer', latestMessageAt }),
    ...more,
  ];
  it('TURN-4 a later turn is released by a move to waiting_on_customer that stays for a minute', () => {
    const before = derivedAt(thanked(), { T: at('09:40:59') });
    expect(told(before.transitions, 'turn_released')).toEqual([]);
    expect(before.waiting?.since).toBe(at('09:30'));
    expect(before.dueAt).toBe(at('09:41'));
    const after = derivedAt(thanked(), { T: at('09:41') });
    expect(told(after.transitions, 'turn_released')).toEqual(['turn_released@09:40']);
    expect([after.waiting, after.dueAt]).toEqual([null, null]);
  });
  it.each<readonly [string, Fact[]]>([
    ['it does not stay', thanked([look('09:40:30', { stateCategory: 'waiting_on_you' })])],
    ['the customer writes on', thanked([customer('09:40:30')])],
    ['a person answers at once', thanked([human('09:40:30')])],
    ['a message is unread', thanked([], at('09:35'))],
    ['a bot moved it', thanked([bot('09:39')])],
  ])('TURN-5 it is not released if %s', (_why, facts) => {
    expect(told(derived(facts), 'turn_released')).toEqual([]);
  });
  it('TURN-6 the first turn is never released', () => {
    const list = derived([
      customer('09:00'),
      look('09:01', { stateCategory: 'new', latestMessageAt: at('09:00') }),
      look('09:10', { stateCategory: 'waiting_on_customer' }),
    ]);
    expect(told(list, 'turn')).toEqual(['turn_opened@09:00']);
  });
  it('TURN-7 a conversation on the phone waits from its creation', () => {
    const { transitions, waiting } = derivedAt([
      look('09:01', { stateCategory: 'new', channel: 'phone' }),
    ]);
    expect(told(transitions, 'turn')).toEqual(['turn_opened@09:00']);
    expect(waiting).toMatchObject({ since: at('09:00'), turn: 1 });
  });
  it('TURN-8 without messages nobody knows of turns', () => {
    const facts = [
      look('09:01', { stateCategory: 'new' }),
      look('09:40', { stateCategory: 'closed' }),
    ];
    expect(told(derived(facts, { noMessages: true }), 'turn')).toEqual([]);
  });
});

describe('who is owed a reply (metrics.md 1.4)', () => {
  const waitingAt = (hhmm: string, facts: readonly Fact[]): boolean =>
    derivedAt(facts, { T: at(hhmm) }).waiting !== null;
  it('TURN-9 case 12: a bot covers the wait until the customer is two minutes without an answer', () => {
    const asked = [customer('09:00'), bot('09:00:03')];
    expect(waitingAt('09:50', asked)).toBe(false);
    const again = [...asked, customer('10:00')];
    expect(waitingAt('10:01:59', again)).toBe(false);
    expect(waitingAt('10:02', again)).toBe(true);
    expect(derivedAt(again, { T: at('10:00:30') }).dueAt).toBe(at('10:02'));
    expect(derivedAt(again, { T: at('10:30') }).waiting?.since).toBe(at('09:00'));
  });
  it('TURN-10 a person who takes it after the bot spoke ends the cover; a bot does not', () => {
    const asked = [customer('09:00'), bot('09:00:03'), look('09:01', { assigneeId: null })];
    const robot = [...asked, look('09:05', { assigneeId: 'robot' })];
    expect(waitingAt('09:30', robot)).toBe(false);
    expect(waitingAt('09:30', [...asked, look('09:05', { assigneeId: 'A' })])).toBe(true);
  });
  it('TURN-11 who writes after the close is owed a reply until the next close', () => {
    const closed = [
      customer('09:00'),
      human('09:10'),
      look('09:20', { stateCategory: 'waiting_on_you' }),
      look('09:30', { stateCategory: 'closed' }),
      customer('10:00'),
    ];
    expect(derivedAt(closed).waiting).toMatchObject({ since: at('10:00'), turn: 2 });
    const again = [
      ...closed,
      look('10:01', { stateCategory: 'waiting_on_you' }),
      look('10:05', { stateCategory: 'closed' }),
    ];
    expect(derivedAt(again).waiting).toBeNull();
  });
  it('TURN-12 a customer who goes on in another channel switches once', () => {
    const list = derived([customer('09:00'), customer('09:05', 'chat'), customer('09:06', 'chat')]);
    expect(told(list, 'channel_switched')).toEqual(['channel_switched@09:05']);
  });
});
