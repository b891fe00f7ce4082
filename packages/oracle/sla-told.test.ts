import type { Fact, IssueObserved } from '@sapwood/core/facts';
import { describe, expect, it } from 'vitest';
import { issue } from '../../tests/support/facts.ts';
import type { OracleState } from './index.ts';
import {
  ASKED,
  BREACHED,
  CLOSED,
  FIRST,
  min,
  NEXT,
  NONE,
  outcomes,
  policy,
} from './sla.fixture.ts';
import { at, cellOf, look, say, stateAt } from './told.fixture.ts';

describe('what is told', () => {
  const all = policy({
    first: { '*': min(60) },
    next: { '*': min(30) },
    resolution: { '*': min(120) },
  });
  const now = (state: OracleState): (number | null | undefined)[] =>
    ['running', 'due-5m', 'due-15m', 'due-30m', 'due-60m', 'breached-open'].map(
      (name) => cellOf(state, `sla-${name}`, 'now')?.value,
    );

  it('ORACLE-97 gauges count clocks that run, by when they are due, and conversations that are late', () => {
    const told = (time: string, ...facts: readonly Fact[]) =>
      now(stateAt([...ASKED, ...facts], time, all));
    expect(told('09:00:00')).toEqual([2, 0, 0, 0, 1, 0]);
    expect(told('09:30:00')).toEqual([2, 0, 0, 1, 1, 0]);
    expect(told('09:54:59')).toEqual([2, 0, 1, 1, 1, 0]);
    expect(told('09:55:00')).toEqual([2, 1, 1, 1, 1, 0]);
    expect(told('10:00:00')).toEqual([1, 0, 0, 0, 1, 1]);
    expect(told('11:00:00')).toEqual([0, 0, 0, 0, 0, 1]);
    const answer = say('10:10:00', 'human');
    expect(told('10:20:00', answer)).toEqual([1, 0, 0, 0, 1, 0]);
    expect(told('11:20:00', answer, look('11:10:00', CLOSED))).toEqual([0, 0, 0, 0, 0, 0]);
    // Late, but nobody saw that it was created: it is in no backlog.
    expect(now(stateAt([say('09:00:00', 'customer')], '10:00:00', all))).toEqual([
      1, 0, 0, 0, 1, 0,
    ]);
    const snoozed = policy({ resolution: { '*': min(45) } }, { pauseOn: ['snoozed'] });
    const rests = look('09:10:00', { snoozedUntil: at('09:30:00') });
    expect(now(stateAt([...ASKED, rests], '09:20:00', snoozed))).toEqual([1, 0, 0, 0, 1, 0]);
    expect(now(stateAt([...ASKED, rests], '09:49:00', snoozed))).toEqual([1, 0, 0, 1, 1, 0]);
    // One that rests is due some day, nobody knows when.
    expect(told('09:58:00', say('09:30:00', 'bot'))).toEqual([2, 0, 0, 0, 0, 0]);
    const rows = stateAt(ASKED, '09:00:00', { ...all, by: { 'sla-running': ['priority'] } }).series;
    expect([...rows.keys()].filter((key) => key.startsWith('sla-running{'))).toEqual([
      ...[
        'sla-running{channel=email}',
        'sla-running{priority=__none__}',
        'sla-running{team=tier1}',
      ],
    ]);
  });

  it('ORACLE-97 the first instant at which one of a row is due is told, of those alone that are not late', () => {
    const first = (time: string, row = '', ...facts: readonly Fact[]): number | null | undefined =>
      stateAt([...ASKED, ...facts], time, all).series.get(`sla-running${row}`)?.firstDueAt;
    expect(first('09:00:00')).toBe(at('10:00:00'));
    expect(first('09:30:00', '{team=tier1}')).toBe(at('10:00:00'));
    expect(first('10:00:00', '{team=tier1}')).toBe(at('11:00:00'));
    expect(first('11:00:00')).toBeNull();
    expect(first('09:58:00', '', say('09:30:00', 'bot'))).toBe(at('11:00:00'));
    expect(stateAt(ASKED, '09:00:00').series.get('sla-running')).not.toHaveProperty('firstDueAt');
  });

  it('ORACLE-98 shares tell what was met of what was met or breached, of a kind or of all', () => {
    const facts = [
      ...ASKED,
      say('09:10:00', 'human'),
      say('09:20:00', 'customer'),
      look('09:40:00', CLOSED),
    ];
    const state = stateAt([...facts], '12:00:00', all);
    const share = (name: string) => cellOf(state, `sla-${name}`);
    expect(share('first')).toMatchObject({ value: 1_000_000, num: 1, den: 1, n: 1 });
    expect(share('next')).toMatchObject({ value: null, num: 0, den: 0, n: 0 });
    expect(share('resolution')).toMatchObject({ value: 1_000_000, den: 1 });
    expect(share('compliance')).toMatchObject({ value: 1_000_000, num: 2, den: 2 });
    const late = stateAt(ASKED, '12:00:00', all);
    expect(cellOf(late, 'sla-compliance')).toMatchObject({ value: 0, num: 0, den: 2 });
  });

  it('ORACLE-98 nothing is known where nothing is promised, and of answers without messages', () => {
    const bare = stateAt(ASKED, '12:00:00');
    expect(now(bare)).toEqual([null, null, null, null, null, null]);
    expect(cellOf(bare, 'sla-compliance')).toMatchObject({ value: null, n: 0 });
    const silent = stateAt(ASKED, '12:00:00', { ...all, messages: 'none' });
    expect([outcomes(silent, 'first'), outcomes(silent, 'resolution')]).toEqual([NONE, BREACHED]);
  });

  it('ORACLE-98 what an import began is history, what was removed is not told', () => {
    const stamp = { origin: 'backfill' } as const;
    const imported = [
      say('09:00:00', 'customer', stamp),
      issue('I', at('09:00:00'), look('09:00:00').body as IssueObserved, stamp),
    ];
    const state = stateAt(imported, '12:00:00', FIRST);
    expect(outcomes(state, 'first')).toEqual(BREACHED);
    expect(cellOf(state, 'sla-first')).toMatchObject({ den: 0 });
    expect(cellOf(state, 'sla-breached-open', 'now')?.value).toBe(1);
    const asked = say('10:00:00', 'customer', { ...stamp });
    const later = stateAt([...ASKED, say('09:10:00', 'human'), asked], '12:00:00', NEXT);
    expect(outcomes(later, 'next')).toEqual(BREACHED);
    expect(cellOf(later, 'sla-next')).toMatchObject({ den: 0 });
    const spam = stateAt([...ASKED, look('11:00:00', { tags: ['spam'] })], '12:00:00', FIRST);
    expect([outcomes(spam, 'first'), cellOf(spam, 'sla-breached-open', 'now')?.value]).toEqual([
      NONE,
      0,
    ]);
  });
});
