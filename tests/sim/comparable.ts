/** A series as text, without what may be older: a value that did not change is not sent again. */
import type { Cell, Series } from '@sapwood/core/metrics';

/** Neither the offset nor the ends of the windows. */
export function comparable({ offset: _offset, cells, waiting, ...rest }: Series): string {
  const waits = waiting && [waiting.count, waiting.oldestSince];
  return JSON.stringify([inOrder(rest), waits, cells.map(cellInOrder)]);
}

/** Decoded and folded ones have their fields in another order. */
const inOrder = (record: object): [string, unknown][] =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

/** The ends of windows move, and nothing is sent for that. */
const ENDLESS = { from: null, to: null };
const NAMES = new Map<number, readonly (keyof Cell)[]>();

/** All cells have the same fields: they are sorted once. */
function cellInOrder(cell: Cell): unknown[] {
  const size = Object.keys(cell).length;
  let names = NAMES.get(size);
  if (!names) {
    names = (Object.keys(cell) as (keyof Cell)[]).sort();
    NAMES.set(size, names);
  }
  return names.map((name) => {
    if (name === 'from' || name === 'to') return null;
    if (name === 'settled') return cell.settled && inOrder({ ...cell.settled, ...ENDLESS });
    return name === 'shares' ? cell.shares.map(({ child, share }) => [child, share]) : cell[name];
  });
}
