import type { WorkspaceConfig } from '@sapwood/core/config';
import type { Fact } from '@sapwood/core/facts';
import { expect, it } from 'vitest';
import { issue } from '../../tests/support/facts.ts';
import type { OracleCell, OracleState } from './index.ts';
import { cellIn, on, over, talk } from './returns.fixture.ts';
import { robot } from './told.fixture.ts';

const KEY = 'agent-specialisation';

/** So many of an agent's, asked at nine and closed after so many minutes. */
const closed = (assigneeId: string | null, category: string | null, n: number, minutes: number) =>
  Array.from({ length: n }, (_, i): Fact[] => {
    const { ask, close } = talk(`${assigneeId} ${category} ${i}`, { assigneeId, category });
    const end = new Date(on('10 09:00') + minutes * 60_000).toISOString().slice(5, 16);
    return [...ask('10 09:00'), close(end.replace('T', ' '))];
  }).flat();
const told = (kind: string, id: string, body: object): Fact =>
  ({ ...issue(id, on('01 00:00'), {}), kind, body }) as Fact;
const person = (id: string): Fact =>
  told('user.observed', id, { userKind: 'human', status: null, role: null });
const team = (...members: readonly string[]): Fact[] => [
  ...members.map(person),
  told('team.observed', 'a', { members, rank: null }),
];
const at = (facts: readonly (readonly Fact[])[], declared: Partial<WorkspaceConfig> = {}) =>
  over([robot('robot'), ...facts], { by: { [KEY]: ['assignee', 'category'] }, ...declared })(
    '11 00:00',
  );
const cell = (state: OracleState, agent: string, topic = 'login'): OracleCell | undefined =>
  cellIn(state, `${KEY}{assignee=${agent},category=${topic}}`);

it('ORACLE-175 an agent is told by how much of the mean of the team theirs is shorter, drawn towards it', () => {
  const facts = [
    ...[team('ada', 'ben'), closed('ada', 'login', 10, 30), closed('ben', 'login', 30, 70)],
    // Of another team, of none, on nothing, of a bot and of nobody.
    ...[closed('cleo', 'login', 10, 1), closed('ada', 'billing', 12, 600)],
    ...[closed('ada', null, 20, 5), closed('robot', 'login', 10, 1), closed(null, 'login', 10, 1)],
  ];
  const state = at(facts);
  // Mean of both 60 min: (10 x 30 + 20 x 60) / 30 = 50; (30 x 70 + 20 x 60) / 50 = 66.
  expect(cell(state, 'ada')).toMatchObject({ value: 166_667, n: 10, vsPrev: null });
  expect(cell(state, 'ben')).toMatchObject({ value: -100_000, n: 30 });
  // Nobody else closed any.
  expect(cell(state, 'ada', 'billing')).toMatchObject({ value: 0, n: 12 });
  // In no team, beside all: 10 x 30 + 30 x 70 + 10 x 1 min of 50, mean 48.2; est (10 + 964) / 30.
  expect(cell(state, 'cleo')).toMatchObject({ value: 326_418, n: 10 });
  const pairs = ['ada,category=login', 'ben,category=login', 'cleo,category=login'];
  expect([...state.series.keys()].filter((key) => /assignee=.*category=/.test(key))).toEqual(
    [...pairs, 'ada,category=billing'].map((pair) => `${KEY}{assignee=${pair}}`),
  );
  const codes = state.series.get(KEY)!.cells.map(({ window }) => window);
  expect(codes).toEqual(['28d', '90d']);
});

it('ORACLE-175 of fewer than ten, of several topics or agents and where no row is declared nothing is told', () => {
  const facts = [team('ada'), closed('ada', 'login', 9, 30), closed('ben', 'wait', 10, 0)];
  const state = at(facts);
  expect(cell(state, 'ada')).toMatchObject({ value: null, n: 9, reason: 'low_n' });
  // Closed as they were asked: of no time nothing is a share.
  expect(cell(state, 'ben', 'wait')).toMatchObject({ value: null, n: 10 });
  expect(cell(state, 'ben', 'wait')!.reason).toBeUndefined();
  const whole = { value: null, reason: 'per_topic' };
  for (const row of ['', '{assignee=ada}', '{category=login}']) {
    expect(cellIn(state, `${KEY}${row}`)).toMatchObject(whole);
  }
  expect(at(facts, { by: {} }).series.has(KEY)).toBe(false);
});
