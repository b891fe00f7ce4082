/** What customers say of one person is told where it is the word of enough of them (metrics.md 4). */
import type { Dimension } from '../tree/dimensions.ts';

/** The dimension of which each value is a person. */
export const PERSON: Dimension = 'assignee';

export const isOfPerson = (row: string): boolean => row.includes(`{${PERSON}=`);

/** What a row counts in a window. */
export interface Said {
  readonly row: string;
  readonly n: number;
  readonly customers: number;
}

/**
 * Rows of fewer than `least` customers. Where they are of fewer even together, what they come to would follow
 * from the total and the rows that are told: then the one of the next fewest, of equals the smaller key, is
 * withheld with them.
 */
export function withheldAmong(rows: readonly Said[], least: number): ReadonlySet<string> {
  const few = rows.filter(({ customers }) => customers < least);
  const together = few.reduce((sum, { customers }) => sum + customers, 0);
  const isPlain = together < least && few.some(({ n }) => n > 0);
  const told = rows.filter(({ customers }) => customers >= least);
  const next = isPlain && told.length > 0 ? [told.reduce(fewer)] : [];
  return new Set([...few, ...next].map(({ row }) => row));
}

const fewer = (a: Said, b: Said): Said =>
  a.customers < b.customers || (a.customers === b.customers && a.row < b.row) ? a : b;
