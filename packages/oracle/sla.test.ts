import type { SlaPolicy } from '@sapwood/core/config';
import type { Fact, IssueObserved } from '@sapwood/core/facts';
import { describe, expect, it } from 'vitest';
import { config } from '../../tests/support/facts.ts';
import {
  ASKED,
  BREACHED,
  breachOf,
  CANCELLED,
  CLOSED,
  FIRST,
  first,
  HELD,
  MET,
  MINUTE_MS,
  min,
  NEXT,
  NONE,
  next,
  outcomes,
  policy,
  REPLIED,
  RESOLUTION,
  resolution,
  tier,
} from './sla.fixture.ts';
import { at, BASE, cellOf, look, robot, say, stateAt } from './told.fixture.ts';

describe('targets', () => {
  const declared = policy(
    { first: { urgent: min(10), '*': min(60) } },
    { tiers: { gold: { first: { high: min(20) } }, free: { next: { '*': min(1) } } } },
  );
  const breach = (seen: IssueObserved, ...facts: readonly Fact[]) =>
    breachOf('first', declared, ...facts, look('09:00:00', seen));

  it('ORACLE-87 by priority, else what holds for any other', () => {
    expect(breach({})).toBe('10:00:00');
    expect(breach({ priority: 'urgent' })).toBe('09:10:00');
    expect(breach({ priority: 'low' })).toBe('10:00:00');
    // Names that every object has.
    expect(breach({ priority: 'constructor' })).toBe('10:00:00');
    expect(breach({ accountId: 'a' }, tier('a', 'toString'))).toBe('10:00:00');
  });

  it("ORACLE-87 the tier's that the account has now, where it names one", () => {
    const gold = tier('a', 'gold');
    const of = (priority: string): IssueObserved => ({ priority, accountId: 'a' });
    expect(breach(of('high'), gold)).toBe('09:20:00');
    expect(breach(of('urgent'), gold)).toBe('09:10:00');
    expect(breach(of('high'), tier('a', 'free'))).toBe('10:00:00');
    expect(breach(of('high'), tier('b', 'gold'))).toBe('10:00:00');
    // The later read holds, whatever came later.
    const later = { ...tier('a', 'free', '08:30:00'), recordedAt: at('08:00:00') } as Fact;
    expect(breach(of('high'), later, tier('a', 'gold'))).toBe('10:00:00');
    expect(
      first('09:25:00', declared, look('09:00:00', of('high')), tier('a', 'gold', '09:22:00')),
    ).toEqual(BREACHED);
  });

  it('ORACLE-87 without one no clock runs', () => {
    const urgent = policy({ first: { urgent: min(10) } });
    expect(first('12:00:00', urgent)).toEqual(NONE);
    expect(first('12:00:00', urgent, say('11:00:00', 'human'))).toEqual(NONE);
    expect(first('12:00:00', NEXT)).toEqual(NONE);
    expect(first('12:00:00', BASE)).toEqual(NONE);
  });
});

describe('answers', () => {
  it('ORACLE-88 the first is met by a person until it is due, the last instant included', () => {
    expect(first('09:59:59', FIRST)).toEqual(NONE);
    expect(first('12:00:00', FIRST, say('10:00:00', 'human'))).toEqual(MET);
    expect(first('12:00:00', FIRST, say('10:00:01', 'human'))).toEqual(BREACHED);
    expect(breachOf('first', FIRST, say('09:10:00', 'human', { note: true }))).toBe('10:00:00');
  });

  it('ORACLE-88 a close before it cancels it, for good', () => {
    const closed = look('09:30:00', CLOSED);
    expect(first('12:00:00', FIRST, closed)).toEqual(CANCELLED);
    expect(first('12:00:00', FIRST, look('10:30:00', CLOSED))).toEqual(BREACHED);
    const back = [closed, say('09:40:00', 'customer'), look('09:40:00')];
    expect(first('12:00:00', FIRST, ...back, say('11:00:00', 'human'))).toEqual(CANCELLED);
    // "Thanks", and closed: nothing is late.
    const thanks = [say('10:00:00', 'customer'), look('10:00:05', CLOSED)];
    expect(outcomes(stateAt([...REPLIED, ...thanks], '12:00:00', NEXT), 'next')).toEqual(CANCELLED);
  });

  it('ORACLE-88 while a bot covers the wait it rests', () => {
    const covered = say('09:30:00', 'bot');
    expect(first('12:00:00', FIRST, covered)).toEqual(NONE);
    // Asked again at 09:40 it is covered until 09:42, and 30 min are left.
    expect(breachOf('first', FIRST, covered, say('09:40:00', 'customer'))).toBe('10:12:00');
    const again = [
      say('09:40:00', 'customer'),
      say('09:50:00', 'bot'),
      say('10:00:00', 'customer'),
    ];
    expect(breachOf('first', FIRST, covered, ...again)).toBe('10:24:00');
    const given = look('09:50:00', { assigneeId: 'ada' });
    expect(breachOf('first', FIRST, covered, given)).toBe('10:20:00');
    expect(
      breachOf('first', FIRST, robot('r2'), covered, look('09:50:00', { assigneeId: 'r2' })),
    ).toBeUndefined();
    expect(breachOf('first', FIRST, look('09:10:00', HELD))).toBe('10:00:00');
  });

  it('ORACLE-89 each later answer has its own clock; a close or a release cancels it', () => {
    expect(next('12:00:00', say('10:30:00', 'human'))).toEqual(MET);
    expect(next('12:00:00')).toEqual(BREACHED);
    expect(next('12:00:00', look('10:30:00', CLOSED))).toEqual(CANCELLED);
    expect(
      next(
        '12:00:00',
        look('10:30:00', { stateCategory: 'waiting_on_customer', latestMessageAt: at('10:00:00') }),
      ),
    ).toEqual(CANCELLED);
    const twice = [say('10:30:00', 'human'), say('10:40:00', 'customer')];
    expect(next('12:00:00', ...twice)).toEqual([1, 1, 0]);
    expect(next('12:00:00', ...twice, say('11:00:00', 'human'))).toEqual([2, 0, 0]);
    expect(next('12:00:00', say('10:20:00', 'bot'))).toEqual(NONE);
  });
});

describe('resolutions', () => {
  it('ORACLE-90 is met by the close that resolves it, also by one after a silence', () => {
    expect(resolution('13:00:00', RESOLUTION, look('11:00:00', CLOSED))).toEqual(MET);
    expect(resolution('13:00:00', RESOLUTION, look('11:00:01', CLOSED))).toEqual(BREACHED);
    const silent = [
      ...[say('09:10:00', 'human'), look('09:10:00', { stateCategory: 'waiting_on_customer' })],
      look('11:10:00', CLOSED),
    ];
    const declared = { ...RESOLUTION, autoCloseAfterMs: 2 * 60 * MINUTE_MS };
    expect(resolution('13:00:00', declared, ...silent)).toEqual(BREACHED);
  });

  it('ORACLE-90 runs on when it is reopened; what was closed does not count', () => {
    const closed = look('10:00:00', CLOSED);
    const back = [closed, say('14:00:00', 'customer'), look('14:00:00')];
    expect(resolution('13:00:00', RESOLUTION, closed)).toEqual(MET);
    expect(resolution('14:30:00', RESOLUTION, ...back)).toEqual(NONE);
    expect(breachOf('resolution', RESOLUTION, ...back)).toBe('15:00:00');
    expect(resolution('16:00:00', RESOLUTION, ...back, look('14:50:00', CLOSED))).toEqual(MET);
    // Late before it was closed, it stays late.
    const late = [look('11:30:00', CLOSED), say('14:00:00', 'customer'), look('14:00:00')];
    expect(resolution('15:00:00', RESOLUTION, ...late)).toEqual(BREACHED);
    expect(resolution('16:00:00', RESOLUTION, ...late, look('15:30:00', CLOSED))).toEqual(BREACHED);
  });

  it('ORACLE-91 rests that the policy names pause it', () => {
    const on = (...pauseOn: SlaPolicy['pauseOn']) =>
      policy({ resolution: { '*': min(120) } }, { pauseOn });
    const held = [look('09:30:00', HELD), look('10:30:00')];
    expect(breachOf('resolution', on('on_hold'), ...held)).toBe('12:00:00');
    expect(breachOf('resolution', on('snoozed'), ...held)).toBe('11:00:00');
    expect(breachOf('resolution', on('on_hold'), look('09:30:00', HELD))).toBeUndefined();
    // The customer's word ends it.
    const asked = [look('09:30:00', HELD), say('09:40:00', 'customer')];
    expect(breachOf('resolution', on('on_hold'), ...asked)).toBe('11:10:00');
    const snoozed = look('09:30:00', { snoozedUntil: at('10:15:00') });
    expect(breachOf('resolution', on('on_hold'), snoozed)).toBe('11:00:00');
    expect(breachOf('resolution', on('on_hold', 'snoozed'), snoozed)).toBe('11:45:00');
    const waits = [look('09:30:00', { stateCategory: 'waiting_on_customer' }), look('09:50:00')];
    expect(breachOf('resolution', on('waiting_on_customer'), ...waits)).toBe('11:20:00');
    expect(
      breachOf(
        'resolution',
        on(),
        ...waits,
        ...held.map((one) => ({ ...one, observedAt: at('10:00:00') }) as Fact),
      ),
    ).toBe('11:00:00');
  });

  it('ORACLE-96 a forgotten chapter keeps what was met until it is reopened, and what was late', () => {
    const later = '2026-08-01T';
    const back = [say(`${later}09:00:00`, 'customer'), look(`${later}09:00:00`)];
    const met = [look('09:30:00', HELD), look('10:00:00'), look('10:30:00', CLOSED)];
    expect(
      resolution(`${later}08:59:00`, RESOLUTION, ...met, say(`${later}08:58:00`, 'customer')),
    ).toEqual(MET);
    // One hour and a half of it ran, but half an hour of that was held.
    expect(resolution(`${later}09:59:59`, RESOLUTION, ...met, ...back)).toEqual(NONE);
    expect(resolution(`${later}10:00:00`, RESOLUTION, ...met, ...back)).toEqual(BREACHED);
    const late = [look('11:30:00', CLOSED), ...back];
    const state = stateAt([...ASKED, ...late], `${later}09:10:00`, RESOLUTION);
    expect(outcomes(state, 'resolution')).toEqual(BREACHED);
    expect(cellOf(state, 'sla-breached-open', 'now')?.value).toBe(1);
    expect(
      resolution(`${later}10:00:00`, RESOLUTION, ...late, look(`${later}09:30:00`, CLOSED)),
    ).toEqual(BREACHED);
  });

  it('ORACLE-96 what is over as it is reopened is late then, and no word of Pylon outlives it', () => {
    const later = '2026-08-01T';
    const back = [say(`${later}09:00:00`, 'customer'), look(`${later}09:00:00`)];
    const shorter = policy({ resolution: { '*': min(20) } });
    const anew = config(at(`${later}08:00:00`), shorter);
    const closed = look('10:00:00', CLOSED);
    const state = stateAt([...ASKED, closed, anew, ...back], `${later}09:04:00`, RESOLUTION);
    expect(cellOf(state, 'sla-resolution', '5m')).toMatchObject({ value: 0, den: 1 });
    const resolutionAt = at(`${later}09:05:00`);
    const said = look('09:30:00', {
      breachAt: { first: null, next: null, resolution: resolutionAt },
    });
    expect(resolution(`${later}09:10:00`, RESOLUTION, said, closed, ...back)).toEqual(NONE);
  });

  it('ORACLE-96 a chapter is judged by the policy in force when it is forgotten, whatever comes later', () => {
    const shorter = policy({ resolution: { '*': min(20) } });
    const closed = look('10:00:00', CLOSED);
    const judged = (...facts: readonly Fact[]): number[] =>
      resolution('2026-08-01T12:00:00', RESOLUTION, ...facts);
    const anew = (time: string, declared = shorter): Fact => config(at(time), declared);
    expect(judged(closed, anew('2026-07-15T09:59:59'))).toEqual(BREACHED);
    expect(judged(closed, anew('2026-07-15T10:00:00'))).toEqual(MET);
    const heard = at('2026-07-20T09:00:00');
    const stray: Fact = { ...say('09:30:00', 'human'), observedAt: heard, recordedAt: heard };
    expect(judged(closed, anew('2026-07-15T10:00:00'), stray)).toEqual(MET);
    // Not before it was heard of: in the hour after that.
    const late = [...ASKED, closed].map(
      (fact) => ({ ...fact, recordedAt: at('2026-08-01T09:10:00') }) as Fact,
    );
    const told = (time: string): number[] => {
      const facts = [anew('2026-07-20T00:00:00'), ...late, anew(time, RESOLUTION)];
      return outcomes(stateAt(facts, '2026-08-01T12:00:00', RESOLUTION), 'resolution');
    };
    expect(told('2026-08-01T09:59:59')).toEqual(MET);
    expect(told('2026-08-01T10:00:00')).toEqual(BREACHED);
    // A snooze that lasts keeps it open until the hour in which it ends.
    const rests = look('10:00:00', { ...CLOSED, snoozedUntil: at('2026-07-25T10:30:00') });
    expect(judged(rests, anew('2026-07-25T10:59:59'))).toEqual(BREACHED);
    expect(judged(rests, anew('2026-07-25T11:00:00'))).toEqual(MET);
  });
});
