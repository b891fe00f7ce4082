/** What lies on whom now, and how evenly (metrics.md 3.1, 24): of what is open and does not rest. */
import { seriesKey } from '@sapwood/core/metrics';
import { divRound } from '@sapwood/core/num';
import { cellOf, gauge, type Open } from './backlog.ts';
import type { Known } from './circumstances.ts';
import type { OracleSeries } from './flows.ts';
import { type FullRow, NONE } from './rows.ts';

interface OpenInRow extends Open {
  readonly row: FullRow;
}

const LOADS = 'team-workload';
const PPM = 1_000_000;

export function workloadSeries(
  open: readonly OpenInRow[],
  T: number,
  { by, people, membersOf }: Pick<Known, 'by' | 'people' | 'membersOf'>,
): OracleSeries[] {
  const active = open.filter(({ isHeld }) => !isHeld).map(({ row }) => row);
  const placed = active.map(({ assignee, team, priority }) => ({ assignee, team, priority }));
  const teams = new Set(active.flatMap(({ team }) => team));
  const spread = (key: string, rows: readonly FullRow[], agents: readonly string[]) => {
    const counts = countsOf(rows, agents);
    const cell = (value: number | null) => ({ ...cellOf(counts.length, T), value });
    return [
      { id: 'team-workload-imbalance', value: imbalance(counts) },
      { id: 'team-workload-gini', value: gini(counts) },
    ].map(({ id, value }) => ({ key: `${id}${key}`, cells: [cell(value)], waiting: null }));
  };
  // Nobody knows who might have had it where nobody is known to be there.
  const loads = [...gauge(LOADS, placed, T, by), ...nobodys(active, T, by)];
  if (people.length === 0) return loads;
  return [
    ...loads,
    ...spread('', active, people),
    ...[...teams].flatMap((team) => {
      const own = active.filter((row) => row.team.includes(team));
      return spread(seriesKey('', { team }), own, membersOf(team));
    }),
  ];
}

/** What nobody has is a row, whether each of them has one or not. */
function nobodys(rows: readonly FullRow[], T: number, by: Known['by']): OracleSeries[] {
  if (by[LOADS]?.includes('assignee')) return [];
  const those = rows.filter(({ assignee }) => assignee.includes(NONE));
  const key = seriesKey(LOADS, { assignee: NONE });
  return [{ key, cells: [cellOf(those.length, T)], waiting: null }];
}

/** How many each has, those who have none too. */
function countsOf(rows: readonly FullRow[], agents: readonly string[]): number[] {
  const owners = rows.flatMap(({ assignee }) => assignee).filter((id) => id !== NONE);
  const all = [...new Set([...agents, ...owners])];
  return all.map((id) => owners.filter((one) => one === id).length);
}

function imbalance(counts: readonly number[]): number | null {
  const sorted = [...counts].sort((a, b) => a - b);
  const median = sorted[Math.ceil(sorted.length * 0.5) - 1];
  return median ? divRound(Math.max(...counts) * PPM, median) : null;
}

/** Half the mean difference of any two, of their mean. */
function gini(counts: readonly number[]): number | null {
  const n = counts.length;
  const sum = counts.reduce((a, b) => a + b, 0);
  if (sum === 0) return null;
  const differences = counts.flatMap((a) => counts.map((b) => Math.abs(a - b)));
  return divRound(differences.reduce((a, b) => a + b, 0) * PPM, 2 * n * sum);
}
