import type { WorkspaceConfig } from '@sapwood/core/config';
import type { Fact } from '@sapwood/core/facts';
import { expect, it } from 'vitest';
import { DECLARED } from './families.fixture.ts';
import type { OracleState } from './index.ts';
import { EDGES } from './quantile.ts';
import { cellIn, over, talk } from './returns.fixture.ts';

const KEY = 'knowledge-gap-score';

interface Topic {
  /** Conversations of the day, all closed after so many minutes. */
  readonly n: number;
  readonly minutes: number;
  /** How many of them were escalated before, and how many rated well after it, of ten. */
  readonly escalated?: number;
  readonly pleased?: number;
}

const pad = (n: number): string => String(n).padStart(2, '0');
/** Everybody asks at nine. */
function about(category: string | null, { n, minutes, escalated = 0, pleased }: Topic): Fact[] {
  return Array.from({ length: n }, (_, i) => {
    const { ask, look, close } = talk(`${category} ${i}`, { category, tags: [] });
    const end = `10 ${pad(9 + Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
    const isRated = pleased !== undefined && i < 10;
    return [
      ...ask('10 09:00'),
      ...(i < escalated ? [look('10 09:01', { tags: ['Escalated'] })] : []),
      close(end),
      ...(isRated ? [close('10 20:00', { csat: [i < pleased ? 5 : 1] })] : []),
    ];
  }).flat();
}
const at = (told: readonly (readonly Fact[])[], declared: Partial<WorkspaceConfig> = {}) =>
  over(told, { ...DECLARED, by: { [KEY]: ['category'] }, ...declared })('11 00:00');
const values = (state: OracleState, ...topics: readonly string[]) =>
  topics.map((topic) => cellIn(state, `${KEY}{category=${topic}}`)!.value);

it('ORACLE-173 a topic has the mean of how far it lies above the median of the topics', () => {
  // Escalated 0, 1, 2 and 6 of 20: 0, 50,000, 100,000 and 300,000 ppm. Median 75,000; off it by 75,000,
  // 25,000, 25,000 and 225,000: MAD 50,000. Nobody rates, all take as long.
  const told = [0, 1, 2, 6].map((escalated, i) =>
    about(`t${i}`, { n: 20, minutes: 30, escalated }),
  );
  const state = at(told);
  // 75,000, 25,000 and 225,000 over 74,130.
  expect(values(state, 't0', 't1', 't2', 't3')).toEqual([0, 0, 337, 3_035]);
  expect(cellIn(state, KEY)).toMatchObject({ value: 3_035, n: 4, vsPrev: null });
  expect(cellIn(state, `${KEY}{category=t3}`)).toMatchObject({ n: 20 });
  expect(state.series.get(KEY)!.cells.map(({ window }) => window)).toEqual(['28d']);
  expect(at(told, { by: {} }).series.has(KEY)).toBe(false);
});

it('ORACLE-173 what takes longer and pleases less counts as well, by the value of its bucket', () => {
  const told = [
    ...[
      about('a', { n: 20, minutes: 10, pleased: 9 }),
      about('b', { n: 20, minutes: 20, pleased: 8 }),
    ],
    about('c', { n: 20, minutes: 60, pleased: 5 }),
  ];
  const [a, b, c] = [10, 20, 60].map((minutes) => {
    const ms = minutes * 60_000;
    const k = EDGES.findLastIndex((edge) => edge <= ms);
    return Math.floor((EDGES[k]! + EDGES[k + 1]! - 1) / 2);
  });
  const longer = (x: number) => Math.round(((x - b!) * 1_000) / (1.4826 * (b! - a!)));
  // Pleased 900,000, 800,000 and 500,000: off by 100,000 and 300,000, MAD 100,000, that is 2,023.
  const state = at(told);
  expect(values(state, 'a', 'b', 'c')).toEqual([0, 0, Math.round((longer(c!) + 2_023) / 2)]);
  // Without a scale nobody is pleased.
  const bare = at(told, { csatScale: undefined as never });
  expect(values(bare, 'c')).toEqual([longer(c!)]);
});

it('ORACLE-173 of fewer than twenty nothing is told, and they move no median; of three alike neither', () => {
  const told = [0, 1, 2].map((escalated, i) => about(`t${i}`, { n: 20, minutes: 30, escalated }));
  const few = about('few', { n: 19, minutes: 60, escalated: 19 });
  const none = about(null, { n: 20, minutes: 600, escalated: 20 });
  const state = at([...told, few, none]);
  expect(cellIn(state, `${KEY}{category=few}`)).toMatchObject({
    value: null,
    n: 19,
    reason: 'low_n',
  });
  expect(state.series.has(`${KEY}{category=__none__}`)).toBe(false);
  // 50,000 off the median of 50,000: 674.5 thousandths of 74,130.
  expect(values(state, 't0', 't1', 't2')).toEqual([0, 0, 674]);
  const two = at(told.slice(1));
  expect(cellIn(two, `${KEY}{category=t2}`)).toMatchObject({ value: null, reason: 'few_parts' });
  expect(cellIn(two, KEY)).toMatchObject({ value: null, n: 0, reason: 'few_parts' });
  const alike = at([0, 1, 2].map((i) => about(`t${i}`, { n: 20, minutes: 30, escalated: 5 })));
  expect(values(alike, 't0')).toEqual([null]);
});
