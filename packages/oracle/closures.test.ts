import type { CostEntry, Fact, IssueObserved } from '@sapwood/core/facts';
import { describe, expect, it } from 'vitest';
import { at, BASE, cellOf, look, say, stateAt } from './told.fixture.ts';

const HOUR_MS = 3_600_000;
const MOVED: IssueObserved = { stateCategory: 'waiting_on_customer' };
const CLOSED: IssueObserved = { stateCategory: 'closed' };
const DECLARED = { ...BASE, autoCloseAfterMs: 2 * HOUR_MS };
const ASKED = [say('08:58:00', 'customer'), look('08:58:00')] as readonly Fact[];
const MOVED_ON = [...ASKED, say('09:00:00', 'human'), look('09:00:00', MOVED)] as readonly Fact[];

const meanOf = (facts: readonly Fact[], declared: object): number | null =>
  cellOf(stateAt(facts, '14:00:00', declared), 'average-resolution-time')?.value ?? null;

describe('closures', () => {
  it('ORACLE-11 a close after the declared silence ends the duration at the last team message', () => {
    const closed = (time: string): Fact[] => [...MOVED_ON, look(time, CLOSED)];
    const full = (time: string): number => at(time) - at('08:58:00');
    expect(meanOf(closed('11:12:00'), DECLARED)).toBe(120_000);
    expect(meanOf(closed('11:12:01'), DECLARED)).toBe(full('11:12:01'));
    expect(meanOf(closed('11:00:00'), BASE)).toBe(full('11:00:00'));
    // The customer spoke last; nobody moved it to the customer.
    const asked = [...MOVED_ON, say('09:30:00', 'customer'), look('11:00:00', CLOSED)];
    expect(meanOf(asked, DECLARED)).toBe(full('11:00:00'));
    const unmoved = [...ASKED, say('09:00:00', 'human'), look('11:00:00', CLOSED)];
    expect(meanOf(unmoved, DECLARED)).toBe(full('11:00:00'));
  });

  it('ORACLE-12 silence handles nothing, any other close does', () => {
    // Who is called before the issue exists has said nothing after S.
    const call = { channel: 'phone', createdAt: at('09:30:00') };
    const called = [
      say('09:00:00', 'human'),
      look('09:30:00', { ...call, ...MOVED }),
      look('11:00:00', { ...call, ...CLOSED }),
    ];
    const kinds = (declared: object) => stateAt(called, '14:00:00', declared).transitions;
    expect(kinds(DECLARED)).toMatchObject({ opened: 1, closed: 1, resolved: 1 });
    expect(kinds(DECLARED)).not.toHaveProperty('handled');
    expect(kinds(BASE)).toMatchObject({ handled: 1, episode_handled: 1 });
  });

  it('ORACLE-13 one resolution a conversation, of its last close, while it stands', () => {
    const first = [...MOVED_ON, look('10:00:00', CLOSED)];
    const reopened = [...first, say('11:00:00', 'customer'), look('11:00:00')];
    const again = [...reopened, look('12:00:00', CLOSED)];
    expect(stateAt(first, '14:00:00').transitions['resolved']).toBe(1);
    expect(stateAt(reopened, '14:00:00').transitions).not.toHaveProperty('resolved');
    expect(stateAt(again, '14:00:00').transitions['resolved']).toBe(1);
    expect(meanOf(again, BASE)).toBe(at('12:00:00') - at('08:58:00'));
    const twice = ['2026-06-10T10:00:00', '2026-08-01T10:00:00'].map((time) => look(time, CLOSED));
    const seen = stateAt([...MOVED_ON, ...twice], '2026-08-01T11:00:00');
    expect(seen.transitions).toMatchObject({ closed: 1, resolved: 1 });
  });

  it('ORACLE-14 an episode a customer reopening, unless it is closed again without a word', () => {
    const back = [
      ...[...MOVED_ON, look('10:00:00', CLOSED)],
      ...[say('11:00:00', 'customer'), look('11:00:00')],
    ];
    const count = (facts: readonly Fact[]) => stateAt(facts, '14:00:00').transitions;
    expect(count(back)).toMatchObject({ handled: 1, episode_handled: 1 });
    const courtesy = [...back, look('11:00:40', CLOSED)];
    expect(count(courtesy)).toMatchObject({ handled: 1, episode_handled: 1, closed: 2 });
    const answered = [...back, say('11:00:20', 'human'), look('11:00:40', CLOSED)];
    expect(count(answered)).toMatchObject({ handled: 1, episode_handled: 2 });
    expect(cellOf(stateAt(answered, '14:00:00'), 'episodes-handled')?.value).toBe(2);
  });

  it('ORACLE-15 two customer messages in a row on known channels that differ are a switch', () => {
    const on = (time: string, channel?: string): Fact =>
      say(time, 'customer', channel === undefined ? {} : { channel });
    const count = (...facts: readonly Fact[]): number | undefined =>
      stateAt([look('08:58:00'), ...facts], '14:00:00').transitions['channel_switched'];
    const email = on('09:00:00', 'email');
    expect(count(email, say('09:10:00', 'human'), on('09:20:00', 'chat'))).toBe(1);
    expect(count(email, on('09:10:00'), on('09:20:00', 'chat'))).toBeUndefined();
    expect(count(email, on('09:10:00', 'email'))).toBeUndefined();
  });

  it('ORACLE-16 divides the cost of a window by its resolutions and by its episodes', () => {
    const body: CostEntry = {
      ...{ costId: 'pay', revision: 1, stage: 'settled', category: 'salaries', currency: 'GBP' },
      ...{ amountMicro: 24_000_000, from: at('00:00:00'), to: at('2026-06-11T00:00:00') },
      accrual: 'even',
    };
    const cost = { ...look('00:00:00'), entity: 'pay', kind: 'cost.entry', body } as Fact;
    const facts = [cost, ...MOVED_ON, look('10:00:00', CLOSED)];
    const state = stateAt(facts, '11:00:00');
    expect(cellOf(state, 'cost-per-resolution')).toMatchObject({ value: 11_000_000, den: 1 });
    expect(cellOf(state, 'cost-per-episode')).toMatchObject({ value: 11_000_000, den: 1 });
    expect(cellOf(state, 'cost-per-resolution', '30m')).toMatchObject({ value: null, den: 0 });
  });
});
