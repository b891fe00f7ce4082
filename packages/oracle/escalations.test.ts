import type { Fact, IssueObserved } from '@sapwood/core/facts';
import { describe, expect, it } from 'vitest';
import { DECLARED, rowsOf, standing } from './families.fixture.ts';
import { cellOf, look, robot, say, stateAt } from './told.fixture.ts';

const CLOSED: IssueObserved = { stateCategory: 'closed' };
const EMPTY: IssueObserved = { tags: [], fieldsFilled: [], external: [] };
const BEGUN = [robot('robot'), say('09:00:00', 'customer'), look('09:00:00', EMPTY)];
const told = (...facts: readonly Fact[]) => stateAt([...BEGUN, ...facts], '20:00:00', DECLARED);
const escalated = (...facts: readonly Fact[]) => standing(told(...facts), 'escalated.');

/** Looks an hour apart, from 10:00 on. */
const looks = (...seen: readonly IssueObserved[]): Fact[] =>
  seen.map((one, i) => look(`${10 + i}:00:00`, one));

describe('escalations', () => {
  it('ORACLE-44 a team of higher rank than the last one that was not null, both ranked', () => {
    const teams = (...ids: readonly (string | null)[]) =>
      escalated(...looks(...ids.map((teamId) => ({ teamId }))));
    expect(teams('tier2')).toEqual({ tier_up: 1 });
    expect(teams(null, 'tier2')).toEqual({ tier_up: 1 });
    expect(teams('tier2', 'tier1')).toEqual({ tier_up: 1 });
    expect(teams('other')).toEqual({});
    expect(teams('other', 'tier2')).toEqual({});
  });

  it('ORACLE-44 a manager gets it from nobody or somebody who is none', () => {
    const owners = (...ids: readonly (string | null)[]) =>
      escalated(...looks(...ids.map((assigneeId) => ({ assigneeId }))));
    expect(owners('mia')).toEqual({ manager: 1 });
    expect(owners('ada', 'mia', 'max')).toEqual({ manager: 1 });
    expect(owners('mia', null, 'max')).toEqual({ manager: 2 });
    expect(owners('robot')).toEqual({});
    expect(owners('robot', 'mia')).toEqual({ manager: 1 });
  });

  it('ORACLE-45 engineering gets what is first linked elsewhere', () => {
    const links = (...ids: readonly (readonly string[])[]) =>
      escalated(...looks(...ids.map((external) => ({ external }))));
    expect(links(['J-1'], ['J-1', 'J-2'])).toEqual({ engineering: 1 });
    expect(links(['J-1'], [], ['J-1'])).toEqual({ engineering: 2 });
    const linked = [say('09:00:00', 'customer'), look('09:00:00', { external: ['J-1'] })];
    expect(standing(stateAt(linked, '20:00:00', DECLARED), 'escalated.')).toEqual({});
  });

  it('ORACLE-45 a declared tag or field appears; both in one look are one', () => {
    expect(escalated(...looks({ tags: ['ESCALATED'] }))).toEqual({ declared: 1 });
    expect(escalated(...looks({ tags: ['other'], fieldsFilled: ['size'] }))).toEqual({});
    expect(escalated(...looks({ tags: ['vip'] }, { tags: ['VIP'] }))).toEqual({ declared: 1 });
    const both = { tags: ['vip', 'escalated'], fieldsFilled: ['bug'] };
    expect(escalated(...looks(both))).toEqual({ declared: 1 });
    expect(escalated(...looks({ tags: ['vip'] }, both))).toEqual({ declared: 2 });
    const marked = [say('09:00:00', 'customer'), look('09:00:00', both)];
    expect(standing(stateAt(marked, '20:00:00', DECLARED), 'escalated.')).toEqual({});
  });

  it('ORACLE-46 stands under team and owner before it, and is work once', () => {
    const mine = { ...EMPTY, assigneeId: 'ada' };
    const up = { ...mine, external: ['J-1'], assigneeId: 'ben', teamId: 'other', priority: 'high' };
    const state = told(...looks(mine, up));
    expect(rowsOf(state, 'escalations', 'assignee')).toEqual({ ada: 1 });
    expect(rowsOf(state, 'escalations', 'team')).toEqual({ tier1: 1 });
    expect(rowsOf(state, 'escalations', 'priority')).toEqual({ high: 1 });
    const workOf = (...seen: readonly IssueObserved[]) =>
      told(...looks(...seen)).transitions['worked'];
    expect(workOf({ assigneeId: 'mia' })).toBe(1);
    expect(workOf({ teamId: 'tier2' })).toBe(1);
    expect(workOf({ external: ['J-1'] })).toBe(1);
    expect(workOf({ external: ['J-1'], tags: ['vip'] })).toBe(2);
  });

  it('ORACLE-46 as part of a transfer it stands where that does', () => {
    // Both changes are one handoff, from before the first of them.
    const state = told(
      say('09:30:00', 'human', { authorId: 'ada' }),
      look('10:00:00', { assigneeId: 'ada' }),
      look('11:00:00', { assigneeId: 'mia' }),
      look('11:00:03', { assigneeId: 'mia', teamId: 'tier2' }),
    );
    expect(standing(state, 'handed_off.')).toEqual({ team: 1 });
    expect(rowsOf(state, 'escalations', 'assignee')).toEqual({ ada: 2 });
    expect(rowsOf(state, 'escalations', 'team')).toEqual({ tier1: 2 });
    // The team before nobody's time gave it away.
    const after = told(look('10:00:00', { teamId: null }), look('11:00:00', { teamId: 'tier2' }));
    expect(rowsOf(after, 'escalations', 'team')).toEqual({ tier1: 1 });
  });

  it('ORACLE-47 the rate is of distinct conversations, in the rows of their last work', () => {
    const state = told(
      ...looks({ teamId: 'tier2' }, { teamId: 'tier2', external: ['J-1'] }),
      look('13:00:00', { ...CLOSED, teamId: 'tier2', assigneeId: 'ada' }),
    );
    expect(cellOf(state, 'escalations')).toMatchObject({ value: 2, n: 2 });
    expect(cellOf(state, 'escalation-rate')).toMatchObject({ value: 1_000_000, num: 1, den: 1 });
    expect(rowsOf(state, 'escalation-rate', 'team')).toEqual({ tier2: 1 });
    // Of what one look shows the escalation comes last.
    const closed = { ...CLOSED, external: ['J-1'], assigneeId: 'ben' };
    const together = told(...looks({ ...EMPTY, assigneeId: 'ada' }, closed));
    expect(rowsOf(together, 'escalation-rate', 'assignee')).toEqual({ ada: 1 });
    const calm = told(look('13:00:00', CLOSED));
    expect(cellOf(calm, 'escalation-rate')).toMatchObject({ value: 0, num: 0, den: 1 });
    expect(cellOf(told(), 'escalation-rate')).toMatchObject({ value: null, num: 0, den: 0 });
  });
});

describe('labels', () => {
  const LABELS = ['prioritised', 'unprioritised', 'categorised', 'uncategorised', 'tagged'];
  const labelled = (...facts: readonly Fact[]) => {
    const kinds = [...LABELS, 'untagged', 'field_filled', 'field_emptied'];
    const all = Object.entries(told(...facts).transitions);
    return Object.fromEntries(all.filter(([kind]) => kinds.includes(kind)));
  };

  it('ORACLE-48 each change between looks is one, of tags and fields one for each', () => {
    const first = {
      ...EMPTY,
      priority: 'low',
      category: 'a',
      tags: ['x', 'y'],
      fieldsFilled: ['f'],
    };
    const facts = [say('09:00:00', 'customer'), look('09:00:00', first)];
    expect(stateAt(facts, '20:00:00', DECLARED).transitions).not.toHaveProperty('tagged');
    expect(labelled(...looks({ priority: null, category: null }, first))).toEqual({
      ...{ prioritised: 1, categorised: 1, tagged: 2, field_filled: 1 },
    });
    const then = { priority: null, category: null, tags: ['y', 'z'], fieldsFilled: [] };
    expect(labelled(...looks({ priority: 'high', category: 'b' }, first, then))).toEqual({
      ...{ prioritised: 1, unprioritised: 1, categorised: 1, uncategorised: 1 },
      ...{ tagged: 3, untagged: 1, field_filled: 1, field_emptied: 1 },
    });
  });

  it('ORACLE-48 a priority taken back within 60 s never was; a tag was', () => {
    const brief = (seconds: string): Fact[] => [
      look('10:00:00', { priority: 'low', tags: [] }),
      look('11:00:00', { priority: 'high', tags: ['x'] }),
      look(`11:${seconds}`, { priority: 'low', tags: [] }),
    ];
    expect(labelled(...brief('01:00'))).toEqual({ tagged: 1, untagged: 1 });
    expect(labelled(...brief('01:01'))).toEqual({ prioritised: 2, tagged: 1, untagged: 1 });
  });
});
