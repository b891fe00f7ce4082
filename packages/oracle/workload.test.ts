import type { Fact } from '@sapwood/core/facts';
import { expect, it } from 'vitest';
import { issue } from '../../tests/support/facts.ts';
import { at, BASE, cellOf, robot, stateAt } from './told.fixture.ts';

const told = (kind: string, id: string, body: object): Fact =>
  ({ ...issue(id, at('00:00:00'), {}), kind, body }) as Fact;
const person = (id: string): Fact =>
  told('user.observed', id, { userKind: 'human', status: null, role: null });
const open = (id: string, assigneeId: string | null, teamId: string): Fact =>
  issue(id, at('09:00:00'), {
    ...{ stateCategory: 'new', createdAt: at('09:00:00'), assigneeId, teamId },
  });

it('ORACLE-100 what lies on whom, and how evenly, those who have nothing included', () => {
  const roster = [person('ada'), person('ben'), person('cho'), robot('bot')];
  const those = [open('1', 'ada', 'a'), open('2', 'ada', 'a'), open('3', 'ben', 'b')];
  const members = told('team.observed', 'a', { members: ['ada', 'cho', 'bot'], rank: null });
  const declared = { ...BASE, by: { 'team-workload': ['assignee'] } };
  const state = stateAt(
    [...roster, members, ...those, open('4', 'bot', 'a')],
    '10:00:00',
    declared,
  );
  const value = (key: string) => cellOf(state, key, 'now')?.value;
  expect(value('team-workload')).toBe(4);
  expect(value('team-workload{assignee=ada}')).toBe(2);
  expect(value('team-workload{assignee=__none__}')).toBe(1);
  // 0, 1, 2 in all; 0, 2 of the team, whose median is 0.
  expect(value('team-workload-imbalance')).toBe(2_000_000);
  expect(value('team-workload-gini')).toBe(444_444);
  expect(value('team-workload-imbalance{team=a}')).toBeNull();
  expect(value('team-workload-gini{team=a}')).toBe(500_000);
  const undeclared = stateAt([...those, open('4', null, 'a')], '10:00:00');
  expect(cellOf(undeclared, 'team-workload-gini', 'now')).toBeUndefined();
  const rows = [...undeclared.series.keys()].filter((key) => key.includes('assignee='));
  expect(rows).toEqual(['team-workload{assignee=__none__}']);
  expect(cellOf(undeclared, rows[0]!, 'now')?.value).toBe(1);
});
