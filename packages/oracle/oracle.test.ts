import type { CostEntry, Fact, IssueObserved } from '@sapwood/core/facts';
import { describe, expect, it } from 'vitest';
import { config, issue, message, WORKSPACE } from '../../tests/support/facts.ts';
import { billOf } from './cost.ts';
import { createOracle, type OracleState } from './index.ts';
import { EDGES, quantile } from './quantile.ts';

const at = (time: string): number => Date.parse(`2026-06-10T${time}Z`);
const thread = (entity: string, time: number): Fact =>
  ({
    ...issue(entity, time, {}),
    kind: 'thread.observed',
    body: { count: 0, idsHash: '', vanished: [] },
  }) as Fact;
const HEAD = config(at('00:00:00'), { messages: 'read', currency: 'GBP', sources: ['pylon'] });

function stateAt(facts: readonly Fact[], T: number): OracleState {
  const read = thread('I', T);
  return createOracle([HEAD, ...facts, read]).at(facts.length + 2, T);
}
const cellOf = (state: OracleState, key: string, window: string) =>
  state.series.get(key)?.cells.find((cell) => cell.window === window);

const OPEN: IssueObserved = {
  stateCategory: 'waiting_on_you',
  stateSlug: 'open',
  channel: 'email',
  teamId: 'tier1',
  assigneeId: null,
  createdAt: at('08:58:00'),
};

describe('the golden conversation', () => {
  const look = (time: string, seen: IssueObserved): Fact =>
    issue('I', at(time), { ...OPEN, ...seen });
  const say = (
    time: string,
    who: 'customer' | 'bot' | 'human',
    authorId: string,
    note = false,
  ): Fact => message('I', at(time), who, { authorId, note });
  const facts = [
    say('08:58:00', 'customer', 'c'),
    look('08:58:00', {}),
    say('08:58:03', 'bot', 'robot'),
    say('09:10:00', 'customer', 'c'),
    look('09:12:00', { assigneeId: 'A' }),
    say('09:14:00', 'human', 'A', true),
    say('09:20:00', 'human', 'A'),
    look('09:40:00', { assigneeId: 'B' }),
    say('09:45:00', 'customer', 'c'),
    say('09:47:00', 'customer', 'c'),
    say('09:55:00', 'human', 'B'),
    look('10:30:00', { assigneeId: 'B', stateCategory: 'closed', resolutionAt: at('10:30:00') }),
    say('11:00:00', 'customer', 'c'),
    look('11:00:00', { assigneeId: 'B' }),
    say('11:05:00', 'human', 'B'),
    look('11:30:00', { assigneeId: 'B', stateCategory: 'closed', resolutionAt: at('11:30:00') }),
  ];
  const state = stateAt(facts, at('12:00:00'));

  it('M1 has the transitions of metrics.md 1.7', () => {
    expect(state.transitions).toMatchObject({
      opened: 1,
      handled: 1,
      closed: 2,
      'reopened.customer': 1,
      'handed_off.agent': 1,
      first_reply_ai: 1,
    });
    expect(state.firstReply).toEqual({ n: 1, sumMs: 1_320_000 });
  });

  it('M1 has the values of metrics.md 1.7 in its windows', () => {
    expect(cellOf(state, 'conversation-volume', '24h')).toMatchObject({ value: 1, n: 1 });
    expect(cellOf(state, 'first-response-time', '24h')).toMatchObject({
      n: 1,
      mean: 1_320_000,
      p50: 1_320_000,
      max: 1_320_000,
    });
    expect(cellOf(state, 'conversation-handoff-rate', '24h')).toMatchObject({ num: 1, den: 1 });
    const meanOf = (key: string): unknown => cellOf(state, key, '24h')?.mean;
    expect(meanOf('first-response-time-after-handoff')).toBe(480_000);
    expect(meanOf('handoff-gap')).toBe(900_000);
    expect(meanOf('average-resolution-time-first')).toBe(5_520_000);
    expect(meanOf('average-resolution-time')).toBe(9_120_000);
    expect(cellOf(state, 'ai-handoffs', '24h')?.value).toBe(1);
    expect(cellOf(state, 'reopens', '24h')?.value).toBe(1);
    expect(state.series.get('first-response-time')?.waiting).toEqual({
      count: 0,
      oldestSince: null,
    });
  });
});

describe('numbers that others got wrong (metrics.md 8)', () => {
  const open = issue('I', at('09:00:00'), OPEN);
  const asked = message('I', at('09:00:00'), 'customer');

  it('M1 row 3: closed unanswered, reopened, answered is no first response', () => {
    const state = stateAt(
      [
        asked,
        open,
        issue('I', at('10:00:00'), { ...OPEN, stateCategory: 'closed' }),
        message('I', at('11:00:00'), 'customer'),
        issue('I', at('11:00:00'), OPEN),
        message('I', at('11:05:00'), 'human', { authorId: 'A' }),
      ],
      at('12:00:00'),
    );
    expect(state.transitions).toMatchObject({ opened: 1, closed: 1, 'reopened.customer': 1 });
    expect(state.firstReply.n).toBe(0);
    expect(state.series.get('first-response-time')?.waiting?.count).toBe(0);
  });

  it('M1 row 27: A, null, A within 50 s, and a close taken back within 60 s, never were', () => {
    const owned = { ...OPEN, assigneeId: 'A' };
    const state = stateAt(
      [
        asked,
        issue('I', at('09:00:01'), owned),
        message('I', at('09:01:00'), 'human', { authorId: 'A' }),
        issue('I', at('10:00:00'), OPEN),
        issue('I', at('10:00:50'), owned),
        issue('I', at('11:00:00'), { ...owned, stateCategory: 'closed' }),
        issue('I', at('11:01:00'), owned),
      ],
      at('12:00:00'),
    );
    const { transitions, changes } = state;
    expect(Object.keys(transitions).filter((kind) => /handed|clos|reop|assig/.test(kind))).toEqual(
      [],
    );
    expect(changes).toEqual({ state: 2, team: 0, assignee: 2 });
  });

  it('M1 row 32: the first replier takes it, then assignee and team change 1 s apart', () => {
    const ada = { ...OPEN, assigneeId: 'A' };
    const facts = [
      asked,
      issue('I', at('09:00:01'), ada),
      message('I', at('09:10:00'), 'human', { authorId: 'B' }),
      issue('I', at('09:10:02'), { ...ada, assigneeId: 'B' }),
    ];
    expect(stateAt(facts, at('12:00:00')).transitions).not.toHaveProperty('handed_off.agent');
    const moved = [
      issue('I', at('10:00:00'), { ...ada, assigneeId: 'C' }),
      issue('I', at('10:00:01'), { ...ada, assigneeId: 'C', teamId: 'tier2' }),
    ];
    for (const later of [moved, moved.slice(1)]) {
      const { transitions } = stateAt([...facts, ...later], at('12:00:00'));
      expect(transitions['handed_off.team']).toBe(1);
      expect(transitions).not.toHaveProperty('handed_off.agent');
    }
  });

  it('M1 row 33: cust, bot, hum and close of one second are answered, not closed first', () => {
    const same = at('10:00:00');
    const state = stateAt(
      [
        message('I', same, 'customer'),
        message('I', same, 'bot'),
        message('I', same, 'human', { authorId: 'A' }),
        issue('I', same, { ...OPEN, createdAt: same }),
        issue('I', same, { ...OPEN, createdAt: same, stateCategory: 'closed' }),
      ],
      at('12:00:00'),
    );
    expect(state.transitions).toMatchObject({
      first_reply_human: 1,
      first_reply_any: 1,
      first_reply_ai: 1,
      closed: 1,
    });
  });

  it('M1 row 17: an import moves no window, its open conversations count in gauges', () => {
    const stamp = { origin: 'backfill' } as const;
    const state = stateAt(
      [message('I', at('11:00:00'), 'customer', stamp), issue('I', at('11:00:00'), OPEN, stamp)],
      at('12:00:00'),
    );
    expect(state.transitions['opened']).toBe(1);
    expect(cellOf(state, 'conversation-volume', '24h')?.value ?? 0).toBe(0);
    expect(state.series.get('first-response-time')?.waiting?.count).toBe(1);
  });
});

describe('arithmetic', () => {
  const month = (costId: string, pounds: number): CostEntry => ({
    costId,
    revision: 1,
    stage: 'settled',
    category: 'salaries',
    amountMicro: pounds * 1_000_000,
    currency: 'GBP',
    from: Date.parse('2026-06-01T00:00:00Z'),
    to: Date.parse('2026-07-01T00:00:00Z'),
    accrual: 'even',
  });
  const plan = [month('pay', 50_000), month('tools', 8_000), month('lead', 6_000)];
  const costs = [...plan, month('rent', 6_000)];

  it('M1 accrues the hour of metrics.md 5.5 (c)', () => {
    const books = { entries: costs, currency: 'GBP', plan: [] };
    expect(billOf(books, at('11:00:00'), at('12:00:00')).micro).toBe(97_222_224);
    const facts = costs.map(
      (body) =>
        ({
          ...issue('cost', at('00:00:00'), {}),
          kind: 'cost.entry',
          workspace: WORKSPACE,
          body,
        }) as Fact,
    );
    const state = stateAt(facts, at('12:00:00'));
    expect(cellOf(state, 'total-support-cost', '60m')?.value).toBe(97_222_224);
    expect(cellOf(state, 'cost-per-contact', '60m')).toMatchObject({ value: null, den: 0 });
  });

  it('ORACLE-66 prices a bill, and tells its provisional share and what it lacks', () => {
    const [from, to] = [plan[0]!.from, plan[0]!.to];
    const bill = (...entries: readonly CostEntry[]) =>
      billOf({ entries, currency: 'GBP', plan: ['salaries', 'tooling'] }, from, to);
    const pay = month('pay', 3);
    const fx = { rateMicro: 500_000, asOf: 0, source: 'ECB' };
    const tools = { ...month('tools', -1), category: 'tooling', stage: 'provisional' } as const;
    expect(bill()).toEqual({ micro: null, provisionalPpm: 0, gaps: ['no_cost'] });
    expect(bill({ ...pay, currency: 'USD' }).gaps).toEqual(['no_rate', 'no_cost']);
    expect(bill(pay)).toEqual({
      ...{ micro: 3_000_000, provisionalPpm: 0, gaps: ['wages_only', 'missing_tooling'] },
    });
    expect(bill(pay, { ...tools, currency: 'USD' }).gaps).toEqual(['no_rate', 'wages_only']);
    expect(bill(pay, tools)).toEqual({ micro: 2_000_000, provisionalPpm: 250_000, gaps: [] });
    const odd = { ...tools, currency: 'USD', fx, amountMicro: -3 };
    expect(bill(pay, odd)).toEqual({ micro: 2_999_998, provisionalPpm: 1, gaps: [] });
  });

  it('M1 quantiles are bucket middles within the true ends', () => {
    expect(EDGES).toHaveLength(1_106);
    expect(quantile([], 50)).toBeNull();
    expect(quantile([158_190], 50)).toBe(158_190);
    expect(quantile([0, 0, 5], 50)).toBe(0);
    const ascending = Array.from({ length: 100 }, (_, i) => 1_000 + i);
    expect(Math.abs(quantile(ascending, 90)! - 1_089)).toBeLessThanOrEqual(11);
  });
});
