/** What a workspace was told that it costs: of each entry the revision in force. */
import { isOver, newerRevision } from '../cost/in-force.ts';
import type { CostEntry } from '../facts/fact.ts';
import { canonicalJson } from '../num/integer.ts';

export class Ledger {
  readonly entries: Map<string, CostEntry> = new Map();
  readonly #changed: (field: string) => void;

  /** `changed`: a stored field is to be stored anew. */
  constructor(changed: (field: string) => void) {
    this.#changed = changed;
  }

  /** True if it was new, and some window reaches it. */
  take(entry: CostEntry, T: number): boolean {
    const known = this.entries.get(entry.costId);
    if (!known && isOver(entry, T)) return false;
    const chosen = known ? newerRevision(entry, known) : entry;
    if (known && canonicalJson(known) === canonicalJson(chosen)) return false;
    this.entries.set(entry.costId, chosen);
    this.#changed(`cost/${entry.costId}`);
    return true;
  }

  /** Drops what no window reaches any more. */
  advance(T: number): void {
    for (const [id, entry] of this.entries) {
      if (!isOver(entry, T)) continue;
      this.entries.delete(id);
      this.#changed(`cost/${id}`);
    }
  }
}
