import type { Fact } from '@sapwood/core/facts';
import { expect, it } from 'vitest';
import type { OracleState } from './index.ts';
import { cellIn, on, over, shareIn, talk } from './returns.fixture.ts';
import { robot } from './told.fixture.ts';

const { ask, reply, bot, close, back, reopen, look } = talk('I');
const ASKED = [ask('10 09:00'), reply('10 10:00')];
const CLOSED = [...ASKED, close('10 12:00')];

const sharesOf = (state: OracleState, ...keys: readonly string[]): string[] =>
  keys.map((key) => shareIn(state, key));
const at = (time: string, facts: readonly (Fact | readonly Fact[])[], declared = {}): OracleState =>
  over(facts, declared)(time);

it('ORACLE-118 a share is of all that began in the window, and told over a day at least', () => {
  const state = at('11 08:00', [CLOSED, talk('J').ask('10 20:00')].flat());
  expect(cellIn(state, 'resolution-rate', '24h')).toMatchObject({ value: 500_000, n: 2 });
  expect(cellIn(state, 'resolution-rate', 'bday')).toMatchObject({ value: null, n: 0 });
  const windows = state.series.get('resolution-rate')!.cells.map(({ window }) => window);
  expect(windows).toEqual(['24h', 'bday', '7d', '28d', '90d']);
  const later = at('12 08:00', [CLOSED, talk('J').ask('10 20:00')].flat());
  expect(cellIn(later, 'resolution-rate', '24h')).toMatchObject({ vsPrev: 500_000, value: null });
  expect(shareIn(state, 'resolution-rate{channel=email}')).toBe('1/2');
});

it('ORACLE-118 what comes X later to the millisecond counts, beside a message to the second', () => {
  const closedAt = (time: string): string =>
    shareIn(at('30 00:00', [ASKED, close(time)].flat()), 'resolution-rate');
  expect(['16 09:00', '17 09:00', '17 09:00:00.999', '17 09:00:01'].map(closedAt)).toEqual([
    '1/1',
    '1/1',
    '1/1',
    '0/1',
  ]);
  const reopenedAt = (time: string): string =>
    shareIn(at('30 00:00', [CLOSED, reopen(time)].flat()), 'reopen-rate-any');
  expect(['16 12:00', '17 12:00', '17 12:00:00.001', '18 12:00'].map(reopenedAt)).toEqual([
    '1/1',
    '1/1',
    '0/1',
    '0/1',
  ]);
  const onChat = (time: string): string => {
    const chat = [ask('10 09:00', 'chat'), reply('10 10:00'), close('10 12:00'), reopen(time)];
    return shareIn(at('30 00:00', chat), 'reopen-rate-any');
  };
  expect(['13 12:00', '13 12:00:00.001'].map(onChat)).toEqual(['1/1', '0/1']);
});

it('ORACLE-119 provisional is what X has not passed for, of all', () => {
  const stateBy = over([CLOSED, talk('J').ask('11 09:00'), talk('J').close('11 10:00')].flat());
  const open = (time: string, key = 'reopen-rate'): number | undefined =>
    cellIn(stateBy(time), key)!.provisionalPpm;
  expect(open('12 00:00')).toBe(1_000_000);
  expect(open('17 11:59:59.999')).toBe(1_000_000);
  expect(open('17 12:00')).toBe(500_000);
  expect(open('18 10:00')).toBe(0);
  expect(open('18 08:59', 'resolution-rate')).toBe(500_000);
  expect(open('30 00:00', 'escalation-rate-all')).toBe(1_000_000);
});

it('ORACLE-119 settled is the same window X ago: panes by the clock, days by the calendar', () => {
  const stateBy = over([CLOSED, back('11 09:00'), reply('11 10:00'), close('11 12:00')].flat());
  const settled = (time: string, window: string, key = 'reopen-rate') =>
    cellIn(stateBy(time), key, window)!.settled!;
  // Since the minute a day before that of a week ago, all of the minute of then included.
  expect(settled('17 11:59:59', '24h')).toMatchObject({ num: 0, den: 0, value: null });
  expect(settled('17 12:00', '24h')).toMatchObject({ num: 1, den: 1, value: 1_000_000 });
  expect(settled('18 12:00:59', '24h')).toMatchObject({ num: 1, den: 2, from: on('10 12:00') });
  expect(settled('18 12:01', '24h')).toMatchObject({ num: 0, den: 1 });
  // The day of then, up to the same time.
  expect(settled('17 11:59:59', 'bday')).toMatchObject({ den: 0, from: on('10 00:00') });
  expect(settled('17 12:00', 'bday')).toMatchObject({ num: 1, den: 1 });
  // All of that day.
  expect(settled('17 00:00', '28d')).toMatchObject({ num: 1, den: 1 });
  expect(settled('18 00:00', '28d')).toMatchObject({ num: 1, den: 2 });
  expect(settled('24 12:00', '7d')).toMatchObject({ num: 1, den: 2, n: 2, value: 500_000 });
  expect(settled('24 13:00', '7d')).toMatchObject({ num: 0, den: 1 });
  // Of what may change for 28 days, 28 days ago.
  const month = over([CLOSED].flat())('30 00:00');
  expect(cellIn(month, 'escalation-rate-all')!.settled).toMatchObject({ den: 0, isYoung: true });
});

it('ORACLE-120 a resolution counts while it stands, a reopening takes it back however late', () => {
  const rates = (time: string, ...facts: readonly Fact[]): string[] => {
    const all = [CLOSED, facts].flat();
    return sharesOf(at(time, all), 'resolution-rate', 'resolution-rate-flow');
  };
  expect(rates('10 13:00')).toEqual(['1/1', '1/1']);
  expect(rates('28 00:00', reopen('27 09:00'))).toEqual(['0/1', '0/1']);
  expect(rates('28 00:00', reopen('27 09:00'), close('27 10:00'))).toEqual(['0/1', '1/1']);
  expect(rates('13 00:00', reopen('12 09:00'), close('12 10:00'))).toEqual(['1/1', '1/1']);
  // More may be resolved than opened.
  const day = at('11 13:00', [ASKED, close('11 12:30'), talk('J').ask('11 12:40')].flat());
  expect(shareIn(day, 'resolution-rate-flow', '5m')).toBe('0/0');
  expect(shareIn(day, 'resolution-rate-flow', '60m')).toBe('1/1');
  const queue = at('11 13:00', [ASKED, close('11 12:30')].flat());
  expect(cellIn(queue, 'resolution-rate-flow', '60m')).toMatchObject({ value: null, num: 1 });
});

it('ORACLE-121 a close is reopened within X after it, thanks aside; each close counts', () => {
  const rates = (...facts: readonly (Fact | readonly Fact[])[]): string[] =>
    sharesOf(at('30 00:00', [CLOSED, facts].flat(2)), 'reopen-rate', 'reopen-rate-any');
  expect(rates()).toEqual(['0/1', '0/1']);
  expect(rates(back('11 09:00'))).toEqual(['1/1', '1/1']);
  expect(rates(reopen('11 09:00'))).toEqual(['0/1', '1/1']);
  expect(rates(back('11 09:00'), close('11 09:30'))).toEqual(['0/2', '1/2']);
  expect(rates(back('11 09:00'), reply('11 09:10'), close('11 09:30'))).toEqual(['1/2', '1/2']);
  const twice = [back('11 09:00'), reply('11 09:10'), close('11 09:30'), back('12 09:00')];
  expect(rates(...twice)).toEqual(['2/2', '2/2']);
  expect(rates(back('18 09:00'))).toEqual(['0/1', '0/1']);
  // What comes after thanks, or after another's reopening, comes after the first close too.
  const thanks = [back('11 09:00'), close('11 09:30')];
  expect(rates(...thanks, back('12 09:00'))).toEqual(['2/2', '2/2']);
  expect(rates(...thanks, back('17 12:00:02'))).toEqual(['1/2', '2/2']);
  expect(rates(reopen('11 09:00'), close('11 09:30'), back('12 09:00'))).toEqual(['2/2', '2/2']);
});

it('ORACLE-121 a merge is no close of these, and what is removed is in none', () => {
  const merged = { ...close('10 12:00'), kind: 'close.evidence', at: on('10 12:00') } as const;
  const body = { closedBy: 'merge', basis: 'declared' };
  const rates = (...facts: readonly Fact[]): string[] =>
    sharesOf(at('30 00:00', [CLOSED, facts].flat()), 'reopen-rate', 'fcr-one-touch');
  expect(rates({ ...merged, body } as Fact)).toEqual(['0/0', '1/1']);
  expect(rates(look('12 09:00', { stateCategory: 'closed', tags: ['spam'] }))).toEqual([
    '0/0',
    '0/0',
  ]);
});

it('ORACLE-122 the first close since the start, by one person alone or after one word', () => {
  const rates = (...facts: readonly (Fact | readonly Fact[])[]): string[] =>
    sharesOf(at('30 00:00', facts.flat()), 'fcr-one-owner', 'fcr-one-touch');
  const ends = close('10 12:00');
  expect(rates(ask('10 09:00'), ends)).toEqual(['0/1', '0/1']);
  expect(rates(...ASKED, ends)).toEqual(['1/1', '1/1']);
  expect(rates(...ASKED, reply('10 11:00'), ends)).toEqual(['1/1', '0/1']);
  expect(rates(...ASKED, reply('10 11:00', 'ben'), ends)).toEqual(['0/1', '0/1']);
  expect(rates(ask('10 09:00'), bot('10 09:01'), ends)).toEqual(['0/1', '1/1']);
  // What is said later does not count, nor does the next close; a return within X undoes it.
  expect(rates(...ASKED, ends, reply('10 13:00', 'ben'))).toEqual(['1/1', '1/1']);
  expect(rates(...ASKED, ends, reopen('11 09:00'), close('11 10:00'))).toEqual(['1/1', '1/1']);
  expect(rates(...ASKED, ends, back('11 09:00'))).toEqual(['0/1', '0/1']);
  expect(rates(...ASKED, ends, back('18 09:00'))).toEqual(['1/1', '1/1']);
  // What nobody asked was not solved.
  expect(rates(look('10 08:00'), reply('10 08:00'), close('10 08:30'))).toEqual(['0/0', '0/0']);
});

it('ORACLE-123 whoever opened it, it was escalated within 28 days of that', () => {
  const declared = { teamRanks: { tier1: 1, tier2: 2 } };
  const rate = (time: string): string =>
    shareIn(
      at('30 00:00', [look('01 08:30'), ...talk('I').ask('01 09:00'), up(time)], declared),
      'escalation-rate-all',
      '90d',
    );
  const up = (time: string): Fact => look(time, { teamId: 'tier2' });
  expect(['01 08:45', '02 09:00', '29 09:00', '29 09:00:00.500', '29 09:00:01'].map(rate)).toEqual([
    '1/1',
    '1/1',
    '1/1',
    '1/1',
    '0/1',
  ]);
});

it('ORACLE-124 without a person: what an AI ended or may have, and without what is pending', () => {
  const asked = [robot('robot'), ask('10 09:00'), bot('10 09:01')].flat();
  const ended = [...asked, close('10 12:00', { aiResolved: true }), talk('J').ask('10 09:00')];
  const stateBy = over([...ended.flat(), talk('J').reply('10 10:00')]);
  const cell = (time: string) => cellIn(stateBy(time), 'resolution-rate-no-human')!;
  expect(cell('12 00:00')).toMatchObject({ num: 1, den: 2, band: { low: 0, high: 500_000 } });
  expect(cell('18 00:00')).toMatchObject({ num: 1, band: { low: 500_000, high: 500_000 } });
  const failed = over([...ended.flat(), back('12 09:00')].flat())('18 00:00');
  expect(cellIn(failed, 'resolution-rate-no-human')).toMatchObject({ num: 0, den: 1 });
});

it('ORACLE-125 without messages returns of customers are unknown; resolved, escalated, reopened is known', () => {
  const facts = [look('10 09:00', { createdAt: on('10 09:00') }), close('10 12:00')];
  const state = at('30 00:00', [...facts, reopen('11 09:00')], { messages: 'none' });
  const unknown = ['reopen-rate', 'fcr-no-return', 'fcr-one-owner', 'fcr-one-touch'];
  unknown.push('resolution-rate-no-human');
  for (const key of unknown) {
    expect(cellIn(state, key)).toMatchObject({ value: null, n: 0 });
  }
  const known = ['resolution-rate', 'reopen-rate-any', 'escalation-rate-all'];
  expect(sharesOf(state, ...known)).toEqual(['0/1', '1/1', '0/1']);
});

it('ORACLE-126 of a forgotten chapter the outcomes stand, but for its resolution', () => {
  const keys = ['resolution-rate', 'reopen-rate-any', 'fcr-one-owner'];
  const rates = (time: string, ...facts: readonly Fact[]): string[] =>
    keys.map((key) => shareIn(at(time, [CLOSED, facts].flat()), key, '90d'));
  expect(rates('07-20 00:00')).toEqual(['1/1', '0/1', '1/1']);
  expect(rates('07-21 00:00', reopen('07-20 09:00'))).toEqual(['0/1', '0/1', '1/1']);
  const again = [reopen('07-20 09:00'), close('07-20 10:00')];
  expect(rates('07-21 00:00', ...again)).toEqual(['0/1', '0/2', '1/1']);
  // Spam was never opened.
  const spam = look('07-20 09:00', { stateCategory: 'closed', tags: ['spam'] });
  const state = at('07-21 00:00', [CLOSED, spam].flat());
  expect(cellIn(state, 'resolution-rate', '90d')?.n ?? 0).toBe(0);
});
