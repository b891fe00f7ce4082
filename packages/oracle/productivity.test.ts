import type { WorkspaceConfig } from '@sapwood/core/config';
import type { Fact } from '@sapwood/core/facts';
import { expect, it } from 'vitest';
import { issue } from '../../tests/support/facts.ts';
import { DECLARED } from './families.fixture.ts';
import type { OracleState } from './index.ts';
import { cellIn, on, over, talk } from './returns.fixture.ts';

const KEY = 'agent-productivity-index';

interface Did {
  /** Contacts, all answered and closed after so many minutes. */
  readonly n: number;
  readonly reply?: number;
  readonly close?: number;
  /** How many of them were escalated, and how many of the first five rated well. */
  readonly escalated?: number;
  readonly pleased?: number;
}

const time = (minutes: number): string =>
  `10 ${String(9 + Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

function by(agent: string, { n, reply = 10, close = 60, escalated = 0, pleased }: Did): Fact[] {
  return Array.from({ length: n }, (_, i) => {
    const seen = { assigneeId: agent, requesterId: `${agent} ${i}`, tags: [] };
    const one = talk(`${agent} ${i}`, seen);
    return [
      ...one.ask('10 09:00'),
      one.reply(time(reply), agent),
      ...(i < escalated ? [one.look(time(reply + 1), { tags: ['Escalated'] })] : []),
      one.close(time(close)),
      ...(pleased !== undefined && i < 5
        ? [one.close('10 20:00', { csat: [i < pleased ? 5 : 1] })]
        : []),
    ];
  }).flat();
}
const told = (kind: string, id: string, body: object): Fact =>
  ({ ...issue(id, on('01 00:00'), {}), kind, body }) as Fact;
const user = (id: string, userKind = 'human'): Fact =>
  told('user.observed', id, { userKind, status: null, role: null });
const team = (id: string, ...members: readonly string[]): Fact[] => [
  ...members.map((one) => user(one)),
  told('team.observed', id, { members, rank: null }),
];
const at = (facts: readonly (readonly Fact[])[], declared: Partial<WorkspaceConfig> = {}) =>
  over(facts, { ...DECLARED, agentIndex: true, by: { [KEY]: ['assignee'] }, ...declared })(
    '11 00:00',
  );
const value = (state: OracleState, agent: string) =>
  cellIn(state, `${KEY}{assignee=${agent}}`)?.value;

const TEAM = team('a', 'ada', 'ben', 'cleo', 'dan');
const DONE = [by('ada', { n: 20 }), by('ben', { n: 30 }), by('cleo', { n: 40 })];

it('ORACLE-174 an agent has the mean of the parts beside the medians of the team, which are 50', () => {
  const few = by('dan', { n: 19, close: 600 });
  const alone = by('eve', { n: 25 });
  const state = at([[...TEAM, user('robot', 'bot')], ...DONE, few, alone, by('robot', { n: 20 })]);
  // All answer and resolve as fast and nobody escalates: 50 + 50 and what was handled of 30, of three parts.
  expect([value(state, 'ada'), value(state, 'ben'), value(state, 'cleo')]).toEqual([
    ...[44_444, 50_000, 55_556],
  ]);
  expect(cellIn(state, `${KEY}{assignee=ada}`)).toMatchObject({ n: 20, vsPrev: null });
  const low = { value: null, n: 19, reason: 'low_n' };
  expect(cellIn(state, `${KEY}{assignee=dan}`)).toMatchObject(low);
  // Beside nobody but herself.
  expect(value(state, 'eve')).toBe(50_000);
  expect(value(state, 'robot')).toBeUndefined();
  expect(cellIn(state, `${KEY}{team=a}`)).toMatchObject({ value: 50_000, n: 3 });
  expect(cellIn(state, KEY)).toMatchObject({ value: 50_000, n: 4 });
  // What they work for is no team of theirs.
  expect(cellIn(state, `${KEY}{team=tier1}`)).toMatchObject({ value: null, n: 0 });
  expect(state.series.get(KEY)!.cells.map(({ window }) => window)).toEqual(['7d', '28d']);
});

it('ORACLE-174 it is off unless it is switched on, and told where rows are declared of it', () => {
  const off = at([TEAM, ...DONE], { agentIndex: false });
  expect(cellIn(off, KEY)).toMatchObject({ value: null, n: 0, reason: 'not_switched_on' });
  expect(off.series.has(`${KEY}{assignee=ada}`)).toBe(false);
  expect(at([TEAM, ...DONE], { by: {} }).series.has(KEY)).toBe(false);
});

it('ORACLE-174 less time and fewer escalations are more, nothing is over a hundred', () => {
  // Resolved after 1 and 60 min: a hundred at most; answered at once and after 10 min.
  const quick = by('ada', { n: 20, reply: 0, close: 1, escalated: 1 });
  const slow = by('ben', { n: 20, escalated: 3 });
  const usual = by('cleo', { n: 20, escalated: 2 });
  const state = at([TEAM, quick, slow, usual]);
  // Handled 50; resolved 100; answered 100; escalated 50 x 2 / 1.
  expect(value(state, 'ada')).toBe(87_500);
  // 50, 50, 50 and 50 x 2 / 3.
  expect(value(state, 'ben')).toBe(45_833);
  expect(value(state, 'cleo')).toBe(50_000);
});

it('ORACLE-174 of an even team the median is between two; a part whose median is 0 is none', () => {
  // 25 of 20 and 30; of the answers at once nothing is told, and two parts are too few.
  const two = [
    by('ada', { n: 20, reply: 0, close: 60 }),
    by('ben', { n: 30, reply: 0, close: 60 }),
  ];
  const state = at([TEAM, ...two]);
  const few = { value: null, n: 20, reason: 'few_parts' };
  expect(cellIn(state, `${KEY}{assignee=ada}`)).toMatchObject(few);
  expect(cellIn(state, KEY)).toMatchObject({ value: null, n: 0, reason: 'few_parts' });
  const timed = at([TEAM, ...DONE.slice(0, 2)]);
  expect([value(timed, 'ada'), value(timed, 'ben')]).toEqual([46_667, 53_333]);
});

it('ORACLE-174 what customers say of one counts as far as it is told', () => {
  const rated = (ada: number, ben: number) => [
    ...[by('ada', { n: 20, pleased: ada }), by('ben', { n: 20, pleased: ben })],
  ];
  // 400,000 and 800,000 ppm, of which the median is 600,000: 33,333 and 66,667, with thrice 50.
  const state = at([TEAM, ...rated(2, 4)]);
  expect([value(state, 'ada'), value(state, 'ben')]).toEqual([45_833, 54_167]);
  // Of a third customers say too little; whoever has the next fewest is withheld as well.
  const one = talk('cleo', { assigneeId: 'cleo', requesterId: 'c' });
  const said = [
    ...one.ask('10 09:00'),
    one.close('10 10:00'),
    one.close('10 20:00', { csat: [1] }),
  ];
  const withheld = at([TEAM, ...rated(2, 4), said]);
  expect([value(withheld, 'ada'), value(withheld, 'ben')]).toEqual([50_000, 50_000]);
  const unrated = at([TEAM, ...rated(2, 4)], { csatScale: undefined as never });
  expect([value(unrated, 'ada'), value(unrated, 'ben')]).toEqual([50_000, 50_000]);
});
