/**
 * What a process knows of the outbox that it fills itself: an owner that remembers its commits need
 * not ask the store for the names of everything after each of them. Whatever leaves a doubt is
 * forgotten, and the next question goes to the store.
 */
import type { OutboxRecord } from '../ports.ts';
import { compareFields, fieldOf } from './payload.ts';

/** Held at once in one scope; of what comes on top the name alone, and its bytes are read back. */
const HELD_BYTES_MAX = 4 * 1024 * 1024;

export interface BacklogStore {
  names(): Promise<string[]>;
  /** In the order asked for; null where there is none. */
  read(fields: readonly string[]): Promise<readonly (OutboxRecord | null)[]>;
}

export interface Backlog {
  /** A commit brought these. */
  added(entries: readonly OutboxRecord[]): void;
  settled(entries: readonly OutboxRecord[]): void;
  /** Another may have written, or it is not known whether a commit of ours was. */
  forget(): void;
  /** The oldest, by topic and seq. */
  pending(max: number): Promise<OutboxRecord[]>;
}

const bytesOf = (entry: OutboxRecord | null | undefined): number => entry?.value?.length ?? 0;
const byPlace = (a: OutboxRecord, b: OutboxRecord): number =>
  a.topic === b.topic ? a.seq - b.seq : a.topic < b.topic ? -1 : 1;

/** Entries by name, oldest first; null where the bytes are in the store alone. */
class Entries {
  readonly #byName = new Map<string, OutboxRecord | null>();
  #heldBytes = 0;

  put(name: string, entry: OutboxRecord | null): void {
    this.#heldBytes -= bytesOf(this.#byName.get(name));
    const held = this.#heldBytes + bytesOf(entry) <= HELD_BYTES_MAX ? entry : null;
    this.#heldBytes += bytesOf(held);
    this.#byName.set(name, held);
  }
  drop(name: string): void {
    this.#heldBytes -= bytesOf(this.#byName.get(name));
    this.#byName.delete(name);
  }
  head(max: number): [name: string, entry: OutboxRecord | null][] {
    const found: [string, OutboxRecord | null][] = [];
    for (const pair of this.#byName) if (found.push(pair) >= max) break;
    return found;
  }
}

export function createBacklog(store: BacklogStore): Backlog {
  let known: Entries | null = null;
  /** Set while names are asked for: commits whose entries the answer may lack. */
  let asking: { readonly meanwhile: OutboxRecord[] } | null = null;

  const add = (entries: Entries, records: readonly OutboxRecord[]): void => {
    for (const record of [...records].sort(byPlace)) entries.put(fieldOf(record), record);
  };
  const forget = (): void => {
    known = null;
    asking = null;
  };
  const learn = async (): Promise<Entries> => {
    const mine = { meanwhile: [] };
    asking = mine;
    const names = await store.names().catch((error: Error) => {
      if (asking === mine) asking = null;
      throw error;
    });
    const entries = new Entries();
    for (const name of names.sort(compareFields)) entries.put(name, null);
    // A doubt came up meanwhile: good for one answer, and not to be kept.
    if (asking !== mine) return entries;
    asking = null;
    add(entries, mine.meanwhile);
    known = entries;
    return entries;
  };
  return {
    added: (records) => {
      if (known) add(known, records);
      else asking?.meanwhile.push(...records);
    },
    settled: (records) => {
      if (!known) return forget();
      for (const record of records) known.drop(fieldOf(record));
    },
    forget,
    pending: async (max) => {
      const entries = known ?? (await learn());
      const head = entries.head(max);
      const unread = head.flatMap(([name, entry]) => (entry ? [] : [name]));
      const found = unread.length > 0 ? await store.read(unread) : [];
      const read = new Map(unread.map((name, i) => [name, found[i] ?? null]));
      for (const [name, entry] of read) if (!entry) entries.drop(name);
      return head.flatMap(([name, entry]) => entry ?? read.get(name) ?? []).sort(byPlace);
    },
  };
}
