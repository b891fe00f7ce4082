import type { Fact } from '@sapwood/core/facts';
import { expect, it } from 'vitest';
import { issue, message } from '../../tests/support/facts.ts';
import { at, cellOf, stateAt } from './told.fixture.ts';

const MINUTE_MS = 60_000;
const asked = (id: string, time: string): Fact => message(id, at(time), 'customer');
const answered = (id: string, time: string): Fact => message(id, at(time), 'human');
const censoredAt = (facts: readonly Fact[], time: string, window = '30m') =>
  cellOf(stateAt(facts, time), 'first-response-time', window)?.censored;

it('ORACLE-99 with those who still wait: the worked example, and an outage', () => {
  const told: readonly (readonly [string, string | null])[] = [
    ...([
      ['09:55:00', '10:01:00'],
      ['10:02:00', '10:04:00'],
      ['10:05:00', '10:08:00'],
      ['10:10:00', null],
      ['10:12:00', null],
      ['10:15:00', '10:29:00'],
      ['10:25:00', null],
      ['10:29:00', null],
    ] as const),
  ];
  const facts = told.flatMap(([from, to], i) => [
    asked(`c${i}`, from),
    ...(to === null ? [] : [answered(`c${i}`, to)]),
  ]);
  expect(censoredAt(facts, '10:30:00')).toEqual({
    ...{ n: 8, p50: 6 * MINUTE_MS, p90: 20 * MINUTE_MS },
    ...{ p50AtLeast: false, p90AtLeast: true },
  });
  const many = Array.from({ length: 40 }, (_, n) => asked(`q${n}`, '09:00:00'));
  const quick = [asked('x', '11:50:00'), answered('x', '11:50:03')];
  expect(censoredAt([...many, ...quick], '12:00:00')).toMatchObject({
    ...{ p50: 180 * MINUTE_MS, p50AtLeast: true, p90AtLeast: true },
  });
  // Under a bot's cover from its very instant on nobody was owed anything, whoever replies.
  const bot = message('y', at('11:59:58'), 'bot');
  const covered = [asked('y', '11:59:58'), bot, answered('y', '11:59:59')];
  expect(censoredAt(covered, '12:00:00')?.n).toBe(0);
  expect(censoredAt([], '12:00:00')).toEqual({
    ...{ n: 0, p50: null, p90: null, p50AtLeast: false, p90AtLeast: false },
  });
});

it('ORACLE-99 by row: who waits as it is now, who was answered as the answer met it', () => {
  const seen = (id: string, time: string, teamId: string): Fact =>
    issue(id, at(time), { stateCategory: 'new', createdAt: at('10:00:00'), teamId });
  const facts = [
    ...[asked('a', '10:00:00'), seen('a', '10:00:01', 'red'), answered('a', '10:04:00')],
    ...[asked('b', '10:00:00'), seen('b', '10:00:01', 'red')],
    ...[seen('a', '10:06:00', 'blue'), seen('b', '10:06:00', 'blue')],
  ];
  const state = stateAt(facts, '10:20:00');
  const of = (team: string) => cellOf(state, `first-response-time{team=${team}}`, '30m')?.censored;
  expect(of('red')).toEqual({
    ...{ n: 1, p50: 4 * MINUTE_MS, p90: 4 * MINUTE_MS },
    ...{ p50AtLeast: false, p90AtLeast: false },
  });
  expect(of('blue')).toEqual({
    ...{ n: 1, p50: 20 * MINUTE_MS, p90: 20 * MINUTE_MS },
    ...{ p50AtLeast: true, p90AtLeast: true },
  });
});
