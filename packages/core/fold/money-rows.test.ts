/** Money by the values of a dimension, from the facts of a desk to the cells on the wire (metrics.md 5.4). */
import { describe, expect, it } from 'vitest';
import { config, cost, message, tick, WORKSPACE } from '../../../tests/support/facts.ts';
import { folded, restored } from '../../../tests/support/folded.ts';
import { JUNE, pounds } from '../cost/entry.fixture.ts';
import type { CostEntry, Fact } from '../facts/fact.ts';
import type { Cell, WindowCode } from '../metrics/value.ts';
import { MINUTE_MS, SECOND_MS } from '../time/instant.ts';
import type { FactFold } from './fold.ts';

const declared = (time: number, by: object = {}): Fact =>
  config(time, { messages: 'read', currency: 'GBP', sources: [], tree: { nodes: [] }, by });

const cellOf = (fold: FactFold, key: string, window: WindowCode): Cell =>
  fold.read(`${WORKSPACE}/${key}`)!.series!.cells.find((cell) => cell.window === window)!;

describe('the month of metrics.md 5.5 (e), from a live fold', () => {
  /** Contacts, and how long people wrote on each of them, in pieces of at most ten minutes. */
  const CHANNELS = [
    { name: 'chat', contacts: 1_600, pieces: [330, 330], total: 11_780_456_879, per: 7_362_786 },
    { name: 'email', contacts: 3_300, pieces: [360, 360], total: 26_063_922_713, per: 7_898_158 },
    {
      name: 'phone',
      contacts: 400,
      pieces: [480, 480, 480],
      total: 5_729_053_034,
      per: 14_322_633,
    },
    { name: 'slack', contacts: 4_200, pieces: [540], total: 26_426_567_374, per: 6_292_040 },
  ];

  function month(): FactFold {
    const facts: Fact[] = [];
    let n = 0;
    for (const { name, contacts, pieces } of CHANNELS) {
      for (let i = 0; i < contacts; i++) {
        n += 1;
        const id = `c${n}`;
        let at = JUNE.from + n * 100;
        facts.push(message(id, at, 'customer', { channel: name }));
        for (const piece of pieces) {
          at += piece * SECOND_MS;
          facts.push(message(id, at, 'human', { authorId: 'ann' }));
        }
      }
    }
    facts.sort((a, b) => a.recordedAt - b.recordedAt);
    const entries = [
      pounds('salaries', 50_000),
      pounds('tooling', 8_000),
      pounds('management', 6_000),
      pounds('overhead', 6_000),
    ].map((entry) => cost(JUNE.from, entry));
    return folded([declared(JUNE.from), ...entries, ...facts, tick(JUNE.to + 1)]);
  }

  it('COST-1 (e) every figure of the table', { timeout: 60_000 }, () => {
    const fold = month();
    for (const { name, contacts, total, per } of CHANNELS) {
      expect(cellOf(fold, `total-support-cost{channel=${name}}`, '90d').value).toBe(total);
      expect(cellOf(fold, `cost-per-contact{channel=${name}}`, '90d')).toMatchObject({
        ...{ value: per, num: total, den: contacts },
      });
    }
    expect(cellOf(fold, 'cost-per-contact', '90d').value).toBe(7_368_421);
    expect(cellOf(fold, 'cost-per-contact{channel=__unallocated__}', '90d')).toMatchObject({
      ...{ value: null, num: 0, den: 0 },
    });
    // 104,600 minutes: what an hour costs, times the hours of a contact, is what the contact costs.
    const handlingMs = 104_600 * MINUTE_MS;
    expect(cellOf(fold, 'cost-per-handling-hour', '90d')).toMatchObject({
      ...{ value: 40_152_964, num: 70_000_000_000, den: handlingMs, n: 15_200 },
    });
    expect(cellOf(fold, 'handling-time-per-contact', '90d')).toMatchObject({
      ...{ value: 660_632, mean: 660_632, num: handlingMs, den: 9_500, n: 9_500, clock: 'wall' },
    });
    expect(cellOf(fold, 'handling-time-per-contact{channel=phone}', '90d').value).toBe(
      24 * MINUTE_MS,
    );
  });
});

/** A desk of one hour: two contacts by mail, one by chat that a bot answered, one by phone. */
describe('rows of money', () => {
  const START = Date.parse('2026-06-10T09:00:00Z');
  const at = (minute: number): number => START + minute * MINUTE_MS;
  const PERIOD = { from: START, to: at(60) };
  const asked = (id: string, minute: number, channel: string): Fact =>
    message(id, at(minute), 'customer', { channel });
  const said = (id: string, minute: number, author: 'human' | 'bot', authorId = 'ann'): Fact =>
    message(id, at(minute), author, { authorId });
  const DESK: readonly Fact[] = [
    ...[asked('m1', 1, 'email'), said('m1', 3, 'human'), said('m1', 4, 'human', 'ben')],
    ...[asked('m2', 5, 'email'), said('m2', 7, 'human')],
    ...[asked('c', 10, 'chat'), said('c', 11, 'bot', 'b'), asked('p', 20, 'phone')],
    said('p', 25, 'human', 'ben'),
  ];
  const BY = {
    'total-support-cost': ['assignee', 'handled_by'],
    'cost-per-contact': ['assignee', 'handled_by'],
    'contacts-handled': ['assignee', 'handled_by'],
  };
  const desk = (entries: readonly CostEntry[], more: readonly Fact[] = []): FactFold => {
    const costs = entries.map((entry) => cost(START, { ...entry, ...PERIOD }));
    const facts = [...DESK, ...more].sort((a, b) => a.recordedAt - b.recordedAt);
    return folded([declared(START, BY), ...costs, ...facts, tick(at(70))]);
  };
  const rows = (fold: FactFold, dimension: string): Record<string, number> => {
    const found: Record<string, number> = {};
    const start = `${WORKSPACE}/total-support-cost{${dimension}=`;
    for (const key of fold.keys()) {
      if (!key.startsWith(start)) continue;
      const { num } = cellOf(fold, key.slice(WORKSPACE.length + 1), '24h');
      if (num !== 0) found[key.slice(start.length, -1)] = num!;
    }
    return found;
  };

  it('COST-6 each category is spread by its driver, over those that it is about', () => {
    // Handling: by mail 2 + 1 + 2 min, by phone 5.
    expect(rows(desk([pounds('salaries', 10)]), 'channel')).toEqual({
      ...{ email: 5_000_000, phone: 5_000_000 },
    });
    expect(rows(desk([pounds('tooling', 8)]), 'channel')).toEqual({
      ...{ chat: 2_000_000, email: 4_000_000, phone: 2_000_000 },
    });
    expect(rows(desk([pounds('telephony', 3)]), 'assignee')).toEqual({ ben: 3_000_000 });
    expect(rows(desk([pounds('ai_usage', 1)]), 'channel')).toEqual({ chat: 1_000_000 });
  });

  it('COST-6 an own driver, and a scope that names the value or restricts', () => {
    const touches = pounds('salaries', 4, { driver: 'touches' });
    expect(rows(desk([touches]), 'assignee')).toEqual({ ann: 2_000_000, ben: 2_000_000 });
    const bens = pounds('salaries', 6, { scope: { dimension: 'agent', value: 'ben' } });
    expect(rows(desk([bens]), 'assignee')).toEqual({ ben: 6_000_000 });
    expect(rows(desk([bens]), 'channel')).toEqual({ email: 1_000_000, phone: 5_000_000 });
    const nobody = pounds('tooling', 1, { scope: { dimension: 'team', value: 'ghosts' } });
    expect(rows(desk([nobody]), 'team')).toEqual({ ghosts: 1_000_000 });
    expect(rows(desk([nobody]), 'channel')).toEqual({ __unallocated__: 1_000_000 });
  });

  it('COST-12 a person who takes over from a bot moves what was spent on it, at once', () => {
    const over = pounds('tooling', 4);
    expect(rows(desk([over]), 'handled_by')).toEqual({ ai: 1_000_000, human: 3_000_000 });
    expect(rows(desk([over], [said('c', 65, 'human')]), 'handled_by')).toEqual({
      ...{ human: 3_000_000, mixed: 1_000_000 },
    });
    const fold = desk([over]);
    fold.touched();
    folded([message('x', at(30), 'customer', { channel: 'sms', recordedAt: at(70) + 1 })], fold);
    const late = { authorId: 'ann', recordedAt: at(70) + 2 };
    folded([message('x', at(31), 'human', late)], fold);
    expect(rows(fold, 'channel')).toMatchObject({ sms: 800_000, email: 1_600_000 });
    expect([...fold.touched().dirty]).toEqual(
      expect.arrayContaining([
        `${WORKSPACE}/total-support-cost{channel=sms}`,
        `${WORKSPACE}/total-support-cost{channel=email}`,
      ]),
    );
  });

  it('COST-9 a row lacks what the window lacks, and has its own share of what is provisional', () => {
    const guess = pounds('telephony', 3, { stage: 'provisional' });
    const fold = desk([pounds('salaries', 10), guess]);
    expect(cellOf(fold, 'total-support-cost{channel=phone}', '24h')).toMatchObject({
      ...{ num: 8_000_000, provisionalPpm: 375_000 },
    });
    expect(cellOf(fold, 'total-support-cost{channel=email}', '24h')).toMatchObject({
      ...{ num: 5_000_000, provisionalPpm: 0 },
    });
    expect(cellOf(desk([]), 'total-support-cost{channel=email}', '24h')).toMatchObject({
      ...{ value: null, state: 'unknown', reasons: expect.arrayContaining(['no_cost']) },
    });
  });

  it('COST-12 what was taken back before the first cost has its row once it is done again', () => {
    const facts = [
      declared(JUNE.from, { 'total-support-cost': ['channel'] }),
      // Of nobody's channel, until the customer writes.
      message('c1', JUNE.from + 1_000, 'bot'),
      message('c1', JUNE.from + 2_000, 'customer', { channel: 'email' }),
      cost(JUNE.from + 3_000, pounds('tooling', 1)),
      message('c2', JUNE.from + 4_000, 'bot'),
    ];
    const fold = folded(facts);
    expect([...fold.keys()]).toContain(`${WORKSPACE}/total-support-cost{channel=__none__}`);
    restored(fold);
  });

  it('COST-12 where nobody worked an hour costs nothing that can be told', () => {
    const fold = desk([pounds('tooling', 8)]);
    expect(cellOf(fold, 'cost-per-handling-hour{channel=chat}', '24h')).toMatchObject({
      ...{ value: null, num: 2_000_000, den: 0 },
    });
    expect(cellOf(fold, 'cost-per-handling-hour{channel=chat}', '24h').reasons).toContain(
      'no_handling',
    );
    expect(cellOf(fold, 'handling-time-per-contact{channel=chat}', '24h')).toMatchObject({
      ...{ value: 0, num: 0, den: 1 },
    });
  });

  it('EXPLAIN-7 a row of money is the sum of what of each cost falls to it, over what was counted in it', () => {
    const fold = desk([pounds('salaries', 10), pounds('tooling', 8)]);
    const asked = { window: '24h', clock: 'wall', limit: 50, after: null } as const;
    const told = (key: string) => fold.explain(WORKSPACE, { ...asked, key })!;
    const mail = told('cost-per-contact{channel=email}');
    expect(mail.sums).toBe(true);
    expect(Object.keys(mail.categories).sort()).toEqual(['salaries', 'tooling']);
    expect(mail.published.num).toBe(mail.categories['salaries']! + mail.categories['tooling']!);
    for (const id of ['cost-per-handling-hour', 'handling-time-per-contact']) {
      for (const key of [id, `${id}{channel=email}`]) {
        expect([key, told(key).sums, told(key).published.value]).toEqual([
          ...[key, true, expect.any(Number)],
        ]);
      }
    }
  });
});
