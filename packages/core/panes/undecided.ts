/**
 * How many of what was counted in a row may still change, each until an instant of its own: to the
 * millisecond, where panes tell no more than their own length.
 */
import { bump } from './cell.ts';
import { MinHeap } from './heap.ts';

export class Undecided {
  readonly #counts: Map<string, number> = new Map();
  /** By the instant at which it is over: how many of a row. */
  readonly #ends: Map<number, Map<string, number>> = new Map();
  readonly #order: MinHeap<number> = new MinHeap((a, b) => a - b);
  #T: number;

  constructor(T: number) {
    this.#T = T;
  }

  /** Counts one until log time is `until`, or takes it back. */
  add(row: string, until: number, sign: 1 | -1): void {
    if (until <= this.#T) return;
    let ends = this.#ends.get(until);
    if (!ends) {
      ends = new Map();
      this.#ends.set(until, ends);
      this.#order.push(until);
    }
    bump(ends, row, sign);
    bump(this.#counts, row, sign);
  }

  /** Moves log time; adds the rows of which one is over to `changed`. */
  advance(T: number, changed: Set<string>): void {
    this.#T = Math.max(this.#T, T);
    for (let end = this.#order.peek(); end !== undefined && end <= T; end = this.#order.peek()) {
      this.#order.pop();
      for (const [row, times] of this.#ends.get(end)!) {
        bump(this.#counts, row, -times);
        changed.add(row);
      }
      this.#ends.delete(end);
    }
  }

  read(row: string): number {
    return this.#counts.get(row) ?? 0;
  }

  /** Counts all of a row in another one too, or no longer. */
  merge(into: string, from: string, sign: 1 | -1): void {
    for (const counts of [this.#counts, ...this.#ends.values()]) {
      const times = counts.get(from);
      if (times) bump(counts, into, sign * times);
    }
  }
}
