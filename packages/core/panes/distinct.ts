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
   * the rows it touched. What both lists hold as one object, at their beginning and end, costs next to nothing.
   */
  replace(subject: string, before: readonly Mark[], after: readonly Mark[]): ReadonlySet<string>;
  /** The same of whatever makes marks. */
  replace<One>(
    subject: string,
    before: readonly One[],
    after: readonly One[],
    markOf: (one: One) => Mark,
  ): ReadonlySet<string>;
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

  function replace<One>(
    subject: string,
    before: readonly One[],
    after: readonly One[],
    markOf: (one: One) => Mark = asIs,
  ): ReadonlySet<string> {
    const changed = new Set<string>();
    const last = after.at(-1);
    const isAhead = last !== undefined && grid.numberOf(markOf(last).at) > current;
    const placed = ahead.get(subject)?.spans;
    const part =
      isAhead || placed ? { before, after, carried: null } : partOf(before, after, markOf);
    const old = placed ?? spansOf(part.before.map(markOf), grid, current, part.carried);
    const marks = part.after.map(markOf);
    const fresh = spansOf(marks, grid, current, part.carried);
    if (isAhead) ahead.set(subject, { marks, spans: fresh });
    else ahead.delete(subject);
    let same = 0;
    while (same < old.length && same < fresh.length && equalSpans(old[same]!, fresh[same]!)) {
      same += 1;
    }
    for (const span of old.slice(same)) place(span, -1, changed);
    for (const span of fresh.slice(same)) place(span, 1, changed);
    return changed;
  }

  return {
    replace,
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

/** Marks later than the newest pane stand in it. `carried`: the instant of the newest flagged mark before them. */
function spansOf(
  marks: readonly Mark[],
  grid: Grid,
  newest: number,
  carried: number | null = null,
): Span[] {
  const last: { pane: number; rows: readonly string[]; flaggedPane: number | null }[] = [];
  let flaggedPane = carried === null ? null : grid.numberOf(carried);
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

const asIs = <One>(one: One): Mark => one as Mark;

/** What of two lists may make other spans. */
interface Part<One> {
  readonly before: readonly One[];
  readonly after: readonly One[];
  /** Instant of the newest flagged mark before that; null: there is none. */
  readonly carried: number | null;
}

/**
 * A span reaches from its mark to the next, and a flag to the next flag: so from the last mark that both lists
 * begin with, to the first that both end with or, where they end with another flag, to the next one flagged.
 */
function partOf<One>(
  before: readonly One[],
  after: readonly One[],
  markOf: (one: One) => Mark,
): Part<One> {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const from = Math.max(0, head - 1);
  const end = before.length - tail;
  const newestFlag = (list: readonly One[], least: number, to: number): number | null => {
    for (let i = to - 1; i >= least; i--) {
      const { flagged, at } = markOf(list[i]!);
      if (flagged) return at;
    }
    return null;
  };
  const isAlike = newestFlag(before, from, end) === newestFlag(after, from, after.length - tail);
  const next = isAlike ? 0 : before.slice(end).findIndex((one) => markOf(one).flagged);
  const more = next < 0 ? tail : Math.min(next + 1, tail);
  const within = (list: readonly One[]): readonly One[] =>
    list.slice(from, list.length - tail + more);
  return { before: within(before), after: within(after), carried: newestFlag(before, 0, from) };
}
