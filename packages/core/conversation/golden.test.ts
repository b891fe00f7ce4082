import { describe, expect, it } from 'vitest';
import { at, derived, told } from '../../../tests/support/derived.ts';
import { issue, message } from '../../../tests/support/facts.ts';
import { createBusinessClock, PLAIN_CALENDAR } from '../directory/calendar.ts';
import type { Fact } from '../facts/fact.ts';
import { DAY_MS, HOUR_MS } from '../time/instant.ts';
import type { Transition } from './transition.ts';

const NINE_TO_FIVE = createBusinessClock([
  {
    from: 0,
    calendar: {
      ...PLAIN_CALENDAR,
      schedules: {
        desk: {
          zone: 'UTC',
          week: [0, 1, 2, 3, 4].flatMap((day) => [9, 17].map((h) => day * DAY_MS + h * HOUR_MS)),
          holidays: [],
        },
      },
      workspace: 'desk',
    },
  },
]);

const GOLDEN: readonly Fact[] = [
  message('I', at('08:58'), 'customer', { channel: 'email' }),
  message('I', at('08:58:03'), 'bot'),
  issue('I', at('08:58:04'), {
    stateCategory: 'new',
    createdAt: at('08:58'),
    assigneeId: null,
    teamId: 'T',
  }),
  message('I', at('09:10'), 'customer'),
  issue('I', at('09:12'), { stateCategory: 'waiting_on_you', assigneeId: 'A', teamId: 'T' }),
  message('I', at('09:14'), 'human', { authorId: 'A', note: true }),
  message('I', at('09:20'), 'human', { authorId: 'A' }),
  issue('I', at('09:40'), { stateCategory: 'waiting_on_you', assigneeId: 'B', teamId: 'T' }),
  message('I', at('09:45'), 'customer'),
  message('I', at('09:47'), 'customer'),
  message('I', at('09:55'), 'human', { authorId: 'B' }),
  issue('I', at('10:30'), {
    stateCategory: 'closed',
    assigneeId: 'B',
    teamId: 'T',
    resolutionAt: at('10:30'),
  }),
  message('I', at('11:00'), 'customer'),
  issue('I', at('11:00:01'), { stateCategory: 'waiting_on_you', assigneeId: 'B', teamId: 'T' }),
  message('I', at('11:05'), 'human', { authorId: 'B' }),
  issue('I', at('11:30'), {
    stateCategory: 'closed',
    assigneeId: 'B',
    teamId: 'T',
    resolutionAt: at('11:30'),
  }),
];

const count = (list: readonly Transition[], kind: string): number =>
  list.filter((t) => t.kind === kind).length;
const ms = (list: readonly Transition[], kind: string): number | null | undefined =>
  list.find((t) => t.kind === kind)?.ms;

describe('the golden conversation (metrics.md 1.7)', () => {
  const list = derived(GOLDEN);
  it('CONV-1 first replies: human 1,320,000 ms, any and ai 3,000 ms', () => {
    expect(ms(list, 'first_reply_human')).toBe(1_320_000);
    expect(ms(list, 'first_reply_any')).toBe(3_000);
    expect(ms(list, 'first_reply_ai')).toBe(3_000);
  });
  it('CONV-2 volume 1, handled 1 at 08:58:03, closes 2, reopens 1, handoffs 1 (agent)', () => {
    expect(count(list, 'opened')).toBe(1);
    expect(list.filter((t) => t.kind === 'handled').map((t) => t.at)).toEqual([at('08:58:03')]);
    expect(count(list, 'closed')).toBe(2);
    expect(count(list, 'reopened.customer')).toBe(1);
    expect(count(list, 'handed_off.agent')).toBe(1);
    expect(count(list, 'handed_off.team')).toBe(0);
    expect(list.find((t) => t.kind === 'reopened.customer')?.at).toBe(at('11:00'));
  });
  it('TURN-1 turns from the first unanswered and from the last message, to the last digit', () => {
    const answers = list.filter((t) => t.kind.startsWith('turn_answered'));
    expect(answers.map((t) => [t.kind, t.ms, t.amounts?.lastMs])).toEqual([
      ['turn_answered.first', 1_320_000, 600_000],
      ['turn_answered.next', 600_000, 480_000],
      ['turn_answered.next', 300_000, 300_000],
    ]);
    expect(count(list, 'turn_opened')).toBe(3);
  });
  it('COHORT-4 first contact resolution is 0 in every reading, and the first close was reopened', () => {
    const outcomes = list.filter(({ kind }) => kind === 'cohort.closed');
    expect(outcomes.map((t) => [t.at, t.amounts])).toEqual([
      [at('10:30'), { returned: 1, reopened: 1, oneOwner: 0, oneTouch: 0, noReturn: 0 }],
      [at('11:30'), { returned: 0, reopened: 0 }],
    ]);
    const opened = list.find(({ kind }) => kind === 'cohort.opened');
    expect([opened?.at, opened?.amounts]).toEqual([at('08:58'), { resolved: 1, escalated: 0 }]);
    const handled = list.find(({ kind }) => kind === 'cohort.handled');
    expect([handled?.at, handled?.amounts]).toEqual([
      ...[at('08:58:03'), { unaided: 0, unaidedSure: 0 }],
    ]);
  });
  it('CLOSE-1 full resolution 9,120,000 ms, resolved 1, episodes 2', () => {
    expect(list.filter((t) => t.kind === 'resolved').map((t) => [t.at, t.ms])).toEqual([
      [at('11:30'), 9_120_000],
    ]);
    expect(list.filter((t) => t.kind === 'episode_handled').map((t) => t.at)).toEqual([
      at('08:58:03'),
      at('11:05'),
    ]);
  });
  it('HOURS-11 open 09 to 17: each duration in open hours, to the last digit', () => {
    const open = derived(GOLDEN, { clock: NINE_TO_FIVE });
    const hoursOf = (kind: string): unknown => open.find((t) => t.kind === kind)?.open;
    expect(hoursOf('first_reply_human')).toEqual({ ms: 1_200_000 });
    expect(hoursOf('first_reply_any')).toEqual({ ms: 0 });
    expect(hoursOf('first_reply_ai')).toEqual({ ms: 0 });
    expect(hoursOf('closed')).toEqual({ firstMs: 5_400_000 });
    expect(hoursOf('resolved')).toMatchObject({ ms: 9_000_000 });
    // The clock adds hours and changes nothing else.
    expect(open.map(({ open: _, ...rest }) => rest)).toEqual(list);
    expect(list.every((t) => t.open === undefined)).toBe(true);
  });
  it('CONV-3 any order and any duplication of the facts gives the same list', () => {
    for (let shift = 1; shift < GOLDEN.length; shift++) {
      const turned = [...GOLDEN.slice(shift), ...GOLDEN.slice(0, shift), ...GOLDEN];
      expect(derived(turned)).toEqual(list);
    }
  });
});

describe('acceptance cases (metrics.md 8)', () => {
  it('CONV-4 case 3: closed unanswered, reopened, answered: no first response', () => {
    const list = derived([
      message('I', at('09:00'), 'customer'),
      issue('I', at('09:00:01'), { stateCategory: 'new', createdAt: at('09:00') }),
      issue('I', at('10:00'), { stateCategory: 'closed' }),
      message('I', at('11:00'), 'customer'),
      issue('I', at('11:00:01'), { stateCategory: 'waiting_on_you' }),
      message('I', at('11:05'), 'human'),
    ]);
    expect(count(list, 'first_reply_human')).toBe(0);
    expect(count(list, 'reopened.customer')).toBe(1);
  });
  it('CONV-5 case 27: A, null, A within 50 s, close and reopen within 60 s, no message: nothing', () => {
    const base = { stateCategory: 'waiting_on_you', teamId: 'T' } as const;
    const list = derived([
      message('I', at('09:00'), 'customer'),
      message('I', at('09:05'), 'human', { authorId: 'A' }),
      issue('I', at('09:00:01'), { ...base, createdAt: at('09:00'), assigneeId: 'A' }),
      issue('I', at('10:00:00'), { ...base, assigneeId: null }),
      issue('I', at('10:00:50'), { ...base, assigneeId: 'A' }),
      issue('I', at('11:00:00'), { ...base, stateCategory: 'closed', assigneeId: 'A' }),
      issue('I', at('11:00:40'), { ...base, assigneeId: 'A' }),
    ]);
    expect(list.filter((t) => /handed|assigned|closed|reopened/.test(t.kind))).toEqual([]);
  });
  it('CONV-6 case 32: the first replier takes it: none; assignee and team 1 s apart: one, team', () => {
    const list = derived([
      message('I', at('09:00'), 'customer'),
      issue('I', at('09:00:01'), {
        stateCategory: 'new',
        createdAt: at('09:00'),
        assigneeId: 'A',
        teamId: 'X',
      }),
      message('I', at('09:05'), 'human', { authorId: 'B' }),
      issue('I', at('09:05:02'), { stateCategory: 'waiting_on_you', assigneeId: 'B', teamId: 'X' }),
      issue('I', at('09:30:00'), { stateCategory: 'waiting_on_you', assigneeId: 'C', teamId: 'X' }),
      issue('I', at('09:30:01'), { stateCategory: 'waiting_on_you', assigneeId: 'C', teamId: 'Y' }),
    ]);
    const handoffs = list.filter((t) => t.kind.startsWith('handed_off'));
    expect(handoffs.map((t) => [t.kind, t.at, t.dims.team])).toEqual([
      ['handed_off.team', at('09:30:01'), 'X'],
    ]);
  });
  it('CONV-7 case 33: cust, bot, human, close in one second: replies 0 ms, not closed_first', () => {
    const list = derived([
      issue('I', at('10:00'), {
        stateCategory: 'closed',
        createdAt: at('10:00'),
        resolutionAt: at('10:00'),
      }),
      message('I', at('10:00'), 'human'),
      message('I', at('10:00'), 'bot'),
      message('I', at('10:00'), 'customer'),
    ]);
    expect(
      ['first_reply_human', 'first_reply_any', 'first_reply_ai'].map((k) => ms(list, k)),
    ).toEqual([0, 0, 0]);
  });
  it('CONV-8 case 21: a public reply edited to a note takes the stop back', () => {
    const facts = [
      message('I', at('09:00'), 'customer'),
      message('I', at('09:05'), 'human', { id: 'm1' }),
    ];
    const edited = {
      ...message('I', at('09:05'), 'human', { id: 'm1', note: true }),
      observedAt: at('09:10'),
    } as Fact;
    expect(count(derived(facts), 'first_reply_human')).toBe(1);
    expect(count(derived([...facts, edited]), 'first_reply_human')).toBe(0);
  });
  it('CONV-9 case 30, 31: gone is out of every number; ten transfers are one conversation', () => {
    const gone = { ...issue('I', at('12:00'), {}), kind: 'issue.gone', body: {} } as Fact;
    expect(derived([...GOLDEN, gone]).map(({ kind }) => kind)).toEqual(['removed.deleted']);
    const transfers = [...'ABCDEFGHIJK'].map((agent, i) =>
      issue('I', at('09:30') + i * 600_000, { stateCategory: 'waiting_on_you', assigneeId: agent }),
    );
    const list = derived([
      message('I', at('09:00'), 'customer'),
      message('I', at('09:05'), 'human', { authorId: 'A' }),
      ...transfers,
    ]);
    expect(['opened', 'handled', 'handed_off.agent'].map((k) => count(list, k))).toEqual([
      1, 1, 10,
    ]);
  });
});

describe('no messages (metrics.md 1.4)', () => {
  it('CONV-10 the first owner stands for the first reply; only what changes after it counts', () => {
    const list = derived(
      [
        issue('I', at('09:00'), {
          stateCategory: 'new',
          createdAt: at('09:00'),
          teamId: 'X',
          assigneeId: null,
        }),
        issue('I', at('09:10'), { stateCategory: 'new', teamId: 'Y', assigneeId: null }),
        issue('I', at('09:20'), { stateCategory: 'waiting_on_you', teamId: 'Y', assigneeId: 'A' }),
        issue('I', at('09:40'), { stateCategory: 'waiting_on_you', teamId: 'Z', assigneeId: 'B' }),
        issue('I', at('10:40'), { stateCategory: 'closed', teamId: 'Z', assigneeId: 'B' }),
        issue('I', at('11:40'), { stateCategory: 'waiting_on_you', teamId: 'Z', assigneeId: 'B' }),
      ],
      { noMessages: true },
    );
    const happened = list.filter(({ kind }) => !kind.startsWith('cohort.'));
    expect(told(happened, '')).toEqual([
      'created@09:00',
      'opened@09:00',
      'rerouted@09:10',
      'worked@09:10',
      'assigned@09:20',
      'episode_handled@09:20',
      'handled@09:20',
      'worked@09:20',
      'handed_off.team@09:40',
      'worked@09:40',
      'worked@09:40',
      'closed@10:40',
      'worked@10:40',
      'reopened.unknown@11:40',
    ]);
  });
});
