/** Issues whose read is owed, with the deliveries that said so: which one is next, and when. */
import { compareRaw, type RawPosition, type Source } from '@sapwood/core/facts';

export interface Entry {
  /** Pylon's issue id, or its number. */
  readonly ref: string;
  messages: boolean;
  srcs: Source[];
  /** Monotonic, as every wait here: a wall clock that is set back must not hold a read up. */
  dueAt: number;
  /** When the last delivery about it came, monotonic. */
  changedAt: number;
  /** Reads that found nothing newer than what was known. */
  misses: number;
  /** Reads in a row that failed: it waits longer each time, so that it holds up no other. */
  failures: number;
  notFoundAt: number | null;
  /** REST had it once. */
  known: boolean;
}

/** Above it reads cannot keep up: the newest first, and the search catches up with the rest. */
export const BACKLOG_HIGH = 20;
const SRCS_PER_READ_MAX = 64;

export class OwedReads {
  readonly #entries = new Map<string, Entry>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(ref: string): Entry | undefined {
    return this.#entries.get(ref);
  }

  all(): IterableIterator<Entry> {
    return this.#entries.values();
  }

  /** One entry per issue; above the limit the oldest is left to reconciliation. `now`: monotonic. */
  add(ref: string, src: Source | null, messages: boolean, now: number): Entry {
    const entry = this.#entries.get(ref) ?? newEntry(ref);
    entry.messages ||= messages;
    if (src) entry.srcs = [...entry.srcs, src].slice(-SRCS_PER_READ_MAX);
    entry.misses = 0;
    entry.changedAt = now;
    if (entry.notFoundAt === null) entry.dueAt = now;
    this.#entries.set(ref, entry);
    if (this.size > this.#max) this.#entries.delete(this.#entries.keys().next().value!);
    return entry;
  }

  /** The deliveries that a read begun after `through` satisfies are struck off. */
  settle(entry: Entry, through: RawPosition): void {
    entry.srcs = entry.srcs.filter((src) => compareRaw(src, through) > 0);
    entry.misses = 0;
    entry.failures = 0;
    entry.notFoundAt = null;
    if (entry.srcs.length === 0) this.#entries.delete(entry.ref);
  }

  /** How many are due. */
  backlog(now: number): number {
    let count = 0;
    for (const entry of this.all()) if (entry.dueAt <= now) count += 1;
    return count;
  }

  /** The entry that has waited longest; under a backlog the one that changed last. */
  next(now: number): Entry | null {
    const newestFirst = this.backlog(now) > BACKLOG_HIGH;
    const rank = (entry: Entry): number =>
      newestFirst && entry.dueAt <= now ? -entry.changedAt : entry.dueAt;
    let found: Entry | null = null;
    for (const entry of this.all()) {
      if (newestFirst && entry.dueAt > now) continue;
      if (!found || rank(entry) < rank(found)) found = entry;
    }
    return found;
  }
}

const newEntry = (ref: string): Entry => ({
  ...{ ref, messages: false, srcs: [], dueAt: 0, changedAt: 0, misses: 0, failures: 0 },
  ...{ notFoundAt: null, known: false },
});
