/** Rows that are told, for whoever adds some of them or marks them to be told anew. */
import type { Dimension } from '../tree/dimensions.ts';

export interface ToldRows {
  readonly rows: ReadonlySet<string>;
  /** Adds it if it is new; where it counts. */
  placesOf(row: string): readonly string[];
  rowsShown(id: string, dimension: Dimension): Iterable<string>;
  touch(row: string): void;
}
