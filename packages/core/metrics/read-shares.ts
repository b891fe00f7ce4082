/** Shares as panes hold them: of everything that was counted in a window, what counted 1. */
import type { Aggregate } from '../panes/cell.ts';
import type { DistinctRead } from '../panes/distinct.ts';
import { type MetricDefinition, openFor } from './definition.ts';
import { ppm, share } from './shares.ts';
import type { Settled, WindowCode } from './value.ts';
import { besideCell, type Level, storeOf, type WindowsState } from './windows-state.ts';

/** What reading them needs of a workspace. */
export interface SharesContext {
  readonly T: number;
  /** Since when all is counted in the series. */
  readonly since: number;
  readonly windows: WindowsState;
}

export function sharesIn(
  metric: MetricDefinition,
  level: Level,
  key: string,
  code: WindowCode,
): DistinctRead {
  const { now, before } = storeOf(level, metric)!.read(key, code);
  const [num, numBefore] = [now.sum, before.sum];
  return { num, den: denOf(metric, now), numBefore, denBefore: denOf(metric, before) };
}

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
