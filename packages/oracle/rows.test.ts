import type { Fact, IssueObserved } from '@sapwood/core/facts';
import { describe, expect, it } from 'vitest';
import { config } from '../../tests/support/facts.ts';
import type { OracleState } from './index.ts';
import { createOracle } from './index.ts';
import { DIMENSIONS } from './rows.ts';
import { at, BASE, look, robot, say, stateAt } from './told.fixture.ts';

const CLOSED: IssueObserved = { stateCategory: 'closed' };
const ASKED = say('09:00:00', 'customer');
const by = (time: string, authorId: string, more: { note?: boolean } = {}): Fact =>
  say(time, 'human', { authorId, ...more });

const METRICS = [
  ...['issues-created', 'conversation-volume', 'contacts-handled', 'contacts-resolved'],
  ...['first-response-time', 'first-response-time-any', 'message-response-time', 'handoff-gap'],
  ...['conversation-handoff-rate', 'cost-per-contact', 'ai-handoffs', 'holds', 'channel-switches'],
];
const EVERYWHERE = Object.fromEntries(METRICS.map((metric) => [metric, DIMENSIONS]));
const DECLARED = { ...BASE, by: EVERYWHERE };

const told = (...facts: readonly Fact[]): OracleState => stateAt(facts, '20:00:00', DECLARED);

type Counted = Readonly<Record<string, number>>;

/** How many there are in each row of a dimension, over a day; empty rows left out. */
function rowsIn(state: OracleState, metric: string, dimension: string): Counted {
  const prefix = `${metric}{${dimension}=`;
  const rows: Record<string, number> = {};
  for (const [key, { cells }] of state.series) {
    const n = cells.find(({ window }) => window === '24h')?.n ?? 0;
    if (key.startsWith(prefix) && n > 0) rows[key.slice(prefix.length, -1)] = n;
  }
  return rows;
}

function waitingIn(state: OracleState, dimension: string): Counted {
  const prefix = `message-response-time{${dimension}=`;
  const rows = [...state.series].filter(([key]) => key.startsWith(prefix));
  const counts = rows.map(([key, { waiting }]) => [
    key.slice(prefix.length, -1),
    waiting?.count ?? 0,
  ]);
  return Object.fromEntries(counts.filter(([, count]) => count !== 0));
}

describe('rows that are declared', () => {
  const facts = [ASKED, look('09:00:00', { accountId: 'acme' }), by('09:30:00', 'ada')];

  it('ORACLE-33 a metric has rows by channel and team, and by what is declared for it beyond', () => {
    const state = stateAt(facts, '20:00:00', {
      ...BASE,
      by: { 'conversation-volume': ['account'], 'cost-per-contact': ['account', 'priority'] },
    });
    const dimensionsOf = (metric: string): string[] =>
      [...state.series.keys()].flatMap((key) =>
        key.startsWith(`${metric}{`) ? [key.slice(metric.length + 1).split('=')[0]!] : [],
      );
    expect(dimensionsOf('conversation-volume').sort()).toEqual(['account', 'channel', 'team']);
    expect(dimensionsOf('contacts-handled').sort()).toEqual(['channel', 'team']);
    // Nobody's account has a cost of its own.
    expect(dimensionsOf('cost-per-contact').sort()).toEqual(['channel', 'priority', 'team']);
    expect(rowsIn(state, 'conversation-volume', 'account')).toEqual({ acme: 1 });
  });

  it('ORACLE-33 a configuration that declares other rows has them at once, of all that was', () => {
    const waits = say('10:00:00', 'customer');
    const tree = (metric: string): object => ({ ...BASE, by: { [metric]: ['account'] } });
    const all = [
      config(at('08:00:00'), tree('issues-created')),
      ...[...facts, waits],
      config(at('11:00:00'), tree('message-response-time')),
    ];
    const oracle = createOracle(all);
    const before = oracle.at(all.length - 1, at('10:30:00'));
    expect(rowsIn(before, 'issues-created', 'account')).toEqual({ acme: 1 });
    expect(rowsIn(before, 'message-response-time', 'account')).toEqual({});
    expect(waitingIn(before, 'account')).toEqual({});
    const after = oracle.at(all.length, at('11:00:00'));
    expect(rowsIn(after, 'issues-created', 'account')).toEqual({});
    expect(rowsIn(after, 'message-response-time', 'account')).toEqual({ acme: 1 });
    expect(waitingIn(after, 'account')).toEqual({ acme: 1 });
  });
});

describe('values at the stop', () => {
  it('ORACLE-34 those that the issue had; a message comes before the changes of its second', () => {
    const seen = { accountId: 'acme', priority: 'high', category: 'billing', tags: ['vip'] };
    const later = { accountId: 'globex', priority: 'low', category: null, tags: [] };
    const state = told(
      ...[ASKED, look('09:00:00', seen), by('09:30:00', 'ada')],
      look('09:30:00', { ...later, ...CLOSED }),
    );
    const were = { account: 'acme', priority: 'high', category: 'billing', tag: 'vip' };
    const are = { account: 'globex', priority: 'low', category: '__none__', tag: '__none__' };
    for (const [dimension, value] of Object.entries(were)) {
      expect(rowsIn(state, 'first-response-time', dimension)).toEqual({ [value]: 1 });
    }
    for (const [dimension, value] of Object.entries(are)) {
      expect(rowsIn(state, 'contacts-resolved', dimension)).toEqual({ [value]: 1 });
    }
  });

  it('ORACLE-34 nothing that no look saw; before the first that did its values hold', () => {
    const replied = [ASKED, look('09:00:00'), by('09:30:00', 'ada')];
    const rows = (dimension: string, ...more: readonly Fact[]): Counted =>
      rowsIn(told(...replied, ...more), 'first-response-time', dimension);
    for (const dimension of ['account', 'priority', 'category', 'tag']) {
      expect(rows(dimension)).toEqual({ __none__: 1 });
    }
    const seen = look('10:00:00', { accountId: 'a b', priority: 'low', tags: ['x'] });
    expect(rows('account', seen)).toEqual({ 'a%20b': 1 });
    expect(rows('priority', seen)).toEqual({ low: 1 });
    expect(rows('tag', seen)).toEqual({ x: 1 });
    expect(rows('category', seen)).toEqual({ __none__: 1 });
    // What a look leaves out is as it was.
    const unseen = look('09:10:00', { priority: 'high' });
    expect(rows('priority', unseen, look('09:20:00'))).toEqual({ high: 1 });
    // Seen to be empty is a value that holds too.
    expect(rows('account', look('09:10:00', { accountId: null }), seen)).toEqual({ __none__: 1 });
  });

  it('ORACLE-35 a priority that is taken back within 60 s never was; account, category, tags were', () => {
    const seen = { accountId: 'acme', priority: 'high', category: 'billing', tags: ['vip'] };
    const away = { accountId: 'globex', priority: 'low', category: 'login', tags: ['new'] };
    const state = (back: string, ...more: readonly Fact[]): OracleState =>
      told(
        ...[ASKED, look('09:00:00', seen), by('09:10:00', 'ada'), ...more],
        look('09:20:00', { ...away, snoozedUntil: at('19:00:00') }),
        look(back, { ...seen, snoozedUntil: at('19:00:00') }),
      );
    expect(rowsIn(state('09:21:00'), 'holds', 'priority')).toEqual({ high: 1 });
    expect(rowsIn(state('09:21:01'), 'holds', 'priority')).toEqual({ low: 1 });
    const said = say('09:20:30', 'customer');
    expect(rowsIn(state('09:21:00', said), 'holds', 'priority')).toEqual({ low: 1 });
    expect(rowsIn(state('09:21:00'), 'holds', 'account')).toEqual({ globex: 1 });
    expect(rowsIn(state('09:21:00'), 'holds', 'category')).toEqual({ login: 1 });
    expect(rowsIn(state('09:21:00'), 'holds', 'tag')).toEqual({ new: 1 });
  });

  it('ORACLE-36 what was last known goes on after a forgotten chapter', () => {
    const seen = { accountId: 'acme', priority: 'high', category: 'billing', tags: ['b', 'a'] };
    const month = '2026-08-01T';
    const facts = [
      ...[ASKED, look('09:00:00', seen), look('10:00:00', CLOSED)],
      ...[say(`${month}09:00:00`, 'customer'), by(`${month}09:30:00`, 'ada')],
    ];
    const state = stateAt(facts, `${month}10:00:00`, DECLARED);
    const rows = (dimension: string): Counted => rowsIn(state, 'message-response-time', dimension);
    expect(rows('account')).toEqual({ acme: 1 });
    expect(rows('priority')).toEqual({ high: 1 });
    expect(rows('category')).toEqual({ billing: 1 });
    expect(rows('tag')).toEqual({ a: 1, b: 1 });
  });
});

describe('assignee', () => {
  const owned = [robot('robot'), ASKED, look('09:00:00', { assigneeId: 'ada' })];
  const rows = (metric: string, ...facts: readonly Fact[]): Counted =>
    rowsIn(told(...owned, ...facts), metric, 'assignee');

  it('ORACLE-37 what the team says or notes is its author’s, whoever owns the issue', () => {
    expect(rows('first-response-time', by('09:30:00', 'ben'))).toEqual({ ben: 1 });
    expect(rows('first-response-time', say('09:30:00', 'human'))).toEqual({ __none__: 1 });
    const bot = say('09:00:03', 'bot', { authorId: 'robot' });
    expect(rows('first-response-time-any', bot)).toEqual({ robot: 1 });
    // The note is the last that was done to it.
    const noted = by('09:40:00', 'cid', { note: true });
    const worked = rows('conversation-handoff-rate', by('09:30:00', 'ben'), noted);
    expect(worked).toEqual({ cid: 1 });
  });

  it('ORACLE-37 else the issue’s owner’s at that instant, and bots own nothing', () => {
    const free = look('09:20:00', { assigneeId: null });
    const robots = look('09:20:00', { assigneeId: 'robot' });
    const closed = look('10:00:00', { assigneeId: 'ben', ...CLOSED });
    expect(rows('contacts-resolved', closed)).toEqual({ ben: 1 });
    const nobody = look('10:00:00', CLOSED);
    expect(rows('contacts-resolved', free, nobody)).toEqual({ __none__: 1 });
    const robotic = look('10:00:00', { assigneeId: 'robot', ...CLOSED });
    expect(rows('contacts-resolved', robots, robotic)).toEqual({ __none__: 1 });
    // A customer's message is none of the team.
    const asked = ['email', 'chat'].map((channel, i) =>
      say(`09:3${i}:00`, 'customer', { authorId: 'cust', channel }),
    );
    expect(rows('channel-switches', ...asked)).toEqual({ ada: 1 });
    expect(rows('channel-switches', robots, ...asked)).toEqual({ __none__: 1 });
  });
});

describe('created and opened', () => {
  const born = (dimension: string, ...facts: readonly Fact[]): readonly Counted[] =>
    ['issues-created', 'conversation-volume'].map((metric) =>
      rowsIn(told(ASKED, look('09:00:00', FIRST), ...facts), metric, dimension),
    );
  const FIRST = { accountId: 'acme', priority: 'high', category: 'x', tags: ['vip'] };
  const SECOND = { accountId: 'globex', priority: 'low', category: 'y', tags: ['old'] };
  const both = (value: string): readonly Counted[] => [{ [value]: 1 }, { [value]: 1 }];

  it('ORACLE-38 stand under what is now so, until the first reply or close, then what was then', () => {
    const moved = look('09:30:00', { ...SECOND, teamId: 'tier2', assigneeId: 'ben' });
    const now = { account: 'globex', priority: 'low', category: 'y', tag: 'old', assignee: 'ben' };
    for (const [dimension, value] of Object.entries({ ...now, team: 'tier2' })) {
      expect(born(dimension, moved)).toEqual(both(value));
    }
    const first = { account: 'acme', priority: 'high', category: 'x', tag: 'vip', team: 'tier1' };
    // A change of the reply’s second comes after it; the owner counts, not the author.
    const replied = by('09:30:00', 'cid');
    for (const [dimension, value] of Object.entries({ ...first, assignee: '__none__' })) {
      expect(born(dimension, replied, moved)).toEqual(both(value));
    }
    const closed = look('09:10:00', { ...FIRST, assigneeId: 'ada', ...CLOSED });
    for (const [dimension, value] of Object.entries({ ...first, assignee: 'ada' })) {
      expect(born(dimension, closed, moved)).toEqual(both(value));
    }
    // No bot settles it.
    expect(born('account', say('09:20:00', 'bot'), moved)).toEqual(both('globex'));
  });

  it('ORACLE-38 without messages the first owned instant settles them', () => {
    const declared = { ...DECLARED, messages: 'none' };
    const NEW = { stateCategory: 'new' } as const;
    const facts = [
      look('09:00:00', { ...FIRST, ...NEW }),
      look('09:10:00', { ...SECOND, ...NEW, assigneeId: 'ada' }),
      look('09:20:00', { ...FIRST, ...NEW, assigneeId: 'ben' }),
    ];
    const state = (n: number) => stateAt(facts.slice(0, n), '20:00:00', declared);
    const accounts = (n: number) => rowsIn(state(n), 'conversation-volume', 'account');
    expect([accounts(1), accounts(2), accounts(3)]).toEqual([
      { acme: 1 },
      { globex: 1 },
      { globex: 1 },
    ]);
    expect(rowsIn(state(3), 'issues-created', 'assignee')).toEqual({ ada: 1 });
    expect(rowsIn(state(3), 'issues-created', 'tag')).toEqual({ old: 1 });
  });
});

describe('what is given away', () => {
  const ADAS = { assigneeId: 'ada', priority: 'high' };
  const start = [ASKED, look('09:00:00', ADAS), by('09:10:00', 'ada')];
  const standing = (dimension: string, ...facts: readonly Fact[]): Counted =>
    rowsIn(told(...start, ...facts), 'conversation-handoff-rate', dimension);

  it('ORACLE-39 stands under who had it before, and for the rest under what is at it', () => {
    const given = look('09:40:00', { assigneeId: 'ben', teamId: 'tier2', priority: 'low' });
    expect(standing('assignee', given)).toEqual({ ada: 1 });
    expect(standing('team', given)).toEqual({ tier1: 1 });
    expect(standing('priority', given)).toEqual({ low: 1 });
    // Nobody had it in between.
    const free = look('09:30:00', { assigneeId: null, priority: 'high' });
    expect(standing('assignee', free, given)).toEqual({ ada: 1 });
    const moved = look('09:40:00', { assigneeId: null, teamId: 'tier2' });
    expect(standing('assignee', free, moved)).toEqual({ __none__: 1 });
    // A pair is one, from before its first.
    const mate = look('09:40:04', { assigneeId: 'ben', teamId: 'tier3', priority: 'urgent' });
    const first = look('09:40:00', { assigneeId: 'ben', priority: 'low' });
    expect(standing('assignee', first, mate)).toEqual({ ada: 1 });
    expect(standing('priority', first, mate)).toEqual({ urgent: 1 });
  });

  it('ORACLE-39 both changes of a pair stand where it stands; of one instant the team’s is first', () => {
    const first = look('09:40:00', { assigneeId: 'ben', category: 'x' });
    const moved = (time: string): Fact =>
      ({
        ...look(time, { assigneeId: 'ben', teamId: 'tier2', category: 'y' }),
        origin: 'import',
      }) as Fact;
    const handedOff = (...facts: readonly Fact[]) =>
      told(...start, ...facts)
        .series.get('conversation-handoff-rate')!
        .cells.find(({ window }) => window === '24h')!.num;
    // Of the pair only the first is live, and that is the last live work.
    expect(standing('category', first, moved('09:40:03'))).toEqual({ y: 1 });
    expect(handedOff(first, moved('09:40:03'))).toBe(0);
    expect(handedOff(first, moved('09:40:00'))).toBe(1);
  });

  it('ORACLE-39 a reroute too; a first assignment is the new owner’s', () => {
    const early = [ASKED, look('09:00:00', { assigneeId: 'ada' })];
    const rows = (...facts: readonly Fact[]): Counted =>
      rowsIn(told(...facts), 'conversation-handoff-rate', 'assignee');
    const rerouted = look('09:20:00', { assigneeId: 'ben', teamId: 'tier2' });
    expect(rows(...early, rerouted)).toEqual({ ada: 1 });
    expect(rows(...early, look('09:20:00', { assigneeId: 'ben' }))).toEqual({ ben: 1 });
  });
});

describe('waits and the whole conversation', () => {
  it('ORACLE-40 who waits stands under what is so now', () => {
    const seen = { accountId: 'acme', tags: ['vip', 'new'], assigneeId: 'ada' };
    const moved = { accountId: 'globex', tags: ['new', 'old'], assigneeId: 'ben' };
    const state = told(ASKED, look('09:00:00', seen), look('09:10:00', moved));
    expect(waitingIn(state, 'account')).toEqual({ globex: 1 });
    expect(waitingIn(state, 'tag')).toEqual({ new: 1, old: 1 });
    expect(waitingIn(state, 'assignee')).toEqual({ ben: 1 });
    expect(waitingIn(state, 'priority')).toEqual({ __none__: 1 });
    expect(waitingIn(state, 'handled_by')).toEqual({ none: 1 });
  });

  const handlers = (state: OracleState, metric = 'conversation-volume'): Counted =>
    rowsIn(state, metric, 'handled_by');

  it('ORACLE-41 each transition is of those who have spoken by now, before it or after', () => {
    const asked = [ASKED, look('09:00:00')];
    const bot = say('09:00:03', 'bot');
    const human = by('09:30:00', 'ada');
    expect(handlers(told(...asked))).toEqual({ none: 1 });
    expect(handlers(told(...asked, bot))).toEqual({ ai: 1 });
    expect(handlers(told(...asked, human))).toEqual({ human: 1 });
    expect(handlers(told(...asked, bot, human))).toEqual({ mixed: 1 });
    expect(handlers(told(...asked, bot, by('09:30:00', 'ada', { note: true })))).toEqual({ ai: 1 });
    const mixed = told(...asked, bot, human);
    expect(handlers(mixed, 'first-response-time-any')).toEqual({ mixed: 1 });
  });

  it('ORACLE-41 forgotten chapters are in; without messages it is a person’s once it is owned', () => {
    const month = '2026-08-01T';
    const facts = [
      ...[ASKED, say('09:00:03', 'bot'), look('09:00:00'), look('10:00:00', CLOSED)],
      ...[say(`${month}09:00:00`, 'customer'), by(`${month}09:30:00`, 'ada')],
    ];
    const state = stateAt(facts, `${month}10:00:00`, DECLARED);
    expect(handlers(state, 'message-response-time')).toEqual({ mixed: 1 });
    const declared = { ...DECLARED, messages: 'none' };
    const NEW = { stateCategory: 'new' } as const;
    const looks = [look('09:00:00', NEW), look('09:10:00', { ...NEW, assigneeId: 'ada' })];
    const silent = looks.map((_, i) => stateAt(looks.slice(0, i + 1), '20:00:00', declared));
    expect(silent.map((one) => handlers(one))).toEqual([{ none: 1 }, { human: 1 }]);
  });
});

describe('rows that a conversation shares', () => {
  it('ORACLE-42 handed off is told of the rows of its last work, in each of their tags', () => {
    const facts = [
      ...[ASKED, look('09:00:00', { tags: ['a'], assigneeId: 'ada' }), by('09:10:00', 'ada')],
      look('09:40:00', { tags: ['b', 'c'], assigneeId: 'ben' }),
    ];
    const rate = (state: OracleState, tag: string) =>
      state.series
        .get(`conversation-handoff-rate{tag=${tag}}`)
        ?.cells.find((one) => one.window === '24h');
    const state = told(...facts);
    expect(rowsIn(state, 'conversation-handoff-rate', 'tag')).toEqual({ b: 1, c: 1 });
    expect(rate(state, 'b')).toMatchObject({ num: 1, den: 1, value: 1_000_000 });
    const later = told(...facts, look('09:50:00', { tags: ['a'] }), by('09:55:00', 'ben'));
    expect(rowsIn(later, 'conversation-handoff-rate', 'tag')).toEqual({ a: 1 });
    expect(rate(later, 'a')).toMatchObject({ num: 1, den: 1 });
  });

  it('ORACLE-43 it counts once in each of its tags, and once in the total', () => {
    const state = told(ASKED, look('09:00:00', { tags: ['b', 'a', 'b'] }));
    expect(rowsIn(state, 'conversation-volume', 'tag')).toEqual({ a: 1, b: 1 });
    const total = state.series.get('conversation-volume')!.cells;
    expect(total.find(({ window }) => window === '24h')!.value).toBe(1);
  });
});
