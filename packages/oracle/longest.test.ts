import type { Fact } from '@sapwood/core/facts';
import { expect, it } from 'vitest';
import { issue, message } from '../../tests/support/facts.ts';
import { at, BASE, cellOf, robot, stateAt } from './told.fixture.ts';

const KEY = 'longest-waiting';
const asked = (id: string, time: string, teamId = 'tier1'): Fact[] => [
  message(id, at(time), 'customer'),
  issue(id, at(time), { stateCategory: 'new', channel: 'email', createdAt: at(time), teamId }),
];
const longest = (time: string, facts: readonly Fact[], row = '') => {
  const state = stateAt(facts, time);
  const series = state.series.get(`${KEY}${row}`);
  return [cellOf(state, `${KEY}${row}`, 'now')?.value, series?.top?.map((one) => one.conversation)];
};

it('ORACLE-146 the longest wait up to the last edge of a pane, and the five longest', () => {
  const ids = ['F', 'E', 'D', 'C', 'B', 'A'];
  const all = ids.flatMap((id) => asked(id, id < 'E' ? '09:00:00' : '08:59:58'));
  expect(longest('09:10:04', all)).toEqual([602_000, ['E', 'F', 'A', 'B', 'C']]);
  const [first] = stateAt(all, '09:10:04').series.get(KEY)!.top!;
  expect(first).toEqual({ conversation: 'E', since: at('08:59:58') });
  // What they write beside that does not set it back; an answer ends it.
  const more = [...all, message('E', at('09:05:00'), 'customer')];
  expect(longest('09:10:04', more)[0]).toBe(602_000);
  const answered = [...more, ...['E', 'F'].map((id) => message(id, at('09:06:00'), 'human'))];
  expect(longest('09:10:04', answered)).toEqual([600_000, ['A', 'B', 'C', 'D']]);
  expect(longest('09:00:03', asked('A', '09:00:01'))).toEqual([0, ['A']]);
});

it('ORACLE-146 by what is so now; nobody waits: no value; without messages nobody knows', () => {
  const two = [...asked('A', '09:00:00'), ...asked('B', '09:01:00', 'tier2')];
  expect(longest('09:10:00', two, '{team=tier2}')).toEqual([540_000, ['B']]);
  const covered = [robot('robot'), ...asked('A', '09:00:00'), message('A', at('09:00:03'), 'bot')];
  expect(longest('09:10:00', covered)).toEqual([null, []]);
  const silent = stateAt(two, '09:10:00', { ...BASE, messages: 'none' });
  expect(silent.series.get(KEY)).toMatchObject({ cells: [{ value: null, n: 0 }] });
  expect(silent.series.get(KEY)!.top).toBeUndefined();
});
