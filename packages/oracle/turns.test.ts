import type { Fact, IssueObserved } from '@sapwood/core/facts';
import { describe, expect, it } from 'vitest';
import { at, BASE, cellOf, look, robot, say, stateAt, waitingOf } from './told.fixture.ts';

const MOVED: IssueObserved = { stateCategory: 'waiting_on_customer' };
const CLOSED: IssueObserved = { stateCategory: 'closed' };
const ANSWERED = [
  say('08:58:00', 'customer'),
  look('08:58:00'),
  say('09:00:00', 'human'),
] as readonly Fact[];
/** The second turn runs from 10:00. */
const SECOND = [...ANSWERED, say('10:00:00', 'customer')];

describe('turns', () => {
  const golden = [
    ...[say('08:58:00', 'customer'), look('08:58:00'), say('08:58:03', 'bot')],
    ...[say('09:10:00', 'customer'), say('09:20:00', 'human')],
    ...[say('09:45:00', 'customer'), say('09:47:00', 'customer'), say('09:55:00', 'human')],
    look('10:30:00', CLOSED),
    ...[say('11:00:00', 'customer'), look('11:00:00'), say('11:05:00', 'human')],
    look('11:30:00', CLOSED),
  ];

  it('ORACLE-1 has the turns of metrics.md 1.7, from the first unanswered and from the last', () => {
    const state = stateAt(golden, '12:00:00');
    expect(state.transitions).toMatchObject({
      turn_opened: 3,
      'turn_answered.first': 1,
      'turn_answered.next': 2,
    });
    expect(cellOf(state, 'message-response-time')).toMatchObject({
      ...{ n: 3, mean: 740_000, max: 1_320_000 },
    });
    expect(cellOf(state, 'message-response-time-last')).toMatchObject({
      ...{ n: 3, mean: 460_000, max: 600_000 },
    });
    expect(cellOf(state, 'next-response-time')).toMatchObject({ n: 2, mean: 450_000 });
    expect(cellOf(state, 'first-response-time-any')).toMatchObject({ n: 1, p50: 3_000 });
    expect(cellOf(state, 'first-response-time-ai')).toMatchObject({ n: 1, p50: 3_000 });
    expect(waitingOf(state).count).toBe(0);
  });

  it('ORACLE-2 a close drops the turn, what was written in its second came before it', () => {
    const asked = stateAt([...SECOND, look('10:00:00', CLOSED)], '12:00:00');
    expect(asked.transitions).toMatchObject({ turn_opened: 2, turn_dropped: 1 });
    const replied = [say('10:05:00', 'human'), look('10:05:00', CLOSED)];
    const answered = stateAt([...SECOND, ...replied], '12:00:00');
    expect(answered.transitions).toMatchObject({ 'turn_answered.next': 1, closed: 1 });
    expect(answered.transitions).not.toHaveProperty('turn_dropped');
  });

  it('ORACLE-3 a message after the close is owed at once, until an answer or the next close', () => {
    const closed = [...ANSWERED, look('09:30:00', CLOSED), say('10:00:00', 'customer')];
    const owed = { count: 1, oldestSince: at('10:00:00') };
    expect(waitingOf(stateAt(closed, '10:00:01'))).toEqual(owed);
    expect(waitingOf(stateAt(closed, '12:00:00'), 'first-response-time').count).toBe(0);
    const later = [...closed, look('11:00:00'), look('11:30:00', CLOSED)];
    const state = stateAt(later, '12:00:00');
    expect(state.transitions).toMatchObject({ turn_opened: 2, turn_dropped: 1 });
    expect(waitingOf(state).count).toBe(0);
  });

  it('ORACLE-4 a move to the customer releases the turn once it has stayed for 60 s', () => {
    const moved = [...SECOND, look('10:10:00', MOVED)];
    expect(stateAt(moved, '10:10:59').transitions).not.toHaveProperty('turn_released');
    expect(waitingOf(stateAt(moved, '10:10:59')).count).toBe(1);
    const state = stateAt(moved, '10:11:00');
    expect(state.transitions['turn_released']).toBe(1);
    expect(waitingOf(state).count).toBe(0);
    expect(cellOf(state, 'message-response-time')?.n).toBe(1);
    const known = { ...MOVED, latestMessageAt: at('10:00:01') };
    const exact = stateAt([...SECOND, look('10:10:00', known)], '10:30:00');
    expect(exact.transitions['turn_released']).toBe(1);
  });

  it.each<[string, readonly Fact[]]>([
    ['of the first turn', [say('08:58:00', 'customer'), look('08:58:00'), look('10:10:00', MOVED)]],
    ['left within 60 s', [...SECOND, look('10:10:00', MOVED), look('10:11:00', CLOSED)]],
    [
      'that the customer answers in 60 s',
      [...SECOND, look('10:10:00', MOVED), say('10:11:00', 'customer')],
    ],
    ['after a bot', [...SECOND, say('10:05:00', 'bot'), look('10:10:00', MOVED)]],
    [
      'in a thread that lacks a message',
      [...SECOND, look('10:10:00', { ...MOVED, latestMessageAt: at('10:00:02') })],
    ],
    [
      'in a thread of which nobody tells whether it is whole',
      [
        ...SECOND.filter(({ kind }) => kind === 'message.observed'),
        { ...look('08:58:00'), via: 'body' },
        { ...look('10:10:00', MOVED), via: 'body' },
      ] as Fact[],
    ],
  ])('ORACLE-5 a move %s does not release', (_what, facts) => {
    expect(stateAt(facts, '12:00:00').transitions).not.toHaveProperty('turn_released');
  });

  it('ORACLE-32 of the reads only those that saw when somebody last wrote tell whether a thread is whole', () => {
    const { latestMessageAt: _, ...unseen } = look('10:20:00', MOVED).body as IssueObserved;
    const later = { ...look('10:20:00'), body: unseen } as Fact;
    const releases = (latestMessageAt: number | null) => {
      const moved = look('10:10:00', { ...MOVED, latestMessageAt });
      return stateAt([...SECOND, moved, later], '12:00:00').transitions['turn_released'];
    };
    expect(releases(null)).toBe(1);
    expect(releases(at('10:00:02'))).toBeUndefined();
  });

  it('ORACLE-6 a call begins a turn where nobody has written, and what came before begins none', () => {
    const call = { channel: 'phone' };
    const state = stateAt([look('08:58:00', call), say('09:00:00', 'human')], '12:00:00');
    expect(state.transitions).toMatchObject({ turn_opened: 1, 'turn_answered.first': 1 });
    expect(cellOf(state, 'message-response-time-last')).toMatchObject({ n: 1, p50: 120_000 });
    const proactive = [say('08:58:00', 'human'), look('08:58:00', { channel: 'manual' })];
    expect(stateAt(proactive, '12:00:00').transitions).not.toHaveProperty('turn_opened');
  });

  it('ORACLE-7 turns are counted on after a chapter was forgotten, and none is while one runs', () => {
    const closed = [...ANSWERED, look('09:30:00', CLOSED)];
    const back = [
      say('2026-08-01T10:00:00', 'customer'),
      look('2026-08-01T10:00:00'),
      say('2026-08-01T10:05:00', 'human'),
    ];
    const answered = stateAt([...closed, ...back], '2026-08-01T11:00:00');
    expect(answered.transitions).toMatchObject({ turn_opened: 2, 'turn_answered.next': 1 });
    expect(answered.transitions).not.toHaveProperty('resolved');
    const running = [...closed, say('10:00:00', 'customer'), ...back];
    const state = stateAt(running, '2026-08-01T11:00:00');
    expect(state.transitions).toMatchObject({ turn_opened: 2, 'turn_answered.next': 1 });
    const last = cellOf(state, 'message-response-time', '24h');
    expect(last?.max).toBe(at('2026-08-01T10:05:00') - at('10:00:00'));
  });
});

describe('owed', () => {
  const ASKED = [robot('robot'), say('10:00:00', 'customer'), look('10:00:00')];
  const COVERED = [...ASKED, say('10:00:03', 'bot')];
  const countAt = (facts: readonly Fact[], time: string): number =>
    waitingOf(stateAt(facts, time), 'first-response-time').count;

  it('ORACLE-8 a bot that answers covers a wait, and a bot that is silent for 2 min does not', () => {
    expect(countAt(ASKED, '10:00:03')).toBe(1);
    expect(countAt(COVERED, '12:00:00')).toBe(0);
    const insisted = [...COVERED, say('11:00:00', 'customer')];
    expect(countAt(insisted, '11:01:59')).toBe(0);
    expect(waitingOf(stateAt(insisted, '11:02:00'))).toEqual({
      ...{ count: 1, oldestSince: at('10:00:00') },
    });
    expect(countAt([...insisted, say('11:30:00', 'bot')], '12:00:00')).toBe(0);
  });

  it('ORACLE-9 whoever is given it after the bot spoke ends the cover, unless that is a bot', () => {
    const given = (assigneeId: string): Fact[] => [...COVERED, look('10:10:00', { assigneeId })];
    expect(countAt(given('ada'), '12:00:00')).toBe(1);
    expect(countAt(given('robot'), '12:00:00')).toBe(0);
    const before = [...ASKED, look('10:00:02', { assigneeId: 'ada' }), say('10:00:03', 'bot')];
    expect(countAt(before, '12:00:00')).toBe(0);
  });

  it('ORACLE-10 without messages nobody is known to wait and no reply has a time', () => {
    const state = stateAt([look('10:00:00')], '12:00:00', { ...BASE, messages: 'none' });
    expect(state.series.get('message-response-time')?.waiting).toBeNull();
    expect(cellOf(state, 'next-response-time')).toMatchObject({ value: null, n: 0 });
    expect(cellOf(state, 'issues-created')?.value).toBe(1);
    expect(cellOf(state, 'channel-switches')?.value).toBe(0);
  });
});
