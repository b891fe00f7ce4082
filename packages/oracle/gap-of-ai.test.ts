import type { Fact } from '@sapwood/core/facts';
import { expect, it } from 'vitest';
import { cellIn, over, talk } from './returns.fixture.ts';
import { robot } from './told.fixture.ts';

const KEY = 'csat-gap-ai';
const SCALE = { csatScale: { min: 1, max: 5, positiveFrom: 4 } };
/** Closed at noon and rated then. */
function rated(id: string, score: number, ...by: readonly ('human' | 'bot')[]): Fact[] {
  const { ask, reply, bot, close } = talk(id);
  const said = by.map((who, i) => (who === 'bot' ? bot : reply)(`10 10:0${i}`));
  return [...ask('10 09:00'), ...said, close('10 12:00'), close('10 13:00', { csat: [score] })];
}
const gap = (...told: readonly (readonly Fact[])[]) =>
  cellIn(over([robot('robot'), ...told.flat()], SCALE)('12 00:00'), KEY);

it('ORACLE-142 what an AI got alone less what persons had a hand in, both or none', () => {
  const ai = [rated('A', 5, 'bot'), rated('B', 1, 'bot')];
  const persons = [rated('C', 5, 'human'), rated('D', 4, 'bot', 'human'), rated('E', 2, 'human')];
  expect(gap(...ai, ...persons)).toMatchObject({ value: -166_667, n: 2, num: null, den: null });
  expect(gap(ai[0]!, persons[2]!)).toMatchObject({ value: 1_000_000, n: 1 });
  // Of what nobody handled nobody got a rating.
  expect(gap(...ai, rated('F', 5))).toMatchObject({ value: null, n: 0 });
  expect(gap(...persons)).toMatchObject({ value: null, n: 0 });
});

it('ORACLE-142 over weeks, by channel, and only where a scale is declared', () => {
  const told = [robot('robot'), ...rated('A', 5, 'bot'), ...rated('C', 1, 'human')];
  const state = over(told, SCALE)('12 00:00');
  expect(state.series.get(KEY)!.cells.map(({ window }) => window)).toEqual(['7d', '28d', '90d']);
  expect(cellIn(state, `${KEY}{channel=email}`)?.value).toBe(1_000_000);
  expect(state.series.has(`${KEY}{team=tier1}`)).toBe(false);
  expect(cellIn(over(told)('12 00:00'), KEY)).toMatchObject({ value: null, n: 0 });
});
