import type { Fact, IssueObserved } from '@sapwood/core/facts';
import { expect, it } from 'vitest';
import type { OracleState } from './index.ts';
import { cellIn, over, shareIn, talk } from './returns.fixture.ts';

const CLEO: IssueObserved = { requesterId: 'cleo', accountId: 'acme', category: 'login' };

/** Asked, answered and closed. */
function solved(id: string, seen: IssueObserved, asked: string, closed: string): Fact[] {
  const { ask, reply, close } = talk(id, seen);
  return [...ask(asked), reply(asked), close(closed)];
}
const asked = (id: string, seen: IssueObserved, time: string, channel?: string): Fact[] =>
  talk(id, seen).ask(time, channel);

const FIRST = solved('I', CLEO, '10 09:00', '10 12:00');
const at = (time: string, ...told: readonly (readonly Fact[])[]): OracleState =>
  over(told.flat())(time);
const repeated = (...told: readonly (readonly Fact[])[]): number =>
  at('30 00:00', ...told).transitions['repeated'] ?? 0;

it('ORACLE-127 the same customer opens anew on the topic within X of a resolution before it', () => {
  const times = ['11 09:00', '17 12:00', '17 12:00:00.999', '17 12:00:01', '10 12:00:00.500'];
  expect(times.map((time) => repeated(FIRST, asked('J', CLEO, time)))).toEqual([1, 1, 1, 0, 0]);
  // A message comes before what a look of its second shows.
  expect(repeated(FIRST, asked('J', CLEO, '10 12:00:01'))).toBe(1);
  const chat = solved('I', { ...CLEO, channel: 'chat' }, '10 09:00', '10 12:00').slice(1);
  const onChat = [...asked('I', CLEO, '10 09:00', 'chat'), ...chat.slice(1)];
  expect(repeated(onChat, asked('J', CLEO, '13 12:00'))).toBe(1);
  expect(repeated(onChat, asked('J', CLEO, '13 12:00:01'))).toBe(0);
  // The newest resolution tells how long.
  const older = solved('K', CLEO, '10 08:00', '10 11:00');
  expect(repeated(onChat, older, asked('J', CLEO, '13 12:00:01'))).toBe(0);
});

it('ORACLE-127 by the contact, else the account; nobody’s, and without a topic, never', () => {
  const other = (seen: IssueObserved): number =>
    repeated(FIRST, asked('J', { ...CLEO, ...seen }, '11 09:00'));
  expect(other({ accountId: 'globex' })).toBe(1);
  expect(other({ requesterId: 'carl' })).toBe(0);
  expect(other({ requesterId: null })).toBe(0);
  expect(other({ category: 'billing' })).toBe(0);
  expect(other({ category: null })).toBe(0);
  const whole = (seen: IssueObserved): number =>
    repeated(
      solved('I', { ...CLEO, ...seen }, '10 09:00', '10 12:00'),
      asked('J', { ...CLEO, ...seen }, '11 09:00'),
    );
  expect(whole({ requesterId: null })).toBe(1);
  expect(whole({ requesterId: null, accountId: null })).toBe(0);
  expect(whole({ category: null })).toBe(0);
});

it('ORACLE-127 what is reopened, resolved later, removed or its own is none', () => {
  const anew = asked('J', CLEO, '12 09:00');
  const { back, reply, close, look } = talk('I', CLEO);
  expect(repeated(FIRST, back('11 09:00'), anew)).toBe(0);
  expect(repeated(FIRST, back('11 09:00'))).toBe(0);
  expect(repeated(FIRST, back('11 09:00'), [reply('11 10:00'), close('13 09:00')], anew)).toBe(0);
  const spam = [look('13 09:00', { stateCategory: 'closed', tags: ['spam'] })];
  expect(repeated(FIRST, spam, anew)).toBe(0);
  // Nobody had asked in what was closed: its close was before its own start.
  const proactive = talk('P', CLEO);
  const told = [proactive.reply('10 08:00'), proactive.close('10 09:00')];
  expect(repeated(told, proactive.ask('10 10:00').slice(0, 1))).toBe(0);
});

it('ORACLE-127 whose it is and what it is about goes on after a forgotten chapter', () => {
  const [before, since] = [talk('P', CLEO), talk('P')];
  const facts = [
    ...[before.reply('10 08:00'), before.close('10 09:00')],
    ...[...since.back('07-20 09:00'), since.reply('07-20 10:00'), since.close('07-20 12:00')],
  ];
  const anew = asked('J', CLEO, '07-21 09:00');
  expect(at('07-22 00:00', facts, anew).transitions['repeated']).toBe(1);
});

it('ORACLE-128 a first close after which the customer neither reopened nor wrote anew', () => {
  const rate = (...told: readonly (readonly Fact[])[]): string =>
    shareIn(at('30 00:00', FIRST, ...told), 'fcr-no-return');
  expect(rate()).toBe('1/1');
  expect(rate(asked('J', CLEO, '17 12:00'))).toBe('0/1');
  expect(rate(asked('J', CLEO, '17 12:00:01'))).toBe('1/1');
  expect(rate(asked('J', { ...CLEO, category: 'billing' }, '11 09:00'))).toBe('1/1');
  expect(rate(talk('I', CLEO).back('11 09:00'))).toBe('0/1');
  // Two ends, the second is the answer to the first.
  expect(rate(solved('J', CLEO, '11 09:00', '11 10:00'))).toBe('1/2');
  // Another return on the topic, though another one was resolved since.
  const beside = solved('J', CLEO, '10 10:00', '10 13:00');
  expect(rate(beside, asked('K', CLEO, '11 09:00'))).toBe('0/2');
});

it('ORACLE-129 distinct customers who came back among those who wrote, in the rows of what they opened', () => {
  const carl = { ...CLEO, requesterId: 'carl', category: 'billing' };
  const nobody = { ...CLEO, requesterId: null, accountId: null };
  const told = [
    ...[FIRST, asked('J', CLEO, '11 09:00'), asked('K', CLEO, '11 10:00')],
    ...[
      solved('L', carl, '11 09:00', '11 09:30'),
      asked('M', { ...carl, category: null }, '11 11:00'),
    ],
    asked('N', nobody, '11 09:00'),
  ];
  const state = at('11 12:00', ...told);
  const both = ['repeat-contact-rate', 'repeat-contact-rate-any-topic'];
  expect(both.map((key) => shareIn(state, key))).toEqual(['1/2', '2/2']);
  expect(cellIn(state, both[0]!, '24h')).toMatchObject({ value: 500_000, n: 2 });
  expect(shareIn(state, `${both[0]}{channel=email}`)).toBe('1/2');
  expect(state.series.get(both[0]!)!.cells.map(({ window }) => window)).not.toContain('60m');
  // What was distinct before is forgotten, but for short windows.
  const later = at('12 12:00', ...told);
  expect(cellIn(later, both[0]!, '24h')).toMatchObject({ value: null, vsPrev: 500_000 });
});
