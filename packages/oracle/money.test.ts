import type { CostEntry, Fact } from '@sapwood/core/facts';
import { expect, it } from 'vitest';
import { account } from '../../tests/support/facts.ts';
import type { Entry } from './cells.ts';
import type { Books } from './cost.ts';
import type { OracleState } from './index.ts';
import { moneySeries } from './money.ts';
import { cellIn, cost, on, over, talk } from './returns.fixture.ts';
import { windowsAt } from './windows.ts';

const DAY = { from: on('10 00:00'), to: on('10 12:00') };
const BY = {
  by: {
    'total-support-cost': ['account_tier', 'assignee', 'handled_by', 'priority'],
    'conversation-volume': ['account_tier'],
    'contacts-handled': ['account_tier'],
    'contacts-resolved': ['account_tier'],
  },
};

/** One on email by ada for 10 min, one on chat by ben and a bot for half a minute; one nobody answered. */
const mail = talk('I', { teamId: 'tier1' });
const chat = talk('J', { teamId: 'tier2', accountId: 'acme' });
const FACTS = [
  ...[mail.ask('10 01:00'), mail.reply('10 02:00'), mail.close('10 03:00')],
  ...[chat.ask('10 01:00', 'chat'), chat.bot('10 01:01'), chat.reply('10 01:01:01', 'ben')],
  talk('K').ask('10 04:00'),
];
const at = (entries: readonly Fact[], ...more: readonly Fact[]): OracleState =>
  over([...FACTS, ...entries, ...more], BY)('10 20:00');

function rowsOf(state: OracleState, metric: string, dimension: string, part: 'num' | 'value') {
  const start = `${metric}{${dimension}=`;
  const rows = [...state.series.keys()].filter((key) => key.startsWith(start));
  const told = rows.map((key) => [key.slice(start.length, -1), cellIn(state, key, '24h')![part]]);
  return Object.fromEntries(told.filter(([, amount]) => amount !== 0)) as Record<string, number>;
}
const spent = (dimension: string, ...entries: readonly Partial<CostEntry>[]) => {
  const facts = entries.map((entry, i) => cost({ ...DAY, costId: `c${i}`, ...entry }));
  return rowsOf(at(facts), 'total-support-cost', dimension, 'num');
};

it('ORACLE-130 a cost goes to the value that it names, else by what drives it', () => {
  expect(spent('team', { scope: { dimension: 'team', value: 'tier9' } })).toEqual({
    tier9: 1_000_000,
  });
  // 600 s and 30 s: 952,380.95 and 47,619.05.
  expect(spent('team', {})).toEqual({ tier1: 952_381, tier2: 47_619 });
  expect(spent('handled_by', {})).toEqual({ human: 952_381, mixed: 47_619 });
  expect(spent('assignee', { driver: 'touches' })).toEqual({ ada: 500_000, ben: 500_000 });
  expect(spent('channel', { category: 'tooling' })).toEqual({ email: 500_000, chat: 500_000 });
  expect(spent('channel', { category: 'ai_usage' })).toEqual({ chat: 1_000_000 });
  expect(spent('channel', { amountMicro: -3, category: 'tooling' })).toEqual({
    chat: -2,
    email: -1,
  });
  const adas = { dimension: 'agent', value: 'ada' } as const;
  expect(spent('channel', { scope: adas })).toEqual({ email: 1_000_000 });
  expect(spent('assignee', { scope: adas })).toEqual({ ada: 1_000_000 });
});

it('ORACLE-130 what nothing weighs goes by the first driver that does, else to nobody', () => {
  // No phone; then handling time, touches and contacts of the phone: none either.
  expect(spent('team', { category: 'telephony' })).toEqual({ __unallocated__: 1_000_000 });
  const mails = { dimension: 'channel', value: 'email' } as const;
  expect(spent('team', { category: 'ai_usage', driver: 'bot_messages', scope: mails })).toEqual({
    tier1: 1_000_000,
  });
});

it('ORACLE-130 a row is divided by its own; it is provisional for itself, and lacks what all lacks', () => {
  const provisional = {
    stage: 'provisional',
    scope: { dimension: 'team', value: 'tier1' },
  } as const;
  const state = at([
    cost({ ...DAY, ...provisional }),
    cost({ ...DAY, costId: 'd', amountMicro: 4 }),
  ]);
  const row = (key: string) => cellIn(state, key, '24h');
  expect(row('cost-per-contact{team=tier1}')).toMatchObject({
    ...{ num: 1_000_004, den: 1, value: 1_000_004, provisionalPpm: 999_996, gaps: ['wages_only'] },
  });
  expect(row('cost-per-contact{team=tier2}')).toMatchObject({ num: 0, den: 1, value: 0 });
  expect(row('cost-per-contact{team=tier2}')!.provisionalPpm).toBe(0);
  expect(row('cost-per-resolution{channel=chat}')).toMatchObject({ den: 0, value: null });
  // Nothing is known of any cost.
  expect(cellIn(at([]), 'cost-per-contact{team=tier1}', '24h')).toMatchObject({
    ...{ num: null, den: 1, value: null, gaps: ['no_cost'] },
  });
});

it('ORACLE-131 the month of metrics.md 5.5 by channel, to the micro-unit', () => {
  const contacts = { chat: 1_600, email: 3_300, phone: 400, slack: 4_200 };
  const minutes = { chat: 17_600, email: 39_600, phone: 9_600, slack: 37_800 };
  const [from, to] = [on('01 00:00'), on('07-01 00:00')];
  const entryOf = (channel: string, more: Partial<Entry>): Entry => {
    const row = { channel: [channel], handled_by: ['human'], team: ['t'] };
    return { at: on('15 00:00'), row, rowNow: row, conversation: channel, ...more } as never;
  };
  const recent = Object.entries(contacts).flatMap(([channel, n]) => [
    ...Array.from({ length: n }, () => entryOf(channel, { kind: 'handled' })),
    entryOf(channel, {
      kind: 'worked',
      handlingMs: minutes[channel as keyof typeof minutes] * 60_000,
    }),
  ]);
  const amounts = { salaries: 50_000, management: 6_000, tooling: 8_000, overhead: 6_000 };
  const entries = Object.entries(amounts).map(([category, pounds]) => ({
    ...{ costId: category, revision: 1, stage: 'settled', category, currency: 'GBP' },
    ...{ amountMicro: pounds * 1_000_000, from, to, accrual: 'even' },
  })) as CostEntry[];
  const books: Books = { entries, currency: 'GBP', plan: [] };
  const midnight = (back: number): number => (back === 0 ? to : to - back * 86_400_000);
  const days = { midnight, business: () => ({ start: to, same: to }) };
  const windows = windowsAt(to, days).filter(({ code }) => code === '90d');
  const all = moneySeries(recent, to, windows, { books, by: {}, hasMessages: true });
  const cell = (key: string) => all.find((one) => one.key === key)!.cells[0];
  const told = {
    chat: [11_780_456_879, 7_362_786],
    email: [26_063_922_713, 7_898_158],
    phone: [5_729_053_034, 14_322_633],
    slack: [26_426_567_374, 6_292_040],
  };
  for (const [channel, [num, value]] of Object.entries(told)) {
    expect(cell(`cost-per-contact{channel=${channel}}`)).toMatchObject({ num, value });
  }
  expect(cell('cost-per-contact')).toMatchObject({ num: 70_000_000_000, value: 7_368_421 });
  // 104,600 minutes: 40.153 an hour, 11.01 min a contact; 9,500 of these cost what all did.
  expect(cell('cost-per-handling-hour')).toMatchObject({ value: 40_152_964, den: 6_276_000_000 });
  expect(cell('handling-time-per-contact')).toMatchObject({ value: 660_632, den: 9_500 });
  expect(cell('cost-per-handling-hour{channel=phone}')).toMatchObject({ value: 35_806_581 });
});

it('ORACLE-132 an hour of handling costs what all did over what was worked, up to the last pane', () => {
  const state = at([cost(DAY)]);
  // 630 s of work, two contacts.
  expect(cellIn(state, 'cost-per-handling-hour', '24h')).toMatchObject({
    ...{ num: 1_000_000, den: 630_000, value: 5_714_286 },
  });
  expect(cellIn(state, 'handling-time-per-contact', '24h')).toMatchObject({
    ...{ num: 630_000, den: 2, value: 315_000, to: on('10 20:00') },
  });
  expect(cellIn(state, 'cost-per-handling-hour', '5m')).toMatchObject({ den: 0, value: null });
  expect(cellIn(state, 'handling-time-per-contact', '5m')).toMatchObject({ den: 0, value: null });
  const silent = over([...FACTS, cost(DAY)], { messages: 'none' })('10 20:00');
  expect(cellIn(silent, 'cost-per-handling-hour', '24h')).toMatchObject({ value: null, den: null });
});

it('ORACLE-133 a tier is the account’s as it was known at the stop; before it was read, the first that was', () => {
  const counts = (metric: string, ...more: readonly Fact[]) =>
    rowsOf(at([], ...more), metric, 'account_tier', 'value');
  const tier = (time: string, name: string | null): Fact => account('acme', on(time), name);
  expect(counts('contacts-handled')).toEqual({ __none__: 2 });
  expect(counts('contacts-handled', tier('10 00:30', 'vip'))).toEqual({ vip: 1, __none__: 1 });
  expect(counts('contacts-handled', tier('10 02:00', 'vip'))).toEqual({ vip: 1, __none__: 1 });
  const left = [tier('10 00:30', 'vip'), tier('10 02:00', 'basic')];
  expect(counts('contacts-handled', ...left)).toEqual({ vip: 1, __none__: 1 });
  const closed = [...left, chat.close('10 03:00')];
  expect(counts('contacts-resolved', ...closed)).toEqual({ basic: 1, __none__: 1 });
  // What was opened stands under the tier of now until the first reply.
  const waiting = talk('L', { accountId: 'acme' }).ask('10 01:30');
  expect(counts('conversation-volume', ...waiting, ...left)).toEqual({
    ...{ vip: 1, basic: 1, __none__: 2 },
  });
  expect(rowsOf(at([cost(DAY)], ...left), 'total-support-cost', 'account_tier', 'num')).toEqual({
    ...{ vip: 47_619, __none__: 952_381 },
  });
});
