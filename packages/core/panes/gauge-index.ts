/**
 * What counts now, by row: a gauge read from state, never a +/- counter (metrics.md 0, N). Where something
 * counts may move with log time alone.
 */
import { bump } from './cell.ts';
import { MinHeap } from './heap.ts';

/** What is told of something that counts, without a look at it. */
export interface About {
  readonly since: number;
  readonly account: string;
  readonly state: string;
}

/** Something that counts in a row, and how often. */
export interface Counted extends About {
  readonly id: string;
  readonly times: number;
}

/** Where something counts at an instant: a row as often as it is named. */
export interface Standing {
  readonly about: About;
  readonly rowsAt: (T: number) => readonly string[];
  /** The next instant after T at which that changes; infinity: none. */
  readonly changesAfter: (T: number) => number;
}

export interface GaugeIndex {
  /** Replaces where a conversation counts; null: nowhere. Adds the rows that changed. */
  set(conversation: string, standing: Standing | null, changed: Set<string>): void;
  /** Moves log time; adds the rows whose count changed by that alone. */
  advance(T: number, changed: Set<string>): void;
  read(row: string): number;
  within(row: string): Iterable<Counted>;
}

interface Held extends Standing {
  readonly rows: readonly string[];
  readonly movesAt: number;
}

/** So many that are no longer true may stay beside as many as count. */
const STALE_MAX = 100;

export function createGaugeIndex(): GaugeIndex {
  const held = new Map<string, Held>();
  const counts = new Map<string, number>();
  /** Those that move; an entry that is no longer true is passed over. */
  const moving = new MinHeap<{ readonly at: number; readonly id: string }>((a, b) => a.at - b.at);
  let T = 0;

  function count(rows: readonly string[], sign: 1 | -1, changed: Set<string>): void {
    for (const row of rows) {
      bump(counts, row, sign);
      changed.add(row);
    }
  }

  function moves(id: string, at: number): void {
    moving.push({ at, id });
    if (moving.size <= 2 * held.size + STALE_MAX) return;
    moving.keep((one) => held.get(one.id)?.movesAt === one.at);
  }

  function place(id: string, standing: Standing, changed: Set<string>): void {
    const known = held.get(id);
    const rows = standing.rowsAt(T);
    const movesAt = standing.changesAfter(T);
    const { about, rowsAt, changesAfter } = standing;
    held.set(id, { about, rowsAt, changesAfter, rows, movesAt });
    if (known?.movesAt !== movesAt && Number.isFinite(movesAt)) moves(id, movesAt);
    if (known?.rows.join() === rows.join()) return;
    count(known?.rows ?? [], -1, changed);
    count(rows, 1, changed);
  }

  function drop(id: string, changed: Set<string>): void {
    const known = held.get(id);
    if (!known) return;
    held.delete(id);
    count(known.rows, -1, changed);
  }

  return {
    set(id, standing, changed) {
      if (standing) place(id, standing, changed);
      else drop(id, changed);
    },
    advance(next, changed) {
      // Through each place on the way, so that one step and many know the same rows.
      for (let top = moving.peek(); top && top.at <= next; top = moving.peek()) {
        moving.pop();
        const known = held.get(top.id);
        if (known?.movesAt !== top.at) continue;
        T = top.at;
        place(top.id, known, changed);
      }
      T = next;
    },
    read: (row) => counts.get(row) ?? 0,
    *within(row) {
      for (const [id, { about, rows }] of held) {
        const times = rows.filter((one) => one === row).length;
        if (times > 0) yield { ...about, id, times };
      }
    },
  };
}
