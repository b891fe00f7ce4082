import type { Fact, IssueObserved } from '@sapwood/core/facts';
import { describe, expect, it } from 'vitest';
import { BASE, cellOf, look, say, stateAt } from './told.fixture.ts';

const CLOSED: IssueObserved = { stateCategory: 'closed' };
const ASKED = [say('09:00:00', 'customer'), look('09:00:00')] as readonly Fact[];
const hours = (n: number): number => n * 3_600_000;

const resolutionOf = (which: 'first' | 'human', facts: readonly Fact[], declared: object = BASE) =>
  cellOf(stateAt(facts, '20:00:00', declared), `average-resolution-time-${which}`);

describe('outcomes', () => {
  it('ORACLE-28 the first close since S has its own duration, which a later one leaves as it is', () => {
    const closed = [...ASKED, look('10:00:00', CLOSED)];
    const again = [...closed, look('11:00:00'), look('12:00:00', CLOSED)];
    expect(resolutionOf('first', closed)?.value).toBe(hours(1));
    expect(resolutionOf('first', again)).toMatchObject({ n: 1, value: hours(1) });
    const silent = [
      ...[
        ...ASKED,
        say('10:00:00', 'human'),
        look('10:00:00', { stateCategory: 'waiting_on_customer' }),
      ],
      look('12:00:00', CLOSED),
    ];
    const declared = { ...BASE, autoCloseAfterMs: hours(2) };
    expect(resolutionOf('first', silent, declared)?.value).toBe(hours(1));
  });

  it('ORACLE-29 the human share counts from the handoff of a bot, where a person has spoken', () => {
    const closed = look('13:00:00', CLOSED);
    expect(resolutionOf('human', [...ASKED, closed])?.n).toBe(0);
    const answered = say('12:00:00', 'human');
    expect(resolutionOf('human', [...ASKED, answered, closed])?.value).toBe(hours(4));
    const bot = say('09:00:03', 'bot');
    expect(resolutionOf('human', [...ASKED, bot, answered, closed])?.value).toBe(hours(1));
    const late = say('14:00:00', 'human');
    expect(resolutionOf('human', [...ASKED, closed, late])?.n).toBe(0);
    // Before the customer has asked nobody answers.
    const called = say('08:00:00', 'human');
    expect(resolutionOf('human', [called, ...ASKED, closed])?.n).toBe(0);
  });

  it('ORACLE-30 each close before which the team has said nothing counts, as long as it has not', () => {
    const rate = (...facts: readonly Fact[]) =>
      cellOf(stateAt(facts, '20:00:00'), 'no-reply-rate') ?? null;
    const closed = [...ASKED, look('10:00:00', CLOSED)];
    const again = [look('11:00:00'), look('12:00:00', CLOSED)];
    expect(rate(...ASKED)).toMatchObject({ value: null, num: 0, den: 0 });
    expect(rate(...closed, ...again)).toMatchObject({ value: 1_000_000, num: 2, den: 2 });
    expect(rate(...closed, say('10:30:00', 'bot'), ...again)).toMatchObject({ num: 1, den: 2 });
    expect(rate(say('08:00:00', 'human'), ...closed)).toMatchObject({ num: 0, den: 1 });
    const month = '2026-08-01T';
    const later = [look(`${month}10:00:00`), look(`${month}12:00:00`, CLOSED)];
    const forgotten = stateAt([say('08:00:00', 'human'), ...closed, ...later], `${month}20:00:00`);
    expect(cellOf(forgotten, 'no-reply-rate')).toMatchObject({ num: 0, den: 1 });
  });

  it('ORACLE-31 counts reopenings of customers that are no courtesy', () => {
    const closed = [...ASKED, say('09:30:00', 'human'), look('10:00:00', CLOSED)];
    const asked = [...closed, say('11:00:00', 'customer'), look('11:00:00')];
    const count = (facts: readonly Fact[], declared: object = BASE) =>
      cellOf(stateAt(facts, '20:00:00', declared), 'reopens')?.value;
    expect(count(asked)).toBe(1);
    expect(count([...asked, look('12:00:00', CLOSED)])).toBe(0);
    expect(count([...closed, look('11:00:00')])).toBe(0);
    expect(count(asked, { ...BASE, messages: 'none' })).toBeNull();
  });
});
