import type { Fact } from '@sapwood/core/facts';
import { describe, expect, it } from 'vitest';
import { config } from '../../tests/support/facts.ts';
import { OFFICE } from './hours.fixture.ts';
import { createOracle } from './index.ts';
import {
  ASKED,
  BREACHED,
  breachOf,
  FIRST,
  first,
  MET,
  min,
  NEXT,
  NONE,
  next,
  outcomes,
  policy,
} from './sla.fixture.ts';
import { at, cellOf, look, say, stateAt } from './told.fixture.ts';

describe('what is due', () => {
  const declared = policy({ first: { urgent: min(10), high: min(60), '*': min(240) } });
  const priority = (time: string, name: string | null): Fact => look(time, { priority: name });

  it('ORACLE-92 of another priority it is due from the same start, if that is over with the change', () => {
    const high = priority('09:00:00', 'high');
    expect(breachOf('first', declared, high)).toBe('10:00:00');
    expect(breachOf('first', declared, high, priority('09:05:00', 'urgent'))).toBe('09:10:00');
    expect(breachOf('first', declared, high, priority('09:30:00', 'urgent'))).toBe('09:30:00');
    expect(breachOf('first', declared, high, priority('09:30:00', null))).toBe('13:00:00');
    const told = stateAt([...ASKED, high, priority('09:30:00', 'urgent')], '09:44:00', declared);
    expect(cellOf(told, 'sla-first', '15m')).toMatchObject({ den: 1 });
    // What was late stays late.
    expect(first('10:30:00', declared, high, priority('10:15:00', null))).toEqual(BREACHED);
    const undone = [high, priority('09:30:00', 'urgent'), priority('09:31:00', 'high')];
    expect(first('09:40:00', declared, ...undone)).toEqual(NONE);
    expect(first('09:30:30', declared, ...undone.slice(0, 2))).toEqual(BREACHED);
  });

  it('ORACLE-93 it is breached by log time alone, at that instant, and stays so', () => {
    const share = (time: string, window: string, ...facts: readonly Fact[]) =>
      cellOf(stateAt([...ASKED, ...facts], time, FIRST), 'sla-first', window);
    expect(share('09:59:59', '24h')).toMatchObject({ value: null, den: 0 });
    expect(share('10:00:00', '5m')).toMatchObject({ value: 0, num: 0, den: 1 });
    expect(share('10:06:00', '5m')).toMatchObject({ value: null, den: 0 });
    const answered = say('10:30:00', 'human');
    expect(share('10:31:00', '5m', answered)).toMatchObject({ den: 0 });
    expect(share('10:31:00', '60m', answered)).toMatchObject({ value: 0, den: 1 });
  });

  it('ORACLE-93 it stands under what was so then, what was met under its answer', () => {
    const rows = (declaredRows: string[], ...facts: readonly Fact[]): string[] => {
      const by = { 'sla-first': declaredRows };
      const { series } = stateAt([...ASKED, ...facts], '12:00:00', { ...FIRST, by });
      const told = [...series].filter(
        ([key, { cells }]) => key.startsWith('sla-first{') && cells.some(({ n }) => n > 0),
      );
      return told.map(([key]) => key.slice('sla-first{'.length, -1)).sort();
    };
    const moves = [look('09:30:00', { teamId: 'tier2' }), look('10:30:00', { teamId: 'tier3' })];
    expect(rows([], ...moves)).toEqual(['channel=email', 'team=tier2']);
    const answer = say('09:20:00', 'human', { authorId: 'ben' });
    expect(rows(['assignee'], answer, ...moves)).toEqual([
      'assignee=ben',
      'channel=email',
      'team=tier1',
    ]);
  });

  it('ORACLE-94 a target of open hours counts those of who has it now, else the wall', () => {
    const open = policy({ first: { '*': min(60, 'business') } });
    const hours = {
      ...open,
      calendar: { ...OFFICE, accounts: { gold: 'late' }, teams: { tier2: 'late' } },
    };
    expect(breachOf('first', hours)).toBe('10:00:00');
    const asked = (time: string): Fact => say(time, 'customer');
    expect(breachOf('first', hours, asked('08:00:00'))).toBe('10:00:00');
    const lunch = policy({ first: { '*': min(200, 'business') } });
    expect(breachOf('first', { ...lunch, calendar: OFFICE })).toBe('13:20:00');
    // To the last open instant, not the next.
    const noon = policy({ first: { '*': min(180, 'business') } });
    expect(breachOf('first', { ...noon, calendar: OFFICE })).toBe('12:00:00');
    expect(breachOf('first', open)).toBe('10:00:00');
    expect(breachOf('first', hours, look('09:30:00', { teamId: 'tier2' }))).toBe('13:00:00');
    expect(breachOf('first', hours, look('09:30:00', { accountId: 'gold' }))).toBe('13:00:00');
    const never = { ...open, calendar: { ...OFFICE, workspace: 'never' } };
    expect(breachOf('first', never)).toBeUndefined();
  });

  it("ORACLE-95 Pylon's word comes before ours, the newest of those while the clock ran", () => {
    const said = (time: string, first: string | null): Fact =>
      look(time, {
        breachAt: { first: first === null ? null : at(first), next: null, resolution: null },
      });
    expect(breachOf('first', FIRST, said('09:10:00', '09:40:00'))).toBe('09:40:00');
    expect(breachOf('first', FIRST, said('09:10:00', '11:00:00'))).toBe('11:00:00');
    expect(breachOf('first', FIRST, said('09:10:00', '09:40:00'), said('09:20:00', null))).toBe(
      '10:00:00',
    );
    expect(breachOf('first', FIRST, said('09:10:00', '09:40:00'), look('09:20:00'))).toBe(
      '09:40:00',
    );
    // An answer changes nothing of what is over, nor does what is said once nothing runs.
    const answered = [said('09:10:00', '09:40:00'), say('09:50:00', 'human')];
    expect(first('12:00:00', FIRST, ...answered)).toEqual(BREACHED);
    expect(first('12:00:00', FIRST, ...answered, said('09:55:00', null))).toEqual(BREACHED);
    const spared = [said('09:10:00', '11:00:00'), say('10:30:00', 'human')];
    expect(first('12:00:00', FIRST, ...spared, said('10:40:00', null))).toEqual(MET);
    // Said of an earlier clock, or where nothing is promised.
    const earlier = look('09:50:00', {
      breachAt: { first: null, next: at('10:20:00'), resolution: null },
    });
    expect(next('10:40:00', earlier)).toEqual(NONE);
    expect(breachOf('first', NEXT, said('09:10:00', '09:40:00'))).toBeUndefined();
  });

  it('ORACLE-93 a rest that is taken back as it ends makes late what it had spared', () => {
    const declared = policy({ resolution: { '*': min(1) } }, { pauseOn: ['snoozed'] });
    const rests = look('09:00:10', { stateCategory: 'on_hold', snoozedUntil: at('09:01:00') });
    const facts = [config(at('00:00:00'), declared), ...ASKED, rests];
    const patient = createOracle(facts);
    expect(outcomes(patient.at(facts.length, at('09:00:30')), 'resolution')).toEqual(NONE);
    expect(outcomes(patient.at(facts.length, at('09:01:10')), 'resolution')).toEqual(BREACHED);
  });
});
