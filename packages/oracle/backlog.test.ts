import type { Fact, IssueObserved } from '@sapwood/core/facts';
import { describe, expect, it } from 'vitest';
import { issue } from '../../tests/support/facts.ts';
import type { OracleState } from './index.ts';
import { DIMENSIONS } from './rows.ts';
import { at, BASE, cellOf, look, robot, say, stateAt } from './told.fixture.ts';

const ALL = [...DIMENSIONS, 'age', 'state'];
const DECLARED = { ...BASE, by: { backlog: ALL, 'backlog-held': ALL } };
const CLOSED: IssueObserved = { stateCategory: 'closed' };
const HELD: IssueObserved = { stateCategory: 'on_hold' };
const ASKED = say('08:58:00', 'customer');

/** How many are open, and how many of those rest. */
const openAt = (time: string, ...facts: readonly Fact[]): (number | null | undefined)[] => {
  const state = stateAt(facts, time);
  return ['backlog', 'backlog-held'].map((metric) => cellOf(state, metric, 'now')?.value);
};

function rowsOf(state: OracleState, dimension: string, metric = 'backlog') {
  const prefix = `${metric}{${dimension}=`;
  const rows = [...state.series].filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(
    rows.map(([key, { cells }]) => [key.slice(prefix.length, -1), cells[0]?.value]),
  );
}

describe('what is open', () => {
  it('ORACLE-60 what was created and is not closed now', () => {
    const open = look('09:00:00');
    const closed = look('10:00:00', CLOSED);
    expect(openAt('12:00:00')).toEqual([0, 0]);
    expect(openAt('12:00:00', open)).toEqual([1, 0]);
    expect(openAt('12:00:00', open, closed)).toEqual([0, 0]);
    expect(openAt('12:00:00', look('09:00:00', CLOSED))).toEqual([0, 0]);
    expect(openAt('12:00:00', open, closed, look('11:00:00'))).toEqual([1, 0]);
    const other = issue('J', at('09:30:00'), { createdAt: at('09:30:00') });
    expect(openAt('12:00:00', open, other)).toEqual([2, 0]);
    // A close that may yet be taken back counts until it is.
    const within = look('11:59:30', CLOSED);
    expect(openAt('11:59:40', open, within)).toEqual([0, 0]);
    expect(openAt('12:00:00', open, within, look('11:59:50'))).toEqual([1, 0]);
  });

  it('ORACLE-60 a look must have seen when it was created; of a state nobody saw it is unknown', () => {
    expect(openAt('12:00:00', ASKED)).toEqual([0, 0]);
    const blind: IssueObserved = { stateCategory: 'waiting_on_you' };
    expect(openAt('12:00:00', issue('I', at('09:00:00'), blind))).toEqual([0, 0]);
    const stateless = issue('I', at('09:00:00'), { createdAt: at('08:58:00') });
    expect(openAt('12:00:00', stateless)).toEqual([1, 0]);
    expect(rowsOf(stateAt([stateless], '12:00:00', DECLARED), 'state')).toEqual({ unknown: 1 });
  });

  it('ORACLE-60 without messages too, imported too, and reopened after a forgotten chapter', () => {
    const imported = issue('I', at('09:00:00'), look('09:00:00').body as IssueObserved, {
      origin: 'backfill',
    });
    expect(openAt('12:00:00', imported)).toEqual([1, 0]);
    const silent = stateAt([look('09:00:00')], '12:00:00', { ...BASE, messages: 'none' });
    expect(cellOf(silent, 'backlog', 'now')?.value).toBe(1);
    const month = '2026-08-01T';
    const over = [ASKED, look('09:00:00'), look('10:00:00', CLOSED)];
    const asked = say(`${month}09:00:00`, 'customer');
    expect(openAt(`${month}12:00:00`, ...over, asked)).toEqual([0, 0]);
    // The new look does not see when it was created: an old one did.
    const back = issue('I', at(`${month}09:00:00`), { stateCategory: 'waiting_on_you' });
    const state = stateAt([...over, asked, back], `${month}12:00:00`, DECLARED);
    expect(rowsOf(state, 'age')).toEqual({ over_7d: 1 });
  });

  it('ORACLE-61 what was removed is in no backlog, until it is restored', () => {
    const open = look('09:00:00');
    const gone = { ...look('10:00:00'), kind: 'issue.gone', body: {} } as Fact;
    for (const seen of [{ tags: ['Spam'] }, { isGroup: true }, { stateSlug: 'spam' }]) {
      const removed = look('10:00:00', seen);
      expect(openAt('12:00:00', open, removed)).toEqual([0, 0]);
      const restored = look('11:00:00', { tags: [], isGroup: false });
      expect(openAt('12:00:00', open, removed, restored)).toEqual([1, 0]);
    }
    expect(openAt('12:00:00', open, gone)).toEqual([0, 0]);
    expect(openAt('12:00:00', open, gone, look('11:00:00'))).toEqual([1, 0]);
  });
});

describe('what rests', () => {
  it('ORACLE-62 is counted apart until its last hold has ended', () => {
    const held = [ASKED, look('09:00:00'), look('10:00:00', HELD)];
    expect(openAt('12:00:00', ...held)).toEqual([0, 1]);
    expect(openAt('12:00:00', ...held, look('11:00:00'))).toEqual([1, 0]);
    expect(openAt('12:00:00', ...held, look('11:00:00', CLOSED))).toEqual([0, 0]);
    const first = look('09:00:00', HELD);
    expect(openAt('12:00:00', ASKED, first)).toEqual([0, 1]);
    // The customer wrote; on hold it is still, and at rest only by a new change into it.
    const asked = [...held, say('10:30:00', 'customer')];
    expect(openAt('12:00:00', ...asked)).toEqual([1, 0]);
    const state = stateAt(asked, '12:00:00', DECLARED);
    expect(rowsOf(state, 'state')).toEqual({ on_hold: 1 });
    const anew = [...asked, look('11:00:00'), look('11:30:00', HELD)];
    expect(openAt('12:00:00', ...anew)).toEqual([0, 1]);
  });

  it('ORACLE-62 a snooze that runs out ends it, by log time alone', () => {
    const snoozed = [ASKED, look('09:00:00'), look('10:00:00', { snoozedUntil: at('11:00:00') })];
    expect(openAt('10:59:59', ...snoozed)).toEqual([0, 1]);
    expect(openAt('11:00:00', ...snoozed)).toEqual([1, 0]);
    const closed = look('10:30:00', { ...CLOSED, snoozedUntil: at('11:00:00') });
    expect(openAt('10:45:00', ...snoozed, closed)).toEqual([0, 0]);
  });
});

describe('rows of a gauge', () => {
  const seen = { accountId: 'acme', tags: ['vip', 'new'], assigneeId: 'ada', priority: 'high' };
  const moved = { ...seen, accountId: 'globex', tags: ['new', 'old'], teamId: 'tier2' };
  const facts = [
    ...[robot('bot'), say('08:58:00', 'customer', { channel: 'chat' }), look('08:58:00', seen)],
    ...[say('09:00:00', 'bot'), look('09:30:00', { ...moved, stateCategory: 'new' })],
  ];

  it('ORACLE-63 one cell, by channel and team, and by what is declared', () => {
    const bare = stateAt(facts, '12:00:00');
    const own = [...bare.series.keys()].filter((key) => key.startsWith('backlog{'));
    expect(own.sort()).toEqual(['backlog{channel=chat}', 'backlog{team=tier2}']);
    const none = { num: null, den: null, mean: null, p50: null, p90: null, max: null };
    const span = { from: at('12:00:00'), to: at('12:00:00') };
    expect(bare.series.get('backlog')).toEqual({
      key: 'backlog',
      cells: [
        {
          window: 'now',
          clock: 'wall',
          ...span,
          value: 1,
          n: 1,
          ...none,
          zeroPpm: null,
          vsPrev: null,
        },
      ],
      waiting: null,
    });
    const one = stateAt(facts, '12:00:00', { ...BASE, by: { backlog: ['state'] } });
    expect(rowsOf(one, 'state')).toEqual({ new: 1 });
    expect(rowsOf(one, 'age')).toEqual({});
  });

  it('ORACLE-63 under what is so now, once in each of its tags', () => {
    const rows: Readonly<Record<string, readonly string[]>> = {
      ...{ account: ['globex'], age: ['1h_to_4h'], assignee: ['ada'], category: ['__none__'] },
      ...{ channel: ['chat'], handled_by: ['ai'], priority: ['high'], state: ['new'] },
      ...{ tag: ['new', 'old'], team: ['tier2'] },
    };
    const state = stateAt(facts, '12:00:00', DECLARED);
    for (const [dimension, values] of Object.entries(rows)) {
      const each = Object.fromEntries(values.map((value) => [value, 1]));
      expect(rowsOf(state, dimension)).toEqual(each);
    }
    expect(cellOf(state, 'backlog', 'now')).toMatchObject({ value: 1, n: 1 });
    // A bot owns nothing; what rests has the rows of the other metric.
    const rests = look('10:00:00', { ...moved, ...HELD, assigneeId: 'bot' });
    const held = stateAt([...facts, rests], '12:00:00', DECLARED);
    expect(rowsOf(held, 'state', 'backlog-held')).toEqual({ on_hold: 1 });
    expect(rowsOf(held, 'assignee', 'backlog-held')).toEqual({ __none__: 1 });
    expect(rowsOf(held, 'state')).toEqual({});
  });

  it('ORACLE-64 an age begins at its bound', () => {
    const created = (ms: number): Fact =>
      issue(
        'I',
        at('08:58:00'),
        { createdAt: at('12:00:00') - ms },
        { recordedAt: at('12:00:00') },
      );
    const ageOf = (ms: number) => rowsOf(stateAt([created(ms)], '12:00:00', DECLARED), 'age');
    const hour = 3_600_000;
    const bounds = { '1h_to_4h': 1, '4h_to_24h': 4, '1d_to_7d': 24, over_7d: 168 };
    let younger = 'under_1h';
    for (const [age, hours] of Object.entries(bounds)) {
      expect(ageOf(hours * hour - 1)).toEqual({ [younger]: 1 });
      expect(ageOf(hours * hour)).toEqual({ [age]: 1 });
      younger = age;
    }
    expect(ageOf(0)).toEqual({ under_1h: 1 });
    expect(ageOf(-200_000)).toEqual({ under_1h: 1 });
  });
});

describe('net flow', () => {
  const flowOf = (facts: readonly Fact[], declared: object = BASE) => {
    const { value, n } = cellOf(stateAt(facts, '20:00:00', declared), 'backlog-net-flow')!;
    return [value, n];
  };
  const closed = [ASKED, look('09:00:00'), look('10:00:00', CLOSED)];

  it('ORACLE-65 created and reopened by anybody, less closed', () => {
    expect(flowOf(closed.slice(0, 2))).toEqual([1, 1]);
    expect(flowOf(closed)).toEqual([0, 2]);
    const back = look('11:00:00');
    const asked = say('11:00:00', 'customer');
    const answered = say('11:30:00', 'human');
    const again = look('12:00:00', CLOSED);
    // By an automation, an agent, a customer.
    expect(flowOf([...closed, back])).toEqual([1, 3]);
    expect(flowOf([...closed, back, say('11:00:30', 'human')])).toEqual([1, 3]);
    expect(flowOf([...closed, asked, back])).toEqual([1, 3]);
    expect(flowOf([...closed, asked, back, answered, again])).toEqual([0, 4]);
    const silent = [look('09:00:00'), look('10:00:00', CLOSED), back];
    expect(flowOf(silent, { ...BASE, messages: 'none' })).toEqual([1, 3]);
  });

  it('ORACLE-65 a courtesy is left out, the close that ends it is not', () => {
    const thanks = [say('11:00:00', 'customer'), look('11:00:00'), look('12:00:00', CLOSED)];
    expect(flowOf([...closed, ...thanks])).toEqual([-1, 3]);
  });
});
