/**
 * Conversations that are open now, by row: a gauge read from state, never a +/- counter (metrics.md 0,
 * N). How old each is moves with log time alone, from one band of ages to the next.
 */
import { DAY_MS, HOUR_MS } from '../time/instant.ts';
import { bump } from './cell.ts';
import { MinHeap } from './heap.ts';

/** Upper ends of the bands; the last band has none (metrics.md 3.2, `backlog`). */
const BANDS: readonly { readonly name: string; readonly untilMs: number }[] = [
  { name: 'under_1h', untilMs: HOUR_MS },
  { name: '1h_to_4h', untilMs: 4 * HOUR_MS },
  { name: '4h_to_24h', untilMs: DAY_MS },
  { name: '1d_to_7d', untilMs: 7 * DAY_MS },
  { name: 'over_7d', untilMs: Number.POSITIVE_INFINITY },
];

export const ageBandOf = (ageMs: number): number =>
  BANDS.findIndex(({ untilMs }) => ageMs < untilMs);
export const AGE_BANDS: readonly string[] = BANDS.map(({ name }) => name);

/** Where an open conversation counts; `rowsAged` by the name of its band. */
export interface Open {
  readonly createdAt: number;
  readonly account: string;
  readonly state: string;
  readonly rowsAged: (band: string) => readonly string[];
}

export interface OpenIndex {
  /** Replaces where a conversation counts; null: it is not open. Adds the rows that changed. */
  set(conversation: string, open: Open | null, changed: Set<string>): void;
  /** Moves log time; adds the rows whose count changed by age alone. */
  advance(T: number, changed: Set<string>): void;
  read(row: string): number;
  /** Those that count in a row. */
  within(row: string): Iterable<readonly [conversation: string, open: Open]>;
}

interface Held extends Open {
  readonly rows: readonly string[];
  readonly leavesAt: number;
}

export function createOpenIndex(): OpenIndex {
  const held = new Map<string, Held>();
  const counts = new Map<string, number>();
  /** Those that leave their band; an entry that is no longer true is passed over. */
  const leaving = new MinHeap<{ readonly at: number; readonly id: string }>((a, b) => a.at - b.at);
  let T = 0;

  function count(rows: readonly string[], sign: 1 | -1, changed: Set<string>): void {
    for (const row of rows) {
      bump(counts, row, sign);
      changed.add(row);
    }
  }

  function place(id: string, open: Open, changed: Set<string>): void {
    const known = held.get(id);
    const band = ageBandOf(T - open.createdAt);
    const rows = open.rowsAged(AGE_BANDS[band]!);
    const leavesAt = open.createdAt + BANDS[band]!.untilMs;
    held.set(id, { ...open, rows, leavesAt });
    if (known?.leavesAt !== leavesAt && Number.isFinite(leavesAt))
      leaving.push({ at: leavesAt, id });
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
    set(id, open, changed) {
      if (open) place(id, open, changed);
      else drop(id, changed);
    },
    advance(next, changed) {
      // Through every band on the way: which rows there are hangs on no stop of log time.
      for (let top = leaving.peek(); top && top.at <= next; top = leaving.peek()) {
        leaving.pop();
        const known = held.get(top.id);
        if (known?.leavesAt !== top.at) continue;
        T = top.at;
        place(top.id, known, changed);
      }
      T = next;
    },
    read: (row) => counts.get(row) ?? 0,
    *within(row) {
      for (const entry of held) if (entry[1].rows.includes(row)) yield entry;
    },
  };
}
