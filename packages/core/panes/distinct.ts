/**
 * Distinct conversations in a window (metrics.md 4, "/ worked"): a conversation stands in the row of
 * its last mark in the window, and is flagged if one of its flagged marks lies in it.
 *
 * A mark in pane p is the last one for every window that ends in [p, next mark) and reaches back to
 * p: an interval of window ends. So each mark is a +1 and a -1 on a line of panes, and the count of
 * a window is the sum of that line up to its end; for the window before, up to where that one ends.
 */
import type { WindowCode } from '../metrics/value.ts';
import { bump } from './cell.ts';
import { FIRST_PANE } from './reach.ts';
import type { Edges, Grid, Panes, WindowSpec } from './window.ts';

/** One piece of work: when, in which rows it counts, and whether it is flagged. */
export interface Mark {
  readonly at: number;
  readonly rows: readonly string[];
  readonly flagged: boolean;
}

export interface DistinctRead {
  readonly den: number;
  readonly num: number;
  readonly denBefore: number;
  readonly numBefore: number;
}

export interface DistinctStore {
  /**
   * Replaces the marks of one subject, a conversation under one metric; both in order of `at`. Returns
   * the rows it touched.
   */
  replace(subject: string, before: readonly Mark[], after: readonly Mark[]): ReadonlySet<string>;
  /** Moves log time; adds the rows whose windows changed to `changed`. */
  advance(T: number, changed: Set<string>): void;
  read(row: string, window: WindowCode): DistinctRead;
  /** Counts all that stands in a row in another one too, or no longer. */
  merge(into: string, from: string, sign: 1 | -1): void;
}

/** Counts by row at both ends; `line` holds the steps that the earlier one has not passed for good. */
interface WindowLine {
  readonly spec: WindowSpec;
  edges: Edges;
  readonly line: Map<number, Map<string, number>>;
  readonly now: Map<string, number>;
  readonly before: Map<string, number>;
}

const UNPLACED: Edges = {
  from: FIRST_PANE,
  fromBefore: FIRST_PANE,
  toBefore: FIRST_PANE,
  settled: FIRST_PANE,
};

export function createDistinctStore({ grid, windows: specs }: Panes): DistinctStore {
  const windows: readonly WindowLine[] = specs.map((spec) => ({
    spec,
    edges: UNPLACED,
    line: new Map(),
    now: new Map(),
    before: new Map(),
  }));
  let current = Number.NEGATIVE_INFINITY;
  /** Subjects with a mark later than log time: it stands in the newest pane until T passes it. */
  const ahead = new Map<string, { readonly marks: readonly Mark[]; readonly spans: Span[] }>();

  function step(window: WindowLine, cell: string, at: number, by: number): void {
    if (at <= current) bump(window.now, cell, by);
    if (at <= window.edges.toBefore) bump(window.before, cell, by);
    if (at <= window.edges.settled) return;
    let cells = window.line.get(at);
    if (!cells) {
      cells = new Map();
      window.line.set(at, cells);
    }
    bump(cells, cell, by);
    if (cells.size === 0) window.line.delete(at);
  }

  function place(span: Span, sign: 1 | -1, changed: Set<string>): void {
    const { pane, flaggedPane, rows, next } = span;
    for (const window of windows) {
      const { leaves } = window.spec;
      const end = Math.min(next, leaves(pane));
      const flaggedEnd = flaggedPane === null ? pane : Math.min(next, leaves(flaggedPane));
      for (const row of rows) {
        changed.add(row);
        interval(window, row, pane, end, sign);
        if (flaggedEnd > pane) interval(window, flagged(row), pane, flaggedEnd, sign);
      }
    }
  }

  function interval(w: WindowLine, cell: string, from: number, end: number, sign: 1 | -1): void {
    step(w, cell, from, sign);
    step(w, cell, end, -sign);
  }

  function move(window: WindowLine, next: number, changed: Set<string>): void {
    const { line, now, before, edges: was } = window;
    const edges = window.spec.edges(next);
    passing(line, current, next, (steps) => enter(now, steps, 1, changed));
    passing(line, was.toBefore, edges.toBefore, (steps) => enter(before, steps, 1, changed));
    passing(line, edges.toBefore, was.toBefore, (steps) => enter(before, steps, -1, changed));
    passing(line, was.settled, edges.settled, (_, at) => line.delete(at));
    window.edges = edges;
  }

  /** Those that stood in the newest pane move on with it, until log time reaches their own. */
  function advanceAhead(next: number, changed: Set<string>): void {
    const waiting = [...ahead];
    for (const [, { spans }] of waiting) for (const span of spans) place(span, -1, changed);
    for (const window of windows) move(window, next, changed);
    current = next;
    ahead.clear();
    for (const [subject, { marks }] of waiting) {
      const spans = spansOf(marks, grid, current);
      for (const span of spans) place(span, 1, changed);
      if (grid.numberOf(marks.at(-1)!.at) > current) ahead.set(subject, { marks, spans });
    }
  }

  return {
    replace(subject, before, after) {
      const changed = new Set<string>();
      const old = ahead.get(subject)?.spans ?? spansOf(before, grid, current);
      const fresh = spansOf(after, grid, current);
      const last = after.at(-1);
      if (last && grid.numberOf(last.at) > current) {
        ahead.set(subject, { marks: after, spans: fresh });
      } else {
        ahead.delete(subject);
      }
      let same = 0;
      while (same < old.length && same < fresh.length && equalSpans(old[same]!, fresh[same]!)) {
        same += 1;
      }
      for (const span of old.slice(same)) place(span, -1, changed);
      for (const span of fresh.slice(same)) place(span, 1, changed);
      return changed;
    },
    advance(T, changed) {
      const next = grid.numberOf(T);
      if (next > current) advanceAhead(next, changed);
    },
    merge(into, from, sign) {
      for (const [target, source] of [
        [into, from],
        [flagged(into), flagged(from)],
      ] as const) {
        for (const { line, now, before } of windows) {
          for (const counts of [now, before, ...line.values()]) {
            const by = counts.get(source);
            if (by) bump(counts, target, sign * by);
          }
        }
      }
      for (const [subject, { marks, spans }] of ahead) {
        const retold = spans.map((span) => ({
          ...span,
          rows: merged(span.rows, into, from, sign),
        }));
        ahead.set(subject, { marks, spans: retold });
      }
    },
    read(row, code) {
      const { now, before } = windows[specs.findIndex((spec) => spec.code === code)]!;
      return {
        den: now.get(row) ?? 0,
        num: now.get(flagged(row)) ?? 0,
        denBefore: before.get(row) ?? 0,
        numBefore: before.get(flagged(row)) ?? 0,
      };
    },
  };
}

function enter(
  into: Map<string, number>,
  steps: ReadonlyMap<string, number>,
  sign: 1 | -1,
  changed: Set<string>,
): void {
  for (const [cell, by] of steps) {
    changed.add(rowOf(cell));
    bump(into, cell, sign * by);
  }
}

/** Visits the steps of a line in (from, to], by the shorter way: walking the panes or the line. */
function passing(
  line: ReadonlyMap<number, Map<string, number>>,
  from: number,
  to: number,
  visit: (steps: ReadonlyMap<string, number>, at: number) => void,
): void {
  if (to - from > line.size) {
    for (const [at, steps] of line) if (at > from && at <= to) visit(steps, at);
    return;
  }
  for (let at = from + 1; at <= to; at++) {
    const steps = line.get(at);
    if (steps) visit(steps, at);
  }
}

const FLAG = '!';
const flagged = (row: string): string => `${FLAG}${row}`;
const rowOf = (cell: string): string => (cell.startsWith(FLAG) ? cell.slice(1) : cell);

/** Rows in which `into` stands once for each `from`, or no longer does. */
function merged(rows: readonly string[], into: string, from: string, sign: 1 | -1): string[] {
  if (sign < 0) return rows.includes(from) ? rows.filter((row) => row !== into) : [...rows];
  return rows.flatMap((row) => (row === from ? [row, into] : [row]));
}

/** The last mark of a pane, until the conversation's next one. */
interface Span {
  readonly pane: number;
  readonly next: number;
  readonly rows: readonly string[];
  /** Pane of the newest flagged mark up to this one. */
  readonly flaggedPane: number | null;
}

function equalSpans(a: Span, b: Span): boolean {
  return (
    a.pane === b.pane &&
    a.next === b.next &&
    a.flaggedPane === b.flaggedPane &&
    a.rows.join() === b.rows.join()
  );
}

/** Marks later than the newest pane stand in it. */
function spansOf(marks: readonly Mark[], grid: Grid, newest: number): Span[] {
  const last: { pane: number; rows: readonly string[]; flaggedPane: number | null }[] = [];
  let flaggedPane: number | null = null;
  for (const mark of marks) {
    const pane = Math.min(grid.numberOf(mark.at), newest);
    if (mark.flagged) flaggedPane = pane;
    const entry = { pane, rows: mark.rows, flaggedPane };
    if (last.at(-1)?.pane === pane) last[last.length - 1] = entry;
    else last.push(entry);
  }
  return last.map((entry, i) => ({
    ...entry,
    next: last[i + 1]?.pane ?? Number.POSITIVE_INFINITY,
  }));
}
