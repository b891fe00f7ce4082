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

/** A score, and where it is told. */
export interface Scored {
  readonly metric: string;
  readonly T: number;
  readonly sides: readonly Happened[];
  readonly places: readonly Place[];
}

/** It is told where rows are declared of it; each row in which anything happened. */
export function scored(
  metric: string,
  recent: readonly Entry[],
  T: number,
  windows: readonly Window[],
  by: Known['by'],
): Scored {
  const told = by[metric]?.length ? windows.filter((window) => isTold(metric, window)) : [];
  const sides = told.map((window): Happened => {
    const entries = within(recent, window.now, T);
    return { window, entries, stands: standings(entries) };
  });
  const all = sides.flatMap(({ entries, stands }) => [...entries, ...stands]);
  // None is told by several dimensions at once, whatever is declared.
  const places = placesOf(all, {}).filter((place) => hasRow(metric, place, by));
  return { metric, T, sides, places: told.length > 0 ? places : [] };
}

/** Of the window before nobody knows what was worked on: no score has a reference. */
export const scoreSeries = (
  { metric, T, sides, places }: Scored,
  measure: (happened: Happened, place: Place) => Measured,
): OracleSeries[] =>
  places.map((place) => ({
    key: keyOf(metric, place),
    waiting: null,
    cells: sides.map((side): OracleCell => cell(T, side.window, measure(side, place), NOTHING)),
  }));

const NOTHING: Measured = { value: null, n: 0 };

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
