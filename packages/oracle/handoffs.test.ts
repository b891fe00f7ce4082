import type { Fact, IssueObserved } from '@sapwood/core/facts';
import { describe, expect, it } from 'vitest';
import { BASE, cellOf, look, robot, say, stateAt } from './told.fixture.ts';

const CLOSED: IssueObserved = { stateCategory: 'closed' };
const ASKED = [robot('robot'), say('09:00:00', 'customer'), look('09:00:00')] as readonly Fact[];
const BOT = [...ASKED, say('09:00:03', 'bot')];
const given = (time: string, assigneeId: string | null, more: IssueObserved = {}): Fact =>
  look(time, { assigneeId, ...more });
const by = (time: string, authorId: string): Fact => say(time, 'human', { authorId });

const replyOf = (facts: readonly Fact[]) => {
  const state = stateAt(facts, '14:00:00');
  const { ai_handed_off = 0 } = state.transitions;
  return [ai_handed_off, cellOf(state, 'first-response-time-after-handoff')?.p50 ?? null];
};

describe('handoffs of a bot', () => {
  it('ORACLE-24 a bot hands off to whom it is given or who answers, whichever is first', () => {
    expect(replyOf(BOT)).toEqual([0, null]);
    expect(replyOf([...BOT, given('09:10:00', 'ada')])).toEqual([1, null]);
    expect(replyOf([...BOT, given('09:10:00', 'ada'), by('09:15:00', 'ben')])).toEqual([
      1, 300_000,
    ]);
    expect(replyOf([...BOT, by('09:08:00', 'ada'), given('09:10:00', 'ada')])).toEqual([1, 0]);
    expect(replyOf([...BOT, given('09:10:00', 'robot')])).toEqual([0, null]);
    expect(replyOf([...ASKED, given('09:10:00', 'ada'), by('09:15:00', 'ada')])).toEqual([0, null]);
  });

  it('ORACLE-25 hands off once, forgotten chapters included, and none is known without messages', () => {
    const closed = [...BOT, by('09:08:00', 'ada'), look('10:00:00', CLOSED)];
    const again = (time: string) => [
      say(`${time}10:00:00`, 'customer'),
      say(`${time}10:00:03`, 'bot'),
    ];
    const answered = (time: string) => [look(`${time}10:05:00`), by(`${time}10:10:00`, 'ada')];
    for (const day of ['2026-06-12T', '2026-08-01T']) {
      const facts = [...closed, ...again(day), ...answered(day)];
      const { transitions } = stateAt(facts, `${day}12:00:00`);
      expect(transitions).toMatchObject({ ai_handed_off: 1, first_reply_after_handoff: 1 });
    }
    const none = stateAt([...BOT, given('09:10:00', 'ada')], '10:00:00', {
      ...BASE,
      messages: 'none',
    });
    expect(none.transitions).not.toHaveProperty('ai_handed_off');
    expect(cellOf(none, 'ai-handoffs')?.value).toBe(0);
    expect(cellOf(none, 'first-response-time-after-handoff')).toMatchObject({ value: null, n: 0 });
  });
});

describe('handoff gap', () => {
  const ADAS = [...ASKED, given('09:10:00', 'ada'), by('09:20:00', 'ada')];
  const gapOf = (...facts: readonly Fact[]): number | null =>
    cellOf(stateAt([...ADAS, ...facts], '14:00:00'), 'handoff-gap')?.p50 ?? null;

  it('ORACLE-26 lasts until the new owner speaks, or of a team anybody', () => {
    const toBen = given('09:40:00', 'ben');
    expect(gapOf(toBen, by('09:55:00', 'ben'))).toBe(900_000);
    expect(gapOf(toBen, by('09:50:00', 'ada'))).toBeNull();
    expect(gapOf(toBen, by('09:50:00', 'ada'), by('10:00:00', 'ben'))).toBe(1_200_000);
    const toTeam = look('09:40:02', { assigneeId: 'ben', teamId: 'tier2' });
    expect(gapOf(toBen, toTeam, by('09:50:02', 'ada'))).toBe(600_000);
    // What is said in its second came before it.
    expect(gapOf(toBen, by('09:40:00', 'ben'))).toBeNull();
  });

  it('ORACLE-27 ends without a value at the next handoff and at the close', () => {
    const toBen = given('09:40:00', 'ben');
    const toCid = given('09:50:00', 'cid');
    expect(gapOf(toBen, toCid, by('09:55:00', 'ben'))).toBeNull();
    expect(gapOf(toBen, toCid, by('09:55:00', 'cid'))).toBe(300_000);
    const closed = given('09:50:00', 'ben', CLOSED);
    expect(gapOf(toBen, closed, by('09:55:00', 'ben'))).toBeNull();
    expect(gapOf(toBen, closed, by('09:50:00', 'ben'))).toBe(600_000);
  });
});
