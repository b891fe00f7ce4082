import type { Fact, IssueObserved } from '@sapwood/core/facts';
import { describe, expect, it } from 'vitest';
import { DECLARED, rowsOf, standing } from './families.fixture.ts';
import { cellOf, look, say, stateAt } from './told.fixture.ts';

const CLOSED: IssueObserved = { stateCategory: 'closed' };
const BEGUN = [say('09:00:00', 'customer'), look('09:00:00')];
const told = (...facts: readonly Fact[]) => stateAt([...BEGUN, ...facts], '20:00:00', DECLARED);
const by = (time: string, authorId: string): Fact => say(time, 'human', { authorId });

describe('ratings', () => {
  const rates = (...lists: readonly (readonly number[] | null)[]) => {
    const state = told(...lists.map((csat, i) => look(`${10 + i}:00:00`, { csat })));
    const { num, den } = cellOf(state, 'csat')!;
    return [num, den];
  };

  it('ORACLE-49 the last one on the scale stands, once', () => {
    expect(rates([])).toEqual([0, 0]);
    expect(rates([4])).toEqual([1, 1]);
    expect(rates([3])).toEqual([0, 1]);
    expect(rates([5], [5, 1])).toEqual([0, 1]);
    expect(rates([2], [2, 5])).toEqual([1, 1]);
    expect(rates([5], null)).toEqual([1, 1]);
    for (const off of [0, 6, 1.5]) {
      expect(rates([off])).toEqual([0, 0]);
      expect(rates([5], [5, off])).toEqual([1, 1]);
    }
    const first = [say('09:00:00', 'customer'), look('09:00:00', { csat: [5] })];
    expect(standing(stateAt(first, '20:00:00', DECLARED), 'rated')).toEqual({ '': 1 });
  });

  it('ORACLE-49 a later one replaces that of a forgotten chapter, which until then stands', () => {
    const rated = [...BEGUN, look('10:00:00', CLOSED), look('11:00:00', { ...CLOSED, csat: [5] })];
    const day = '2026-08-01T';
    const after = (csat: readonly number[]) => {
      const later = [
        look(`${day}10:00:00`, { ...CLOSED, csat }),
        say(`${day}11:00:00`, 'customer'),
      ];
      return stateAt([...rated, ...later], `${day}12:00:00`, DECLARED);
    };
    expect(standing(after([5]), 'rated')).toEqual({ '': 1 });
    expect(cellOf(after([5]), 'ratings')?.value).toBe(0);
    expect(standing(after([5, 2]), 'rated')).toEqual({ '': 1 });
    expect(cellOf(after([5, 2]), 'csat')).toMatchObject({ num: 0, den: 1 });
  });

  it('ORACLE-50 stands under team and owner of the last close before it, else at it', () => {
    const moved = { assigneeId: 'ben', teamId: 'tier2', priority: 'high', csat: [5] };
    const state = told(
      look('10:00:00', { ...CLOSED, assigneeId: 'ada' }),
      look('11:00:00', { ...CLOSED, ...moved }),
    );
    expect(rowsOf(state, 'csat', 'assignee')).toEqual({ ada: 1 });
    expect(rowsOf(state, 'csat', 'team')).toEqual({ tier1: 1 });
    expect(rowsOf(state, 'csat', 'priority')).toEqual({ high: 1 });
    const open = told(look('11:00:00', moved));
    expect(rowsOf(open, 'csat', 'assignee')).toEqual({ ben: 1 });
    expect(rowsOf(open, 'csat', 'team')).toEqual({ tier2: 1 });
  });

  it('ORACLE-50 where nobody owned it, it is of whoever wrote last before it', () => {
    const spoken = [by('09:30:00', 'ada'), by('09:40:00', 'ben')];
    const closed = look('10:00:00', CLOSED);
    const rated = look('11:00:00', { ...CLOSED, csat: [5] });
    const state = told(...spoken, closed, rated, by('12:00:00', 'cid'));
    expect(rowsOf(state, 'ratings', 'assignee')).toEqual({ ben: 1 });
    expect(rowsOf(told(closed, rated), 'ratings', 'assignee')).toEqual({ __none__: 1 });
    const day = '2026-08-01T';
    const late = look(`${day}11:00:00`, { ...CLOSED, csat: [5] });
    const forgotten = stateAt([...BEGUN, ...spoken, closed, late], `${day}12:00:00`, DECLARED);
    expect(rowsOf(forgotten, 'ratings', 'assignee')).toEqual({ ben: 1 });
  });

  it('ORACLE-50 without a scale there is none, and nothing is known of them', () => {
    const { csatScale, ...unscaled } = DECLARED;
    const rated = [...BEGUN, look('10:00:00', { csat: [csatScale.max] })];
    const state = stateAt(rated, '20:00:00', unscaled);
    expect(state.transitions).not.toHaveProperty('rated');
    for (const metric of ['csat', 'ratings']) {
      expect(cellOf(state, metric)).toMatchObject({ value: null, n: 0 });
    }
  });
});

describe('ping-pong', () => {
  const BEGUN_BY_ADA = [by('09:10:00', 'ada'), look('09:20:00', { assigneeId: 'ada' })];
  const pingpongs = (...facts: readonly Fact[]) => {
    const all = [...BEGUN, ...BEGUN_BY_ADA, ...facts];
    const state = stateAt(all, '2026-06-11T09:30:00', DECLARED);
    return [cellOf(state, 'handoff-pingpongs')?.value, standing(state, 'handed_off.')];
  };
  const ben = look('10:00:00', { assigneeId: 'ben' });

  it('ORACLE-51 the new owner gave it to another within 24 h; to nobody does not count', () => {
    expect(pingpongs(ben)).toEqual([0, { agent: 1 }]);
    expect(pingpongs(ben, look('12:00:00', { assigneeId: null }))).toEqual([0, { agent: 1 }]);
    const back = look('13:00:00', { assigneeId: 'ada' });
    expect(pingpongs(ben, back)).toEqual([1, { agent: 2 }]);
    expect(pingpongs(ben, look('12:00:00', { assigneeId: null }), back)).toEqual([1, { agent: 2 }]);
    const day = '2026-06-11T';
    const within = (time: string) => {
      const facts = [...BEGUN, ...BEGUN_BY_ADA, ben, look(`${day}${time}`, { assigneeId: 'ada' })];
      return cellOf(stateAt(facts, `${day}10:00:02`, DECLARED), 'handoff-pingpongs')?.value;
    };
    expect([within('10:00:00'), within('10:00:01')]).toEqual([1, 0]);
  });

  it('ORACLE-51 of a team handoff it is the team that must leave', () => {
    const both = look('10:00:00', { assigneeId: 'ben', teamId: 'tier2' });
    const agent = look('12:00:00', { assigneeId: 'cid', teamId: 'tier2' });
    expect(pingpongs(both, agent)).toEqual([0, { agent: 1, team: 1 }]);
    const team = look('12:00:00', { assigneeId: 'ben', teamId: 'tier1' });
    expect(pingpongs(both, team)).toEqual([1, { team: 2 }]);
  });
});

describe('closes', () => {
  const silent = { ...DECLARED, autoCloseAfterMs: 7_200_000 };
  const moved = (more: IssueObserved = {}): Fact =>
    look('10:00:00', { stateCategory: 'waiting_on_customer', ...more });
  const bot = say('10:00:00', 'bot');
  const closed = (more: IssueObserved = {}): Fact => look('12:00:00', { ...CLOSED, ...more });
  const resolutionH = (...facts: readonly Fact[]): number =>
    cellOf(stateAt([...BEGUN, ...facts], '20:00:00', silent), 'average-resolution-time')!.value! /
    3_600_000;

  it('ORACLE-52 an AI that resolved it closes it at the close, not at its last word', () => {
    expect(resolutionH(bot, moved(), closed())).toBe(1);
    expect(resolutionH(bot, moved(), closed({ aiResolved: true }))).toBe(3);
    expect(resolutionH(bot, moved({ aiResolved: true }), closed())).toBe(3);
    expect(resolutionH(bot, moved({ aiResolved: true }), closed({ aiResolved: false }))).toBe(1);
    const later = look('13:00:00', { ...CLOSED, aiResolved: true });
    expect(resolutionH(bot, moved(), closed(), later)).toBe(1);
    expect(resolutionH(by('09:30:00', 'ada'), bot, moved(), closed({ aiResolved: true }))).toBe(1);
  });

  it('ORACLE-52 it handles, unless a person wrote in a forgotten chapter', () => {
    const none = { ...silent, messages: 'none' };
    const ai = [...BEGUN, moved(), closed({ aiResolved: true })];
    expect(stateAt(ai, '20:00:00', none).transitions).toMatchObject({ handled: 1 });
    const day = '2026-08-01T';
    const again = [
      say(`${day}09:00:00`, 'customer'),
      say(`${day}10:00:00`, 'bot'),
      look(`${day}10:00:00`, { stateCategory: 'waiting_on_customer' }),
      look(`${day}12:00:00`, { ...CLOSED, aiResolved: true }),
    ];
    const first = (author: 'human' | 'bot') => {
      const facts = [...BEGUN, say('09:30:00', author), look('10:00:00', CLOSED), ...again];
      const state = stateAt(facts, `${day}20:00:00`, silent);
      return cellOf(state, 'average-resolution-time')!.value!;
    };
    expect(first('bot') - first('human')).toBe(7_200_000);
  });

  it('ORACLE-53 the closes with a tag, among those of which tags were seen', () => {
    const coverage = (...facts: readonly Fact[]) => {
      const { num, den } = cellOf(told(...facts), 'tag-coverage')!;
      return [num, den];
    };
    expect(coverage(closed())).toEqual([0, 0]);
    expect(coverage(closed({ tags: [] }))).toEqual([0, 1]);
    expect(coverage(closed({ tags: ['x'] }))).toEqual([1, 1]);
    expect(coverage(closed({ tags: ['x'] }), look('13:00:00', { ...CLOSED, tags: [] }))).toEqual([
      ...[1, 1],
    ]);
    expect(coverage(closed(), look('13:00:00', { ...CLOSED, tags: ['x'] }))).toEqual([1, 1]);
  });
});
