/** Shares as panes hold them: of everything that was counted in a window, what counted 1. */
import type { Aggregate } from '../panes/cell.ts';
import type { DistinctRead } from '../panes/distinct.ts';
import { besideCell, withinOf } from './cell-names.ts';
import { type MetricDefinition, openFor } from './definition.ts';
import { ppm, share } from './shares.ts';
import type { Settled, WindowCode } from './value.ts';
import { type Level, storeOf, type WindowsState } from './windows-state.ts';

/** What reading them needs of a workspace. */
export interface SharesContext {
  readonly T: number;
  /** Since when all is counted in the series. */
  readonly since: number;
  readonly windows: WindowsState;
}

/** What counts in a window, of what it is counted among: RATIO. */
export function ratioIn(
  metric: MetricDefinition,
  level: Level,
  key: string,
  code: WindowCode,
): DistinctRead {
  if (metric.modal) return modesIn(metric, level, key, code);
  return distinctIn(metric, level, key, code) ?? sharesIn(metric, level, key, code);
}

/** Distinct conversations or customers; null: it counts none such. */
function distinctIn(
  { distinct, customers }: MetricDefinition,
  level: Level,
  key: string,
  code: WindowCode,
): DistinctRead | null {
  if (!distinct && !customers) return null;
  const read = level.distinct.read(key, code);
  return customers === 'all' ? { ...read, num: level.panes.read(key, code).now.n } : read;
}

function sharesIn(
  metric: MetricDefinition,
  level: Level,
  key: string,
  code: WindowCode,
): DistinctRead {
  const { now, before } = storeOf(level, metric)!.read(key, code);
  const [num, numBefore] = [now.sum, before.sum];
  return { num, den: denOf(metric, now), numBefore, denBefore: denOf(metric, before) };
}

/** Of each topic what has its most usual tag, of all that has a topic. */
function modesIn(
  { id }: MetricDefinition,
  level: Level,
  key: string,
  code: WindowCode,
): DistinctRead {
  const whole = level.panes.read(key, code);
  const [most, mostBefore] = [new Map<string, number>(), new Map<string, number>()];
  level.modes.get(id)!.visitCounts(code, (cell, now, before) => {
    if (now === 0 && before === 0) return;
    const topic = withinOf(cell);
    raise(most, topic, now);
    raise(mostBefore, topic, before);
  });
  return {
    ...{ num: total(most), den: whole.now.n },
    ...{ numBefore: total(mostBefore), denBefore: whole.before.n },
  };
}

function raise(most: Map<string, number>, topic: string, n: number): void {
  if (n > (most.get(topic) ?? 0)) most.set(topic, n);
}

const total = (most: ReadonlyMap<string, number>): number =>
  [...most.values()].reduce((sum, n) => sum + n, 0);

export interface GapRead {
  /** ppm; null: there is nothing on one side. */
  readonly value: number | null;
  /** Of the smaller side. */
  readonly n: number;
}

/** What an AI handled alone is kept beside all that was handled. */
export function readGap(
  key: string,
  code: WindowCode,
  { windows }: Pick<SharesContext, 'windows'>,
): Readonly<Record<'now' | 'before', GapRead>> {
  const { panes } = windows.level(code);
  const [all, ai] = [panes.read(key, code), panes.read(besideCell(key), code)];
  return { now: gapOf(all.now, ai.now), before: gapOf(all.before, ai.before) };
}

function gapOf(all: Aggregate, ai: Aggregate): GapRead {
  const human = { n: all.n - ai.n, sum: all.sum - ai.sum };
  const [ofAi, ofHuman] = [share(ai.sum, ai.n), share(human.sum, human.n)];
  const value = ofAi === null || ofHuman === null ? null : ofAi - ofHuman;
  return { value, n: Math.min(ai.n, human.n) };
}

/** Of a flow, what counts is beside what it is counted among. */
const denOf = ({ isFlow }: MetricDefinition, { n, sum }: Aggregate): number =>
  isFlow ? n - sum : n;

/** A class is what was counted in it, of all that was counted in the whole (metrics.md 0, DIST). */
export function readClass(
  metric: MetricDefinition,
  { panes }: Level,
  key: string,
  code: WindowCode,
): DistinctRead {
  const whole = panes.read(metric.id, code);
  const own = key === metric.id ? null : panes.read(key, code);
  return {
    num: own ? own.now.n : whole.now.sum,
    den: whole.now.n,
    numBefore: own ? own.before.n : whole.before.sum,
    denBefore: whole.before.n,
  };
}

export interface CohortRead {
  readonly read: DistinctRead;
  /** Share of the anchors of which the outcome may change, ppm. */
  readonly openPpm: number;
  /** What of them counts even if all that is undecided goes the other way; null: nothing is told of that. */
  readonly atLeast: number | null;
  readonly settled: Settled;
}

export function readCohort(
  metric: MetricDefinition,
  key: string,
  code: WindowCode,
  { T, since, windows }: SharesContext,
): CohortRead {
  const cohort = metric.cohort!;
  const level = windows.level(code);
  const read = sharesIn(metric, level, key, code);
  // A window is shorter than any of them is open, or longer than all: then what is open lies in it.
  const isAllOpen = windows.span(code).from > T - openFor(cohort, 'chat');
  const open = isAllOpen ? read.den : windows.undecided.read(key);
  const panes = storeOf(level, metric)!;
  const { n, sum } = panes.read(key, code).back!;
  const place = windows.back(code, cohort.days);
  const state = place.from < since ? 'partial' : n === 0 ? 'undefined' : 'live';
  return {
    read,
    openPpm: read.den === 0 ? 0 : ppm(open, read.den),
    atLeast: cohort.atLeast ? panes.read(besideCell(key), code).now.sum : null,
    settled: { ...place, state, value: share(sum, n), num: sum, den: n, n },
  };
}
