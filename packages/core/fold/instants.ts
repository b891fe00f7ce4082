/** Instants by id that come and go, the earliest at hand without looking at all of them. */
import { MinHeap } from '../panes/heap.ts';

interface Item {
  readonly id: string;
  readonly at: number;
}

export interface Instants {
  /** Replaces the instant of `id`; null takes it away. */
  set(id: string, at: number | null): void;
  /** Infinity if there is none. */
  first(): number;
  /** Takes away who has the first instant, if that is not after T: by id. null: nobody. */
  take(T: number): { readonly at: number; readonly ids: readonly string[] } | null;
}

/** So many that are gone may stay in the heap, beside as many as are there. */
const STALE_MAX = 100;

export function createInstants(): Instants {
  const instants = new Map<string, number>();
  const heap = new MinHeap<Item>((a, b) => a.at - b.at);
  const isCurrent = (item: Item): boolean => instants.get(item.id) === item.at;

  function top(): Item | undefined {
    while (heap.size > 0 && !isCurrent(heap.peek()!)) heap.pop();
    return heap.peek();
  }

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
    first: () => top()?.at ?? Number.POSITIVE_INFINITY,
    take(T) {
      const at = top()?.at;
      if (at === undefined || at > T) return null;
      const ids: string[] = [];
      for (let item = top(); item?.at === at; item = top()) {
        ids.push(item.id);
        instants.delete(item.id);
      }
      return { at, ids: ids.sort() };
    },
  };
}
