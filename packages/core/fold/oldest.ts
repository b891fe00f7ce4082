/** The oldest of many instants that come and go, without looking at all of them. */
import { MinHeap } from '../panes/heap.ts';

export interface Oldest {
  /** Replaces the instant of `id`; null takes it away. */
  set(id: string, at: number | null): void;
  /** Infinity if there is none. */
  at(): number;
}

/** So many that are gone may stay in the heap, beside as many as are there. */
const STALE_MAX = 100;

export function createOldest(): Oldest {
  const instants = new Map<string, number>();
  const heap = new MinHeap<{ readonly id: string; readonly at: number }>((a, b) => a.at - b.at);
  const isCurrent = (item: { readonly id: string; readonly at: number }): boolean =>
    instants.get(item.id) === item.at;

  return {
    set(id, at) {
      const known = instants.get(id) ?? null;
      if (known === at) return;
      if (at === null) instants.delete(id);
      else {
        instants.set(id, at);
        heap.push({ id, at });
      }
      if (heap.size > 2 * instants.size + STALE_MAX) heap.keep(isCurrent);
    },
    at() {
      for (let top = heap.peek(); top; top = heap.peek()) {
        if (isCurrent(top)) return top.at;
        heap.pop();
      }
      return Number.POSITIVE_INFINITY;
    },
  };
}
