import type { Fact, IssueObserved } from '@sapwood/core/facts';
import { expect, it } from 'vitest';
import type { OracleState } from './index.ts';
import { cellIn, over, shareIn, talk } from './returns.fixture.ts';
import { robot } from './told.fixture.ts';

const CLEO: IssueObserved = { requesterId: 'cleo', accountId: 'acme', category: 'login' };
const { ask, bot, close, back, reply, reopen } = talk('I', CLEO);
const CLAIMED = [
  robot('robot'),
  ...ask('10 09:00'),
  bot('10 09:01'),
  close('10 12:00', { aiResolved: true }),
];
const anew = (time: string, more: IssueObserved = {}, id = 'J'): Fact[] =>
  talk(id, { ...CLEO, ...more }).ask(time);
const at = (time: string, ...told: readonly (readonly Fact[])[]): OracleState =>
  over([CLAIMED, ...told].flat(), { csatScale: { min: 1, max: 5, positiveFrom: 4 } })(time);
const outcome = (state: OracleState): string[] =>
  Object.keys(state.transitions).flatMap((kind) => kind.split('ai_outcome.').slice(1));

it('ORACLE-136 a claim fails by what the customer opens on the topic within X', () => {
  const told = (...more: readonly (readonly Fact[])[]): string[] =>
    outcome(at('30 00:00', ...more));
  expect(told()).toEqual(['assumed']);
  expect(told(anew('16 09:00'))).toEqual(['failed']);
  expect(told(anew('17 12:00:00.999'))).toEqual(['failed']);
  expect(told(anew('17 12:00:01'))).toEqual(['assumed']);
  // A message comes before what a look of its second shows.
  expect(told(anew('10 12:00:00.500'))).toEqual(['assumed']);
  expect(told(anew('16 09:00', { category: 'billing' }))).toEqual(['assumed']);
  expect(told(anew('16 09:00', { requesterId: 'carl' }))).toEqual(['assumed']);
  const praised = [close('11 09:00', { csat: [5] })];
  expect(told(praised)).toEqual(['confirmed']);
  expect(told(praised, anew('16 09:00'))).toEqual(['failed']);
  const spam = talk('J', CLEO).look('18 09:00', { tags: ['spam'] });
  expect(told(anew('16 09:00'), [spam])).toEqual(['assumed']);
});

it('ORACLE-136 on chat within 3 days, and only where something was resolved', () => {
  const onChat = CLAIMED.flatMap((fact, i) => (i === 1 ? ask('10 09:00', 'chat')[0]! : fact));
  const told = (time: string): string[] => outcome(over([...onChat, ...anew(time)])('30 00:00'));
  expect([told('13 12:00'), told('13 12:00:01')]).toEqual([['failed'], ['assumed']]);
  // A person reopened it, by a rule: nothing is resolved, and nothing repeated.
  const open = at('30 00:00', [reopen('11 09:00')], anew('12 09:00'));
  expect([outcome(open), open.transitions['repeated']]).toEqual([['assumed'], undefined]);
});

it('ORACLE-136 it fails by what came first, and is neither resolved without a person nor deflected', () => {
  const rate = 'resolution-rate-no-human';
  const before = at('15 00:00');
  expect(cellIn(before, rate)).toMatchObject({ num: 1, band: { low: 0, high: 1_000_000 } });
  const failed = at('16 09:05', anew('16 09:00'));
  expect(cellIn(failed, rate)).toMatchObject({ num: 0, den: 1, band: { low: 0, high: 0 } });
  expect(shareIn(at('30 00:00'), 'deflection-proxy')).toBe('1/1');
  expect(shareIn(at('30 00:00', anew('16 09:00')), 'deflection-proxy')).toBe('0/0');
  // Both: the claim is disproved once.
  const twice = at('30 00:00', back('12 09:00'), [reply('12 09:30')], anew('16 09:00'));
  expect(twice.transitions['ai_outcome.failed']).toBe(1);
  // A chapter that is forgotten by now failed as well.
  expect(outcome(at('07-25 00:00', anew('16 09:00')))).toEqual(['failed']);
});
