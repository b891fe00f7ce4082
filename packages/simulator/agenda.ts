/** What happens next: a heap by time, equal times in the order they were planned. */
export interface Agenda<T> {
  add(at: number, item: T): void;
  nextAt(): number | null;
  take(): { readonly at: number; readonly item: T } | null;
  size(): number;
}

interface Planned<T> {
  readonly at: number;
  readonly seq: number;
  readonly item: T;
}

export function createAgenda<T>(): Agenda<T> {
  const heap: Planned<T>[] = [];
  let seq = 0;
  const before = (a: number, b: number): boolean => {
    const left = heap[a]!;
    const right = heap[b]!;
    return left.at < right.at || (left.at === right.at && left.seq < right.seq);
  };
  const swap = (a: number, b: number): void => {
    [heap[a], heap[b]] = [heap[b]!, heap[a]!];
  };
  function rise(i: number): void {
    for (let up = (i - 1) >> 1; i > 0 && before(i, up); up = (i - 1) >> 1) {
      swap(i, up);
      i = up;
    }
  }
  function sink(i: number): void {
    for (;;) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < heap.length && before(child, least)) least = child;
      }
      if (least === i) return;
      swap(i, least);
      i = least;
    }
  }
  return {
    add(at, item) {
      heap.push({ at, seq: seq++, item });
      rise(heap.length - 1);
    },
    nextAt: () => heap[0]?.at ?? null,
    take() {
      const first = heap[0];
      if (!first) return null;
      const last = heap.pop()!;
      if (heap.length > 0) {
        heap[0] = last;
        sink(0);
      }
      return first;
    },
    size: () => heap.length,
  };
}
