import type { Fact, IssueObserved } from '@sapwood/core/facts';
import { describe, expect, it } from 'vitest';
import { config } from '../../tests/support/facts.ts';
import { NOBODY, OFFICE } from './hours.fixture.ts';
import type { Calendar } from './hours.ts';
import type { OracleCell, OracleState } from './index.ts';
import { at, BASE, look, say, stateAt } from './told.fixture.ts';

const MINUTE_MS = 60_000;
const CLOSED: IssueObserved = { stateCategory: 'closed' };

const inHours = (facts: readonly Fact[], time: string, calendar: Calendar = OFFICE): OracleState =>
  stateAt(facts, time, { ...BASE, calendar });

const cellOf = (state: OracleState, key: string, clock = 'business'): OracleCell | undefined =>
  state.series.get(key)?.cells.find((cell) => cell.window === '24h' && cell.clock === clock);
/** In minutes of open hours. */
const mean = (state: OracleState, key: string): number | null => {
  const ms = cellOf(state, key)?.mean ?? null;
  return ms === null ? null : ms / MINUTE_MS;
};

/** metrics.md 1.7, told by looks and messages. */
const GOLDEN = [
  ...[say('08:58:00', 'customer'), look('08:58:00'), say('08:58:03', 'bot')],
  ...[say('09:10:00', 'customer'), look('09:12:00', { assigneeId: 'A' })],
  say('09:20:00', 'human', { authorId: 'A' }),
  look('09:40:00', { assigneeId: 'B' }),
  ...[say('09:45:00', 'customer'), say('09:47:00', 'customer')],
  say('09:55:00', 'human', { authorId: 'B' }),
  look('10:30:00', { ...CLOSED, assigneeId: 'B', resolutionAt: at('10:30:00') }),
  ...[say('11:00:00', 'customer'), look('11:00:00', { assigneeId: 'B' })],
  say('11:05:00', 'human', { authorId: 'B' }),
  look('11:30:00', { ...CLOSED, assigneeId: 'B', resolutionAt: at('11:30:00') }),
];

describe('durations in open hours', () => {
  it('ORACLE-83 those of the golden conversation', () => {
    const state = inHours(GOLDEN, '12:00:00');
    expect(cellOf(state, 'first-response-time')).toMatchObject({ n: 1, value: 1_200_000 });
    expect(cellOf(state, 'first-response-time', 'wall')).toMatchObject({ n: 1, value: 1_320_000 });
    for (const key of ['first-response-time-any', 'first-response-time-ai']) {
      expect(cellOf(state, key)).toMatchObject({ n: 1, max: 0, zeroPpm: 1_000_000 });
    }
    expect(mean(state, 'first-response-time-after-handoff')).toBe(8);
    expect(mean(state, 'handoff-gap')).toBe(15);
    expect(cellOf(state, 'message-response-time')).toMatchObject({ n: 3, max: 1_200_000 });
    expect(mean(state, 'message-response-time')).toBe((20 + 10 + 5) / 3);
    expect(mean(state, 'message-response-time-last')).toBe((10 + 8 + 5) / 3);
    expect(mean(state, 'next-response-time')).toBe(7.5);
    expect(mean(state, 'average-resolution-time-first')).toBe(90);
    expect(mean(state, 'average-resolution-time')).toBe(150);
    expect(mean(state, 'average-resolution-time-human')).toBe(138);
    expect(cellOf(state, 'average-resolution-time')?.value).toBe(9_000_000);
  });

  it('ORACLE-84 cells of it are there while the newest calendar has hours for anybody', () => {
    expect(cellOf(inHours(GOLDEN, '12:00:00', NOBODY), 'first-response-time')).toBeUndefined();
    const others = { ...NOBODY, teams: { tier9: 'office' } };
    const told = cellOf(inHours(GOLDEN, '12:00:00', others), 'first-response-time');
    expect(told).toMatchObject({ n: 0, value: null, zeroPpm: null });
    const withdrawn = [...GOLDEN, config(at('11:40:00'), BASE)];
    expect(cellOf(inHours(withdrawn, '12:00:00'), 'first-response-time')).toBeUndefined();
    const declared = [...GOLDEN, config(at('11:40:00'), { ...BASE, calendar: OFFICE })];
    const later = stateAt(declared, '12:00:00');
    expect(mean(later, 'first-response-time')).toBe(20);
    expect(cellOf(later, 'conversation-volume')).toBeUndefined();
    const silent = stateAt(GOLDEN, '12:00:00', { ...BASE, messages: 'none', calendar: OFFICE });
    expect(cellOf(silent, 'first-response-time')).toMatchObject({ n: 0, value: null });
    expect(cellOf(silent, 'average-resolution-time')?.n).toBe(1);
  });

  it('ORACLE-85 each stretch by the hours of the team that had it, of no hours all time counts', () => {
    const asked = [say('08:00:00', 'customer'), look('08:00:00')];
    const moved = [...asked, look('11:00:00', { teamId: 'tier2' }), say('13:00:00', 'human')];
    const teams = { ...NOBODY, teams: { tier1: 'office', tier2: 'late' } };
    expect(mean(inHours(moved, '14:00:00', teams), 'first-response-time')).toBe(120 + 60);
    const first = { ...NOBODY, teams: { tier1: 'office' } };
    expect(mean(inHours(moved, '14:00:00', first), 'first-response-time')).toBe(120 + 120);
    // Before the first look it was with the team that this saw.
    const unseen = [say('08:00:00', 'customer'), look('10:00:00'), say('11:00:00', 'human')];
    expect(mean(inHours(unseen, '14:00:00', first), 'first-response-time')).toBe(120);
  });

  it('ORACLE-85 by the hours of the account that has it at the end', () => {
    const accounts = { ...OFFICE, accounts: { gold: 'late', tin: 'never' } };
    const story = (answered: string): Fact[] => [
      ...[say('10:00:00', 'customer'), look('10:00:00', { accountId: 'tin' })],
      ...[look('11:00:00', { accountId: 'gold' }), say(answered, 'human')],
    ];
    expect(mean(inHours(story('12:30:00'), '14:00:00', accounts), 'first-response-time')).toBe(30);
    expect(mean(inHours(story('10:30:00'), '14:00:00', accounts), 'first-response-time')).toBe(0);
  });

  it('ORACLE-86 without rests, and what took no open time stays in', () => {
    const rest = [look('10:00:00', { stateCategory: 'on_hold' }), look('12:30:00')];
    const closed = look('14:00:00', CLOSED);
    const state = inHours(
      [say('08:58:00', 'customer'), look('08:58:00'), ...rest, closed],
      '15:00:00',
    );
    expect(mean(state, 'average-resolution-time')).toBe(240);
    expect(mean(state, 'average-resolution-time-active')).toBe(120);
    const night = [say('01:00:00', 'customer'), look('01:00:00'), say('02:00:00', 'human')];
    const both = [...night, say('09:00:00', 'customer'), say('09:10:00', 'human')];
    const answers = cellOf(inHours(both, '10:00:00'), 'message-response-time');
    expect(answers).toMatchObject({ n: 2, p50: 0, max: 600_000, zeroPpm: 500_000 });
    expect(cellOf(inHours(both, '10:00:00'), 'message-response-time', 'wall')?.zeroPpm).toBeNull();
  });
});
