import type { Fact } from '@sapwood/core/facts';
import { expect, it } from 'vitest';
import { cellIn, over, talk } from './returns.fixture.ts';

const KEY = 'handoffs-per-conversation';
const { ask, reply, look, close, reopen } = talk('I');
const to = (time: string, assigneeId: string): Fact => look(time, { assigneeId });
const HANDED = [
  ...[ask('10 09:00'), reply('10 09:30'), to('10 10:00', 'ada'), to('10 11:00', 'ben')],
  ...[to('10 12:00', 'mia'), close('10 13:00', { assigneeId: 'mia' })],
];
const one = talk('J');
const PLAIN = [one.ask('10 09:00'), one.reply('10 09:30'), one.close('10 13:30')];
const at = (time: string, ...told: readonly (Fact | readonly Fact[])[]) => {
  const state = over(told.flat())(time);
  return (window: string) => {
    const cell = cellIn(state, KEY, window)!;
    return [cell.value, cell.num, cell.den, cell.n];
  };
};

it('ORACLE-143 handoffs of all that was resolved in the window, in all its life', () => {
  const day = at('10 14:00', ...HANDED, ...PLAIN);
  expect(day('24h')).toEqual([1_000, 2, 2, 2]);
  expect(day('30m')).toEqual([0, 0, 1, 1]);
  expect(day('15m')).toEqual([null, 0, 0, 0]);
  // What is open again is not resolved; handed off after its close it was handed off.
  expect(at('10 16:00', ...HANDED, reopen('10 15:00'))('24h')).toEqual([null, 0, 0, 0]);
  const later = [...HANDED, close('10 14:00', { assigneeId: 'ada' })];
  expect(at('10 16:00', ...later)('24h')).toEqual([3_000, 3, 1, 1]);
});

it('ORACLE-143 those of a forgotten chapter included', () => {
  const again = [reopen('07-20 09:00'), close('07-20 10:00', { assigneeId: 'mia' })];
  expect(at('07-21 00:00', ...HANDED, ...again)('28d')).toEqual([2_000, 2, 1, 1]);
});
