/** The backlog: who is open now, those that rest apart (metrics.md 3.2), in rows of what is so now. */
import { valueNow } from './attribute.ts';
import { DAY_MS } from './case.ts';
import type { OracleCell } from './cells.ts';
import type { Known } from './circumstances.ts';
import type { Case } from './conversation.ts';
import type { OracleSeries } from './flows.ts';
import type { Holds } from './holds.ts';
import { combined, keyOf, namesOf, placeOf } from './places.ts';
import { DIMENSIONS, type Dimension, type FullRow, type Row, rowNow } from './rows.ts';

/** A conversation that is open. */
export interface Open {
  readonly createdAt: number;
  readonly state: string;
  readonly isHeld: boolean;
  readonly row: Row;
}

/** Created, as far as anybody saw, and not closed; one that was removed is not asked about. */
export function openNow(found: Case, { intervals }: Holds): Open | null {
  const { createdAt } = found;
  const state = valueNow(found.state) ?? 'unknown';
  if (createdAt === null || state === 'closed') return null;
  return { createdAt, state, isHeld: intervals.at(-1)?.ended === null, row: rowNow(found) };
}

const HOUR_MS = 3_600_000;
/** Each begins at its own age: an hour is no longer under one. */
const AGES = [
  { name: 'over_7d', fromMs: 7 * DAY_MS },
  { name: '1d_to_7d', fromMs: DAY_MS },
  { name: '4h_to_24h', fromMs: 4 * HOUR_MS },
  { name: '1h_to_4h', fromMs: HOUR_MS },
];
const ageOf = (ms: number): string => AGES.find(({ fromMs }) => ms >= fromMs)?.name ?? 'under_1h';

const ALWAYS: readonly string[] = ['channel', 'team'];
type RowName = Dimension | 'age' | 'state';
const ROWS: readonly RowName[] = [...DIMENSIONS, 'age', 'state'];

interface OpenInRow extends Open {
  readonly row: FullRow;
}

export function backlogSeries(
  open: readonly OpenInRow[],
  T: number,
  by: Known['by'],
): OracleSeries[] {
  const placed = (those: readonly OpenInRow[]): Placed[] =>
    those.map(({ createdAt, state, row }) => ({
      ...row,
      age: [ageOf(T - createdAt)],
      state: [state],
    }));
  const held = placed(open.filter(({ isHeld }) => isHeld));
  const active = placed(open.filter(({ isHeld }) => !isHeld));
  return [...gauge('backlog', active, T, by), ...gauge('backlog-held', held, T, by)];
}

/** What is counted of now, by its values of each dimension. */
export type Placed = Readonly<Partial<Record<RowName, readonly string[]>>>;

/** The total, if it is none too, and a row for each value that one of them has. */
export function gauge(
  metric: string,
  those: readonly Placed[],
  T: number,
  by: Known['by'],
): OracleSeries[] {
  const declared = by[metric] ?? [];
  const rows = [
    ...ROWS.filter((dim) => ALWAYS.includes(dim) || declared.includes(dim)),
    ...declared.filter((names) => names.includes(',')),
  ];
  const counts = new Map([[metric, those.length]]);
  for (const values of those) {
    for (const dimension of rows) {
      const lists = namesOf(dimension).map((name) => values[name as RowName] ?? []);
      for (const one of combined(lists)) {
        const key = keyOf(metric, placeOf(dimension, one));
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
  }
  return [...counts].map(([key, n]) => ({ key, cells: [cellOf(n, T)], waiting: null }));
}

export const cellOf = (n: number, T: number): OracleCell => ({
  ...{ window: 'now', clock: 'wall', from: T, to: T, value: n, n },
  ...{
    num: null,
    den: null,
    mean: null,
    p50: null,
    p90: null,
    max: null,
    vsPrev: null,
    zeroPpm: null,
  },
});
