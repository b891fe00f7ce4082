/** Everything that windows are read from: panes, distinct counts and what is undecided, over every grid of panes. */
import { createDistinctStore, type DistinctStore } from '../panes/distinct.ts';
import { FirstSeen } from '../panes/first-seen.ts';
import { createPaneStore, type PaneStore } from '../panes/pane-store.ts';
import { Undecided } from '../panes/undecided.ts';
import { type Days, FINEST_MS, type Panes, panesFrom, type WindowSpec } from '../panes/window.ts';
import { CATALOGUE } from './catalogue.ts';
import { isModeCell, markedCell, rowOfCell } from './cell-names.ts';
import type { MetricDefinition } from './definition.ts';
import { VALUES_MAX } from './dimensions.ts';
import { Middles } from './middles.ts';
import { seriesKey, type WindowCode } from './value.ts';

export interface Level extends Panes {
  readonly panes: PaneStore;
  readonly distinct: DistinctStore;
  /** Of COHORT metrics, by how many days back they are settled. */
  readonly cohorts: ReadonlyMap<number, PaneStore>;
  /** Of metrics that are read from more than their rows: each tag of each topic, each set of tags. By id. */
  readonly modes: ReadonlyMap<string, PaneStore>;
  /** Of what is told of the account in the middle: each account of each row. undefined: likewise. */
  readonly middles: Middles | undefined;
}

/** Where a metric counts; undefined: it is told in no window of these. */
export const storeOf = (level: Level, { cohort }: MetricDefinition): PaneStore | undefined =>
  cohort ? level.cohorts.get(cohort.days) : level.panes;

/** Metrics of which a value rests on when tags were first seen. */
export const NOVEL: readonly string[] = CATALOGUE.filter(({ novel }) => novel).map(({ id }) => id);

const PAIRED: readonly string[] = CATALOGUE.filter(({ ofPairs }) => ofPairs).map(({ id }) => id);
/** Of an agent on a topic. */
export const isOfPair = (cell: string): boolean =>
  isModeCell(cell) && PAIRED.includes(markedCell(cell));

const toldIn = (windows: readonly WindowSpec[]): readonly MetricDefinition[] =>
  CATALOGUE.filter(({ windows: told }) => windows.some(({ code }) => told.includes(code)));

/** How many days back the COHORT metrics that are told in any of these windows are settled. */
const daysBackIn = (windows: readonly WindowSpec[]): Set<number> =>
  new Set(toldIn(windows).flatMap(({ cohort }) => cohort?.days ?? []));

/** Where a window lies: instants that begin panes. */
export interface WindowSpan {
  /** A: the window is [A, T]. */
  readonly from: number;
  /** T': the last pane edge up to T, where money ends (metrics.md 5.2). */
  readonly edge: number;
  /** The same of the window that it is compared with. */
  readonly fromBefore: number;
  readonly edgeBefore: number;
}

type Back = Readonly<Record<'from' | 'to', number>>;

export interface WindowsState {
  readonly levels: readonly Level[];
  level(code: WindowCode): Level;
  /** What may still change, by row. */
  readonly undecided: Undecided;
  /** When tags were first seen: whatever is counted anew, they stay. */
  readonly tags: FirstSeen;
  /** As of the last advance. */
  span(code: WindowCode): WindowSpan;
  /** The panes of a window so many days back, as a COHORT metric that is told in it has it settled: [from, to). */
  back(code: WindowCode, days: number): Back;
  /** Start of the local day that `at` lies in. */
  dayOf(at: number): number;
  /** How many windows, windows before them and settled ones begin at `firstAt` or later. */
  fullSince(firstAt: number): number;
  /** Begins anew at T, with nothing counted, in days as they are now known. */
  restart(days: Days, T: number): void;
  /** Moves log time at every level; returns the series whose windows changed, if there are such, and cells of pairs. */
  advance(T: number): ReadonlySet<string>;
}

export function createWindowsState(days: Days): WindowsState {
  let levels: readonly Level[] = [];
  let byCode: ReadonlyMap<WindowCode, Level> = new Map();
  let undecided = new Undecided(0);
  const tags = new FirstSeen(VALUES_MAX);
  let spans: ReadonlyMap<WindowCode, WindowSpan> = new Map();
  let backs: ReadonlyMap<string, Back> = new Map();
  /** Every pane is a whole number of the finest: where none of those ended, no window moved. */
  let pane = Number.NEGATIVE_INFINITY;

  function begin(by: Days, T: number): void {
    levels = panesFrom(by, T).map((panes) => ({
      ...panes,
      panes: createPaneStore(panes),
      distinct: createDistinctStore(panes),
      cohorts: new Map(
        [...daysBackIn(panes.windows)].map((days) => [days, createPaneStore(panes, days)] as const),
      ),
      modes: new Map(
        toldIn(panes.windows)
          .filter(({ modal, novel, ofPairs }) => modal || novel || ofPairs)
          .map(({ id }) => [id, createPaneStore(panes)]),
      ),
      middles: middlesOver(panes),
    }));
    undecided = new Undecided(T);
    byCode = new Map(
      levels.flatMap((level) => level.windows.map(({ code }) => [code, level] as const)),
    );
    pane = Number.NEGATIVE_INFINITY;
    advance(T);
  }

  function advance(T: number): ReadonlySet<string> {
    const changed = new Set<string>();
    undecided.advance(T, changed);
    const next = Math.floor(T / FINEST_MS);
    if (next <= pane) return changed;
    pane = next;
    for (const level of levels) {
      level.panes.advance(T, changed);
      level.distinct.advance(T, changed);
      for (const modes of level.modes.values()) modes.advance(T, changed);
      level.middles?.advance(T, changed);
      for (const cohort of level.cohorts.values()) cohort.advance(T, changed);
    }
    const were = spans;
    spans = new Map(levels.flatMap((level) => spansOf(level, T)));
    for (const tag of leftBehind(tags, were, spans)) {
      for (const id of NOVEL) changed.add(id).add(seriesKey(id, { tag }));
    }
    backs = new Map(levels.flatMap((level) => backsOf(level, T)));
    return new Set([...changed].map((cell) => (isOfPair(cell) ? cell : rowOfCell(cell))));
  }

  begin(days, 0);
  return {
    get levels() {
      return levels;
    },
    get undecided() {
      return undecided;
    },
    tags,
    level: (code) => byCode.get(code)!,
    span: (code) => spans.get(code)!,
    back: (code, days) => backs.get(backKey(code, days))!,
    dayOf(at) {
      const { grid } = byCode.get('90d')!;
      return grid.startOf(grid.numberOf(at));
    },
    fullSince(firstAt) {
      let full = 0;
      for (const { from, fromBefore } of spans.values()) {
        full += Number(from >= firstAt) + Number(fromBefore >= firstAt);
      }
      for (const { from } of backs.values()) full += Number(from >= firstAt);
      return full;
    },
    restart: begin,
    advance,
  };
}

/** Values that windows, or the ones before them, have moved past. */
function* leftBehind(
  seen: FirstSeen,
  were: ReadonlyMap<WindowCode, WindowSpan>,
  are: ReadonlyMap<WindowCode, WindowSpan>,
): Generator<string> {
  for (const [code, { from, fromBefore }] of are) {
    const was = were.get(code);
    if (!was) continue;
    yield* seen.between(was.from, from);
    yield* seen.between(was.fromBefore, fromBefore);
  }
}

/** Over those of the windows alone that one is told in. */
function middlesOver(panes: Panes): Middles | undefined {
  const metric = toldIn(panes.windows).find(({ perAccount }) => perAccount);
  if (!metric) return undefined;
  const windows = panes.windows.filter(({ code }) => metric.windows.includes(code));
  return new Middles({ ...panes, windows }, metric.floor);
}

function spansOf({ grid, windows }: Level, T: number): [WindowCode, WindowSpan][] {
  const newest = grid.numberOf(T);
  return windows.map(({ code, edges }) => {
    const { from, fromBefore, toBefore } = edges(newest);
    const span = {
      from: grid.startOf(from),
      edge: grid.startOf(newest),
      fromBefore: grid.startOf(fromBefore),
      edgeBefore: grid.startOf(toBefore),
    };
    return [code, span];
  });
}

const backKey = (code: WindowCode, days: number): string => `${code} ${days}`;

function backsOf({ grid, windows, cohorts }: Level, T: number): [string, Back][] {
  const newest = grid.numberOf(T);
  return windows.flatMap(({ code, back }) =>
    [...cohorts.keys()].map((days): [string, Back] => {
      const { from, to } = back(newest, days);
      return [backKey(code, days), { from: grid.startOf(from), to: grid.startOf(to + 1) }];
    }),
  );
}
