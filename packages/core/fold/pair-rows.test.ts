import { expect, it } from 'vitest';
import type { WorkspaceConfig } from '../directory/config.ts';
import { modeCell } from '../metrics/cell-names.ts';
import { PAIRS_MAX } from '../metrics/dimensions.ts';
import { seriesKey } from '../metrics/value.ts';
import type { WindowsState } from '../metrics/windows-state.ts';
import { PairRows } from './pair-rows.ts';

const ID = 'agent-specialisation';
const TOPIC = 'login';
const rowOf = (agent: string): string => seriesKey(ID, { assignee: agent, category: TOPIC });
const cellOf = (agent: string): string => modeCell(ID, agent, TOPIC);

/** Rows over counts that a test sets as it likes. */
function pairs() {
  const counts = new Map<string, number>();
  const read = (cell: string) => ({ now: { n: counts.get(cell) ?? 0 } });
  const windows = { level: () => ({ modes: new Map([[ID, { read }]]) }) };
  const [rows, stored, touched] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const all = new PairRows({
    config: () => ({ by: { [ID]: ['assignee'] } }) as unknown as WorkspaceConfig,
    windows: () => windows as unknown as WindowsState,
    teamOf: () => new Map(),
    rows,
    rowChanged: (row) => void stored.add(row),
    touch: (row) => void touched.add(row),
  });
  const count = (agent: string, n: number): void => {
    counts.set(cellOf(agent), n);
    all.counted(cellOf(agent));
  };
  return { all, rows, stored, touched, count };
}

it('SPEC-4 a pair has a row from ten on, and keeps it', () => {
  const { all, rows, count } = pairs();
  count('ada', 9);
  expect([...rows]).toEqual([]);
  count('ada', 10);
  count('ada', 3);
  expect([[...rows], all.isCapped, all.reasonOf(rowOf('ada'))]).toEqual([
    [rowOf('ada')],
    false,
    null,
  ]);
});

it('SPEC-4 of more than 2,000 those of the largest n are shown, of equals the smaller keys, from the whole hour on', () => {
  const { all, stored, touched, count } = pairs();
  const agents = Array.from({ length: PAIRS_MAX }, (_, i) => `a${String(i).padStart(4, '0')}`);
  for (const agent of agents) count(agent, 11);
  count('a0007', 12);
  count('zoe', 50);
  expect([all.isCapped, all.isHidden(rowOf('zoe'))]).toEqual([true, true]);
  expect(all.reasonOf(rowOf('zoe'))).toBe('not_shown');
  stored.clear();
  touched.clear();
  all.rank();
  const [last] = agents.slice(-1);
  expect([all.isHidden(rowOf('zoe')), all.isHidden(rowOf(last!))]).toEqual([false, true]);
  expect([...stored].sort()).toEqual([rowOf(last!), rowOf('zoe')]);
  expect([...touched].sort()).toEqual([rowOf(last!), rowOf('zoe')]);
  // What is not shown is told no more.
  touched.clear();
  all.touchAll();
  expect([touched.size, touched.has(rowOf(last!))]).toEqual([PAIRS_MAX, false]);
  all.rank();
  expect(all.isHidden(rowOf(last!))).toBe(true);
});
