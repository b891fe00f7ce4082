/** What scores have in common (metrics.md 3.4): entries of a window by row, and means of scores. */
import { divRound } from '@sapwood/core/num';
import { cell, type Entry, type Measured, type OracleCell, standings, within } from './cells.ts';
import type { Known } from './circumstances.ts';
import type { OracleSeries } from './flows.ts';
import { hasRow, type InRow, keyOf, type Place, placesOf } from './places.ts';
import { isTold, type Window } from './windows.ts';

/** What happened in a window, those worked on once each included, in the row of their last work. */
export interface Happened {
  readonly window: Window;
  readonly entries: readonly Entry[];
  readonly stands: ReturnType<typeof standings>;
}

/** The same, of those alone that stand in a row. */
export function onlyIn({ window, entries, stands }: Happened, place: Place): Happened {
  const isIn = ({ row }: InRow): boolean =>
    place === null || row[place.dimension].includes(place.value);
  return { window, entries: entries.filter(isIn), stands: stands.filter(isIn) };
}

/** Told where rows are declared of it. Of the window before nobody knows what was worked on: no score has a reference. */
export function scoreSeries(
  metric: string,
  recent: readonly Entry[],
  T: number,
  windows: readonly Window[],
  by: Known['by'],
  measure: (happened: Happened, place: Place) => Measured,
): OracleSeries[] {
  if (!by[metric]?.length) return [];
  const sides = windows
    .filter((window) => isTold(metric, window))
    .map((window): Happened => {
      const entries = within(recent, window.now, T);
      return { window, entries, stands: standings(entries) };
    });
  const all = sides.flatMap(({ entries, stands }) => [...entries, ...stands]);
  return placesOf(all)
    .filter((place) => hasRow(metric, place, by))
    .map((place) => {
      const cells = sides.map(
        (happened): OracleCell =>
          cell(T, happened.window, measure(happened, place), { value: null, n: 0 }),
      );
      return { key: keyOf(metric, place), waiting: null, cells };
    });
}

/** The mean of scores and how many there are; of none the reason. */
export function meanOf(scores: readonly number[], reason: string): Measured {
  const { length: n } = scores;
  if (n === 0) return { value: null, n, reason };
  return { value: divRound(sumOf(scores), n), n };
}

export const sumOf = (all: readonly number[]): number => all.reduce((sum, one) => sum + one, 0);

/** Twice the median of integers, so that it is one; null: of none. */
export function twiceMiddle(all: readonly number[]): number | null {
  const sorted = [...all].sort((a, b) => a - b);
  const { length: n } = sorted;
  if (n === 0) return null;
  return sorted[Math.floor((n - 1) / 2)]! + sorted[Math.floor(n / 2)]!;
}
