import type { Fact, IssueObserved } from '@sapwood/core/facts';
import { describe, expect, it } from 'vitest';
import { at, BASE, cellOf, look, say, stateAt, stateOver } from './told.fixture.ts';

const HELD: IssueObserved = { stateCategory: 'on_hold' };
const CLOSED: IssueObserved = { stateCategory: 'closed' };
const ASKED = [say('08:58:00', 'customer'), look('08:58:00')] as readonly Fact[];
const REPLIED = [...ASKED, say('09:00:00', 'human')];
const until = (time: string): IssueObserved => ({ snoozedUntil: at(time) });

const holdsAt = (facts: readonly Fact[], time: string, declared: object = BASE) => {
  const { held = 0, unheld = 0 } = stateAt(facts, time, declared).transitions;
  return [held, unheld];
};

describe('holds', () => {
  it('ORACLE-17 is held from a look on hold or snoozed to one that is neither', () => {
    const facts = [...REPLIED, look('10:00:00', HELD), look('11:00:00')];
    expect(holdsAt(facts.slice(0, -1), '12:00:00')).toEqual([1, 0]);
    expect(holdsAt(facts, '12:00:00')).toEqual([1, 1]);
    expect(cellOf(stateAt(facts, '12:00:00'), 'holds')?.value).toBe(1);
    expect(holdsAt([...REPLIED, look('10:00:00', until('10:00:00'))], '12:00:00')).toEqual([0, 0]);
    // Ended by hand; a snooze beside a hold changes nothing.
    const woken = [look('10:00:00', until('14:00:00')), look('11:00:00', { snoozedUntil: null })];
    expect(holdsAt([...REPLIED, ...woken], '11:00:01')).toEqual([1, 1]);
    const both = [look('10:00:00', HELD), look('10:30:00', { ...HELD, ...until('11:00:00') })];
    expect(holdsAt([...REPLIED, ...both], '12:00:00')).toEqual([1, 0]);
    expect(holdsAt(facts, '12:00:00', { ...BASE, messages: 'none' })).toEqual([1, 1]);
  });

  it('ORACLE-18 a snooze ends by itself, by the clock or between two looks', () => {
    const snoozed = [...REPLIED, look('10:00:00', until('11:00:00'))];
    expect(holdsAt(snoozed, '10:59:59')).toEqual([1, 0]);
    expect(holdsAt(snoozed, '11:00:00')).toEqual([1, 1]);
    const anew = [...snoozed, look('11:30:00', until('14:00:00'))];
    expect(holdsAt(anew, '12:00:00')).toEqual([2, 1]);
    const longer = [...snoozed, look('10:59:00', until('14:00:00'))];
    expect(holdsAt(longer, '12:00:00')).toEqual([1, 0]);
    // One of a minute never was, whatever is said later; also where its end was not there yet.
    const word = { ...say('10:05:00', 'customer'), observedAt: at('10:00:00') } as Fact;
    const brief = [...REPLIED, look('10:00:00', until('10:01:00')), word];
    const stateBy = stateOver(brief);
    const held = (time: string) => stateBy(time).transitions['held'] ?? 0;
    expect([held('10:00:30'), held('10:01:00')]).toEqual([1, 0]);
  });

  it('ORACLE-19 the customer ends a hold, which starts anew only by a change into it', () => {
    const asked = [...REPLIED, look('10:00:00', HELD), say('10:30:00', 'customer')];
    expect(holdsAt(asked, '12:00:00')).toEqual([1, 1]);
    const left = [...asked, look('11:00:00', HELD), look('11:30:00')];
    expect(holdsAt(left, '12:00:00')).toEqual([1, 1]);
    expect(holdsAt([...left, look('12:00:00', HELD)], '12:30:00')).toEqual([2, 1]);
    // Of its own second: the message came first.
    const same = [...REPLIED, look('10:00:00', HELD), say('10:00:00', 'customer')];
    expect(holdsAt(same, '12:00:00')).toEqual([1, 0]);
  });

  it('ORACLE-20 one that was held when it was first seen is not seen to be held, but to be left', () => {
    const first = [say('08:58:00', 'customer'), look('08:58:00', HELD)];
    expect(holdsAt([...first, look('10:00:00')], '12:00:00')).toEqual([0, 1]);
  });

  it('ORACLE-21 a hold that is taken back within 60 s never was, unless someone spoke', () => {
    const back = [...REPLIED, look('10:00:00', HELD), look('10:01:00')];
    expect(holdsAt(back, '12:00:00')).toEqual([0, 0]);
    expect(holdsAt([...back, say('10:00:30', 'human')], '12:00:00')).toEqual([1, 1]);
    const short = [...REPLIED, look('10:00:00', until('10:01:00'))];
    expect(holdsAt(short, '10:00:59')).toEqual([1, 0]);
    expect(holdsAt(short, '10:01:00')).toEqual([0, 0]);
  });

  it('ORACLE-22 what was held before the end of a resolution counts as rest', () => {
    const active = (...facts: readonly Fact[]): number | undefined =>
      cellOf(stateAt([...REPLIED, ...facts], '14:00:00'), 'average-resolution-time-active')
        ?.value ?? undefined;
    const minutes = (n: number): number => n * 60_000;
    const full = at('11:58:00') - at('08:58:00');
    expect(active(look('11:58:00', CLOSED))).toBe(full);
    const held = look('10:00:00', HELD);
    expect(active(held, look('10:30:00'), look('11:58:00', CLOSED))).toBe(full - minutes(30));
    expect(active(held, say('10:10:00', 'customer'), look('11:58:00', CLOSED))).toBe(
      full - minutes(10),
    );
    // Closed while it is snoozed: it goes on, but not beyond the close.
    const snoozed = until('13:00:00');
    const closed = look('11:58:00', { ...CLOSED, ...snoozed });
    expect(active(look('11:00:00', snoozed), closed)).toBe(full - minutes(58));
  });

  it('ORACLE-23 of a snooze a summary keeps what still lasts', () => {
    const closed = (snoozedUntil: string): Fact[] => [
      ...[...REPLIED, look('10:00:00', CLOSED)],
      look('10:10:00', { ...CLOSED, ...until(snoozedUntil) }),
    ];
    const back = [say('2026-07-20T10:00:00', 'customer'), look('2026-07-20T10:00:00')];
    const over = [...closed('2026-06-11T10:00:00'), ...back];
    expect(holdsAt(over, '2026-07-20T12:00:00')).toEqual([1, 1]);
    // The customer ends it, a chapter later.
    const lasting = [...closed('2026-08-20T10:00:00'), ...back];
    expect(holdsAt(lasting.slice(0, -2), '2026-07-20T09:00:00')).toEqual([1, 0]);
    expect(holdsAt(lasting, '2026-07-20T12:00:00')).toEqual([1, 1]);
  });
});
