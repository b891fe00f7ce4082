/** Who waits now, by row: a gauge read from state, never a +/- counter (metrics.md 0, N). */
import { MinHeap } from './heap.ts';

export interface Waiter {
  readonly conversation: string;
  readonly since: number;
}

export interface WaitIndex {
  /** Replaces where a conversation waits; null = it does not. Returns the rows that changed. */
  set(conversation: string, waiting: { since: number; rows: readonly string[] } | null): string[];
  conversations(): Iterable<string>;
  /** Rows in which anybody waits. */
  rows(): Iterable<string>;
  /** Those who wait in a row. */
  within(row: string): Iterable<readonly [conversation: string, since: number]>;
  read(row: string): { readonly count: number; readonly oldestSince: number | null };
  /** So many of a row who have waited longest; of equals the smaller ids. */
  longest(row: string, max: number): readonly Waiter[];
}

const inOrder = (a: Waiter, b: Waiter): number =>
  a.since - b.since || (a.conversation < b.conversation ? -1 : 1);

/** So many who left may stay beside as many as wait: one who waits for ever is no dam. */
const STALE_MAX = 100;

export function createWaitIndex(): WaitIndex {
  const waiting = new Map<string, { since: number; rows: readonly string[] }>();
  const rows = new Map<string, { readonly heap: MinHeap<Waiter>; count: number }>();

  function rowOf(row: string): { readonly heap: MinHeap<Waiter>; count: number } {
    let known = rows.get(row);
    if (!known) {
      known = { heap: new MinHeap(inOrder), count: 0 };
      rows.set(row, known);
    }
    return known;
  }

  const isCurrent = (row: string, { conversation, since }: Waiter): boolean => {
    const now = waiting.get(conversation);
    return now !== undefined && now.since === since && now.rows.includes(row);
  };

  /** Those who left stay in the heap until they reach its top, or are too many. */
  function enter(row: string, waiter: Waiter): void {
    const index = rowOf(row);
    index.count += 1;
    index.heap.push(waiter);
    if (index.heap.size > 2 * index.count + STALE_MAX) index.heap.keep((w) => isCurrent(row, w));
  }

  return {
    set(conversation, next) {
      const before = waiting.get(conversation);
      if (before && next && before.since === next.since) {
        if (before.rows.join() === next.rows.join()) return [];
      }
      if (!before && !next) return [];
      for (const row of before?.rows ?? []) rowOf(row).count -= 1;
      if (next) waiting.set(conversation, next);
      else waiting.delete(conversation);
      if (next) {
        const waiter = { conversation, since: next.since };
        for (const row of next.rows) enter(row, waiter);
      }
      return [...(before?.rows ?? []), ...(next?.rows ?? [])];
    },
    conversations: () => waiting.keys(),
    *rows() {
      for (const [row, { count }] of rows) if (count > 0) yield row;
    },
    *within(row) {
      for (const [id, { since, rows: own }] of waiting) if (own.includes(row)) yield [id, since];
    },
    read(row) {
      const index = rows.get(row);
      if (!index || index.count === 0) return { count: 0, oldestSince: null };
      while (index.heap.size > 0 && !isCurrent(row, index.heap.peek()!)) index.heap.pop();
      return { count: index.count, oldestSince: index.heap.peek()?.since ?? null };
    },
    longest(row, max) {
      const heap = rows.get(row)?.heap;
      // Who left and came back as before stands in the heap twice.
      const found = new Map<string, Waiter>();
      while (heap && heap.size > 0 && found.size < max) {
        const waiter = heap.pop()!;
        if (isCurrent(row, waiter)) found.set(waiter.conversation, waiter);
      }
      for (const waiter of found.values()) heap!.push(waiter);
      return [...found.values()];
    },
  };
}
