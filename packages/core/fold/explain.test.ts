/** What explanations say of one story: which parts, in which row, and what is left out and why. */
import { describe, expect, it } from 'vitest';
import { at } from '../../../tests/support/derived.ts';
import { config, cost, issue, message, tick } from '../../../tests/support/facts.ts';
import { folded } from '../../../tests/support/folded.ts';
import { PLAIN_CALENDAR } from '../directory/calendar.ts';
import type { CostEntry, Fact } from '../facts/fact.ts';
import { CATALOGUE } from '../metrics/catalogue.ts';
import { VALUES_MAX } from '../metrics/dimensions.ts';
import { unexplained } from '../metrics/explained.ts';
import {
  type Explanation,
  type Part,
  parseCursor,
  type Question,
  questionOf,
} from '../metrics/explanation.ts';
import { DAY_MS, HOUR_MS } from '../time/instant.ts';
import type { FactFold } from './fold.ts';

const ALL = { window: '24h', clock: 'wall', limit: 1_000, after: null } as const;
const explained = (fold: FactFold, key: string, more: Partial<Question> = {}): Explanation => {
  const explanation = fold.explain('acme', { ...ALL, key, ...more })!;
  expect(explanation.sums).toBe(true);
  return explanation;
};
const counted = ({ parts }: Explanation) =>
  parts.flatMap((part) => (part.part === 'counted' ? [part] : []));
const eventsOf = (explanation: Explanation) => counted(explanation).flatMap(({ events }) => events);

const declared = (time: string, more: object = {}): Fact =>
  config(at(time), { currency: 'GBP', sources: [], tree: { nodes: [] }, ...more });
const look = (id: string, time: string, seen: object): Fact =>
  issue(id, at(time), { createdAt: at('09:00'), channel: 'email', ...seen });

const ANSWERED: readonly Fact[] = [
  declared('08:00'),
  message('a', at('09:00'), 'customer', { authorId: 'jo', channel: 'email' }),
  look('a', '09:01', { number: 7, accountId: 'A1', teamId: 't1', stateCategory: 'new' }),
  message('a', at('09:20'), 'human', { authorId: 'ada' }),
  message('b', at('09:30'), 'customer', { authorId: 'jo', channel: 'chat' }),
  look('b', '09:31', { number: 8, accountId: 'A1', createdAt: at('09:30'), channel: 'chat' }),
];

describe('explanations', () => {
  it('EXPLAIN-2 a duration tells its conversation, the row it stands in and when its clock ran', () => {
    const found = explained(folded(ANSWERED), 'first-response-time');
    expect(found.published).toEqual({ value: 1_200_000, num: 1_200_000, den: 1, n: 1 });
    expect(found.parts[0]).toEqual({
      part: 'counted',
      conversation: { id: 'a', number: 7, account: 'A1', contact: 'jo' },
      events: [
        {
          kind: 'first_reply_human',
          at: at('09:20'),
          atMin: null,
          amount: 1_200_000,
          row: 'first-response-time',
          ...{ channel: 'email', team: 't1', because: null },
          clock: { from: at('09:00'), to: at('09:20'), paused: [], openMs: null },
        },
      ],
    });
    expect(found.parts[1]).toMatchObject({
      part: 'waiting',
      conversation: { id: 'b', number: 8 },
      since: at('09:30'),
      turn: 1,
    });
    expect(found.counts).toEqual({
      ...{ events: 1, conversations: 1, contacts: 1, accounts: 1 },
      ...{ waiting: 1, costs: 0 },
    });
    expect(explained(folded(ANSWERED), 'conversation-volume').counts).toMatchObject({
      ...{ events: 2, conversations: 2, contacts: 1, accounts: 1 },
    });
  });

  it('EXPLAIN-3 a resolution shows what rested in it, and ends with the work that led to the close', () => {
    const facts = [
      ...ANSWERED,
      look('a', '09:30', { stateCategory: 'on_hold' }),
      look('a', '09:40', { stateCategory: 'waiting_on_customer' }),
      message('a', at('09:50'), 'human'),
      look('a', '10:50', { stateCategory: 'closed', resolutionAt: at('10:50') }),
    ];
    const fold = folded([declared('07:00', { autoCloseAfterMs: HOUR_MS }), ...facts.slice(1)]);
    const [active] = eventsOf(explained(fold, 'average-resolution-time-active'));
    expect(active).toMatchObject({
      kind: 'resolved',
      at: at('10:50'),
      amount: 2_400_000,
      clock: {
        from: at('09:00'),
        to: at('09:50'),
        paused: [[at('09:30'), at('09:40')]],
        openMs: null,
      },
    });
    const [whole] = eventsOf(explained(fold, 'average-resolution-time'));
    expect(whole!.clock).toEqual({
      from: at('09:00'),
      to: at('09:50'),
      paused: [],
      openMs: null,
    });
  });

  it('EXPLAIN-4 in open hours a duration adds what of it was open', () => {
    const week = [0, 1, 2, 3, 4].flatMap((d) => [9, 17].map((h) => d * DAY_MS + h * HOUR_MS));
    const desk = { zone: 'UTC', week, holidays: [] };
    const calendar = { ...PLAIN_CALENDAR, schedules: { desk }, workspace: 'desk' };
    const fold = folded([
      declared('00:00', { calendar }),
      message('a', at('08:00'), 'customer', { channel: 'email' }),
      message('a', at('09:30'), 'human'),
    ]);
    const ran = { from: at('08:00'), to: at('09:30'), openMs: 1_800_000 };
    for (const [clock, amount] of [
      ['wall', 5_400_000],
      ['business', 1_800_000],
    ] as const) {
      const [event] = eventsOf(explained(fold, 'first-response-time', { clock }));
      expect(event).toMatchObject({ amount, clock: ran });
    }
  });

  it('EXPLAIN-5 of distinct conversations each stands once, by its last mark, and says what flags it', () => {
    const owned = (id: string, time: string, teamId: string): Fact =>
      look(id, time, { teamId, stateCategory: 'waiting_on_you' });
    const fold = folded([
      ...ANSWERED.slice(0, 4),
      owned('a', '09:40', 't2'),
      message('a', at('10:00'), 'human', { authorId: 'ben' }),
      message('c', at('10:00'), 'customer', { channel: 'email' }),
      message('c', at('10:05'), 'human', { authorId: 'ben' }),
    ]);
    const found = explained(fold, 'conversation-handoff-rate');
    expect(found.published).toMatchObject({ value: 500_000, num: 1, den: 2 });
    expect(counted(found).map(({ conversation, events }) => [conversation.id, events])).toEqual([
      ['c', [expect.objectContaining({ kind: 'worked', amount: 0, because: null })]],
      [
        'a',
        [
          expect.objectContaining({
            kind: 'worked',
            at: at('10:00'),
            amount: 1,
            because: { kind: 'handed_off.team', at: at('09:40') },
          }),
        ],
      ],
    ]);
    const rows = ['t1', 't2'].map((team) => `conversation-handoff-rate{team=${team}}`);
    const ids = rows.map((key) => counted(explained(fold, key)).map((p) => p.conversation.id));
    expect(ids).toEqual([[], ['a']]);
  });

  it('EXPLAIN-6 what would have counted is told by the reason that it does not', () => {
    const imported = { origin: 'backfill' } as const;
    const fold = folded([
      ...ANSWERED,
      look('p', '09:40', { number: 9, createdAt: at('09:40'), channel: 'manual' }),
      message('s', at('09:40'), 'customer', { channel: 'email' }),
      look('s', '09:41', { stateCategory: 'new', tags: ['Spam'], createdAt: at('09:40') }),
      message('g', at('09:42'), 'customer', { channel: 'email' }),
      look('g', '09:43', { isGroup: true, createdAt: at('09:42') }),
      message('d', at('09:43'), 'customer', { channel: 'email' }),
      { ...look('d', '09:44', {}), kind: 'issue.gone', body: {} } as Fact,
      message('i', at('09:44'), 'customer', { ...imported, channel: 'email' }),
      issue('i', at('09:45'), { createdAt: at('09:44'), channel: 'email' }, imported),
    ]);
    const found = explained(fold, 'conversation-volume');
    expect(found.excluded).toEqual({ proactive: 1, spam: 1, group: 1, deleted: 1, not_live: 1 });
    expect(counted(found).map(({ conversation }) => conversation.id)).toEqual(['b', 'a']);
    const chat = explained(fold, 'conversation-volume{channel=chat}');
    expect(chat.excluded).toEqual({});
    expect(explained(fold, 'conversation-volume', { window: '5m' }).excluded).toEqual({
      ...{ proactive: 1, spam: 1, group: 1, deleted: 1, not_live: 1 },
    });
  });

  it('EXPLAIN-6 thanks after a close, and a close that nobody had asked for, are told too', () => {
    const closed = (id: string, time: string, createdAt: string): Fact =>
      look(id, time, {
        ...{ stateCategory: 'closed', resolutionAt: at(time), createdAt: at(createdAt) },
        channel: id === 'p' ? 'manual' : 'email',
      });
    const fold = folded([
      ...ANSWERED,
      closed('a', '09:30', '09:00'),
      message('a', at('09:35'), 'customer', { authorId: 'jo' }),
      look('a', '09:36', { stateCategory: 'waiting_on_you' }),
      closed('a', '09:40', '09:00'),
      look('p', '09:41', { createdAt: at('09:41'), channel: 'manual', stateCategory: 'new' }),
      closed('p', '09:50', '09:41'),
    ]);
    expect(explained(fold, 'reopens')).toMatchObject({
      total: { n: 0 },
      excluded: { courtesy: 1 },
    });
    expect(explained(fold, 'average-resolution-time')).toMatchObject({
      ...{ total: { n: 1 }, excluded: { no_duration: 1 } },
    });
    // The second close of one, and the close of what nobody opened, are no first resolutions.
    expect(explained(fold, 'average-resolution-time-first')).toMatchObject({
      ...{ total: { n: 1 }, excluded: {} },
    });
  });

  it('EXPLAIN-7 money tells of each entry and category what accrued, and who it is divided by', () => {
    const entry = (costId: string, more: Partial<CostEntry>): Fact =>
      cost(at('09:35'), {
        ...{ costId, revision: 1, stage: 'settled', category: 'salaries', amountMicro: 24_000_000 },
        ...{ currency: 'GBP', from: at('00:00'), to: at('00:00') + DAY_MS, accrual: 'even' },
        ...more,
      } as CostEntry);
    const fold = folded([
      ...ANSWERED,
      entry('wages', {}),
      entry('tools', { category: 'tooling', amountMicro: 12_000_000 }),
      entry('abroad', { category: 'tooling', currency: 'USD' }),
      tick(at('10:00')),
    ]);
    const found = explained(fold, 'cost-per-contact', { window: '60m' });
    expect(found.published).toEqual({ value: 1_500_000, num: 1_500_000, den: 1, n: 1 });
    expect(found.categories).toEqual({ salaries: 1_000_000, tooling: 500_000 });
    expect(found.parts.map((part) => (part.part === 'cost' ? part.cost.micro : part.part))).toEqual(
      [1_000_000, 500_000, null, 'counted'],
    );
    expect(eventsOf(found)).toMatchObject([{ kind: 'handled', amount: 1, clock: null }]);
    expect(found.counts).toMatchObject({ costs: 3, conversations: 1 });
  });

  it('EXPLAIN-8 what is told as `__other__` names the row that each event stands in', () => {
    const channels = Array.from({ length: 30 }, (_, i) => `c${String(i).padStart(2, '0')}`);
    const opened = channels.flatMap((channel, i): Fact[] => [
      message(channel, at('09:00') + i * 1_000, 'customer', { channel }),
    ]);
    const fold = folded([declared('08:00'), ...opened, message('c00', at('09:10'), 'human')]);
    const found = explained(fold, 'conversation-volume{channel=__other__}');
    expect(found.published.n).toBe(6);
    expect(
      eventsOf(found)
        .map(({ row }) => row)
        .sort(),
    ).toEqual(channels.slice(24).map((channel) => `conversation-volume{channel=${channel}}`));
    // One that is told there has no value of its own to explain, and says so.
    const hidden = explained(fold, 'conversation-volume{channel=c29}');
    expect(hidden).toMatchObject({ reasons: ['in_other'], parts: [], published: { value: null } });
    folded([tick(at('10:00'))], fold);
    const waiting = explained(fold, 'first-response-time{channel=__other__}');
    expect(waiting.counts.waiting).toBe(
      fold.read('acme/first-response-time{channel=__other__}')!.series!.waiting!.count,
    );
  });

  it('EXPLAIN-8 a value beyond all that are told apart counts in `__other__`, under its own name', () => {
    const tags = Array.from({ length: VALUES_MAX }, (_, i) => `tag${i}`);
    const fold = folded([
      declared('08:00', { by: { 'conversation-volume': ['tag'] } }),
      message('a', at('09:00'), 'customer', { channel: 'email' }),
      look('a', '09:01', { tags }),
      message('b', at('09:10'), 'customer', { channel: 'email' }),
      look('b', '09:11', { tags: ['late'], createdAt: at('09:10') }),
    ]);
    const other = explained(fold, 'conversation-volume{tag=__other__}');
    // Before it was looked at, the first had no tag: that is the 200th row that is shown.
    expect(other.counts).toMatchObject({ events: VALUES_MAX + 1 - 199, conversations: 2 });
    expect(counted(other)[0]).toMatchObject({
      conversation: { id: 'b' },
      events: [{ row: 'conversation-volume{tag=late}' }],
    });
  });

  it('EXPLAIN-9 pages follow one another without a gap or an overlap, and no other cursor is one', () => {
    const fold = folded(ANSWERED);
    const ids: string[] = [];
    let after: Question['after'] = null;
    do {
      const page = explained(fold, 'first-response-time', { limit: 1, after });
      const [part] = page.parts as Extract<Part, { conversation: object }>[];
      ids.push(part!.conversation.id);
      expect(page.counts).toMatchObject({ events: 1, waiting: 1 });
      after = page.next === null ? null : parseCursor(page.next);
    } while (after);
    expect(ids).toEqual(['a', 'b']);
    const asking = { key: 'backlog', window: 'now', clock: 'wall' };
    expect(questionOf({ ...asking, limit: '7', after: '1~-5~a~b' })).toEqual({
      ...asking,
      ...{ limit: 7, after: { section: 1, rank: -5, id: 'a~b' } },
    });
    for (const bad of [{ limit: '0' }, { limit: '1001' }, { limit: '1.5' }, { after: 'x' }]) {
      expect(questionOf({ ...asking, ...bad })).toBeNull();
    }
  });

  it('EXPLAIN-11 a window that reaches behind what conversations remember is not explained', () => {
    const fold = folded(ANSWERED);
    const parts = (['bday', '7d', '28d', '90d'] as const).map((window) => {
      const question = { ...ALL, key: 'first-response-time', window };
      return fold.explain('acme', question)?.parts.length ?? null;
    });
    const here = explained(fold, 'first-response-time').parts.length;
    expect(parts).toEqual([here, here, null, null]);
    // In its bucket, as it was published.
    const { published, total } = explained(fold, 'first-response-time', { window: '7d' });
    expect(total).toEqual(published);
    expect(total.num).toBe(1_200_000);
    expect(total.value).not.toBe(1_200_000);
  });

  it('EXPLAIN-11 why a value has no parts says nothing that is not so', () => {
    const why = (key: string): string | null => unexplained({ key, window: '28d' });
    expect(why('first-response-time')).toContain('explained are shorter ones');
    expect(why('agent-specialisation{assignee=ada,category=login}')).toContain('compares');
    for (const { id, windows } of CATALOGUE) {
      const isLong = windows.length > 0 && windows.every((code) => /^(28|56|90)d$/.test(code));
      if (isLong) expect(why(id) ?? '', id).not.toContain('shorter ones');
    }
  });

  it('EXPLAIN-10 what is no series, or has no such window, is explained by nothing, and asking changes nothing', () => {
    const fold = folded(ANSWERED);
    fold.touched();
    const before = [...fold.encode()];
    const none = ['nothing', 'conversation-volume{channel=fax}', 'first-response-time{team=x}'];
    for (const key of none) expect(fold.explain('acme', { ...ALL, key })).toBeNull();
    expect(fold.explain('acme', { ...ALL, key: 'backlog' })).toBeNull();
    expect(fold.explain('other', { ...ALL, key: 'conversation-volume' })).toBeNull();
    explained(fold, 'backlog', { window: 'now' });
    for (const key of fold.keys()) {
      const series = fold.read(key)?.series;
      for (const { window, clock } of series?.cells ?? []) {
        if (unexplained({ key: series!.key, window }) !== null) continue;
        explained(fold, series!.key, { window, clock });
      }
    }
    expect([...fold.encode()]).toEqual(before);
    expect(fold.touched()).toMatchObject({ puts: [], outbox: [], dirty: new Set() });
  });
});
