/** Names of what is counted: a row, what it keeps a second value of, and what is counted in it and is no row. */

/** Where a row keeps a second value of each: durations in open hours, beside those of the wall. */
const BESIDE = '~beside';
/** Where a row counts what is no row; no id and no written value has that sign. */
const MODE = '^';

export function besideCell(cell: string): string {
  const row = markedCell(cell);
  return `${row}${BESIDE}${cell.slice(row.length)}`;
}

export const modeCell = (row: string, ...parts: readonly string[]): string =>
  `${row}${MODE}${parts.map(encodeURIComponent).join('+')}`;
export const isModeCell = (cell: string): boolean => cell.includes(MODE);

/** The metric of a row, and which of its rows it is; empty: the total. */
export function partsOf(row: string): [id: string, values: string] {
  const brace = row.indexOf('{');
  return brace < 0 ? [row, ''] : [row.slice(0, brace), row.slice(brace)];
}

/** What a mode cell is counted in: its row, or where that keeps second values. */
export function markedCell(cell: string): string {
  const end = cell.indexOf(MODE);
  return end < 0 ? cell : cell.slice(0, end);
}

export function rowOfCell(cell: string): string {
  const row = markedCell(cell);
  return row.endsWith(BESIDE) ? row.slice(0, -BESIDE.length) : row;
}

/** The same cell of another row. */
export const cellIn = (row: string, cell: string): string =>
  `${row}${cell.slice(rowOfCell(cell).length)}`;

/** The part of its name that cells of one topic share. Asked of each cell at each reading: cut once. */
export function withinOf(cell: string): string {
  let within = withins.get(cell);
  if (within === undefined) {
    within = cell.slice(0, cell.indexOf('+'));
    if (withins.size < WITHINS_MAX) withins.set(cell, within);
  }
  return within;
}
/** Inverse of `modeCell`. */
export function partsOfMode(cell: string): readonly string[] {
  let parts = modes.get(cell);
  if (parts === undefined) {
    parts = cell
      .slice(markedCell(cell).length + 1)
      .split('+')
      .map(decodeURIComponent);
    if (modes.size < WITHINS_MAX) modes.set(cell, parts);
  }
  return parts;
}
const modes: Map<string, readonly string[]> = new Map();
const withins: Map<string, string> = new Map();
const WITHINS_MAX = 20_000;
