/** Cells of sets of tags by each tag in them: few of thousands of sets have a tag that is new. */
import { partsOfMode } from './cell-names.ts';

const NONE: ReadonlySet<string> = new Set();

export class TagSets {
  readonly #cells: Map<string, Set<string>> = new Map();

  see(cell: string): void {
    for (const tag of partsOfMode(cell)) {
      const known = this.#cells.get(tag);
      if (known) known.add(cell);
      else this.#cells.set(tag, new Set([cell]));
    }
  }

  with(tag: string): ReadonlySet<string> {
    return this.#cells.get(tag) ?? NONE;
  }

  clear(): void {
    this.#cells.clear();
  }
}
