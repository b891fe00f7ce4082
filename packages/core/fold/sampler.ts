/**
 * The detector's input: sealed 5 s steps of what the tree's rules watch (anomaly.md 3). A step seals
 * 5 s after its end. What finds its step sealed counts in the first open one if it is at most ten
 * minutes late, else never; what is taken back leaves the step it was placed in, while that is open.
 */
import type { SampleRun } from '../samples.ts';
import { SAMPLE_LATE_MS, STEP_MS } from '../samples.ts';

interface Amount {
  y: number;
  n: number;
}

/** What the sampler asks of the workspace when it seals a step. */
export interface SamplerView {
  /** Watched series in publication order: `kind` says how a value is found. */
  readonly watched: readonly WatchedSeries[];
  readonly config: string;
  /** Cost accrued in [from, to), u; null where no cost series is watched. */
  cost(from: number, to: number): number;
  /** A step sealed at this instant is usable: the sources have spoken lately. */
  usableAt(sealedAt: number): boolean;
  /** First instant after which `usableAt` turns false, for quiet stretches. */
  readonly usableUntil: number;
}

export interface WatchedSeries {
  readonly key: string;
  readonly kind: 'flow' | 'gauge' | 'cost';
  /** Gauges: the value now. */
  readonly now: number;
}

export interface SamplerState {
  /** First step that this log is sampled from. */
  firstStep: number;
  /** Flows of steps that are not sealed yet. */
  readonly open: Map<number, Map<string, Amount>>;
  /** Where a contribution was placed, while that step is open. */
  readonly placed: Map<string, PlacedFlow>;
  /** Gauges as of the last step's end. */
  captured: ReadonlyMap<string, number>;
}

/** What one contribution added to a step: `y` and `n` in each of its series. */
export interface PlacedFlow {
  readonly step: number;
  readonly y: number;
  readonly n: number;
  readonly series: readonly string[];
}

export interface Flow {
  readonly id: string;
  readonly series: readonly string[];
  readonly at: number;
  readonly y: number;
  readonly n: number;
}

export function newSampler(T: number): SamplerState {
  return {
    firstStep: Math.floor(T / STEP_MS),
    open: new Map(),
    placed: new Map(),
    captured: new Map(),
  };
}

/** The step that ended last, before it is sealed, is `boundary - 1`. */
const boundaryOf = (T: number): number => Math.floor(T / STEP_MS);

/**
 * Places a contribution, or takes one back. One that takes another's place stays in its step; if that
 * is sealed, it counts only in the series that the other did not.
 */
export function placeFlow(
  state: SamplerState,
  T: number,
  from: Flow | null,
  to: Flow | null,
): void {
  const before = from && takeBack(state, from.id);
  if (!to) return;
  const step = before?.step ?? stepFor(state, T, to.at);
  const isSealed = from !== null && !before;
  const series = isSealed ? to.series.filter((key) => !from.series.includes(key)) : to.series;
  if (step === null || series.length === 0) return;
  const placed = { step, y: to.y, n: to.n, series };
  state.placed.set(to.id, placed);
  addToStep(state, placed, 1);
}

function takeBack(state: SamplerState, id: string): PlacedFlow | null {
  const placed = state.placed.get(id);
  if (!placed) return null;
  state.placed.delete(id);
  addToStep(state, placed, -1);
  return placed;
}

function addToStep(state: SamplerState, { step, y, n, series }: PlacedFlow, sign: 1 | -1): void {
  const amounts = state.open.get(step) ?? new Map<string, Amount>();
  state.open.set(step, amounts);
  for (const key of series) {
    const amount = amounts.get(key) ?? { y: 0, n: 0 };
    amount.y += sign * y;
    amount.n += sign * n;
    if (amount.y === 0 && amount.n === 0) amounts.delete(key);
    else amounts.set(key, amount);
  }
  if (amounts.size === 0) state.open.delete(step);
}

function stepFor(state: SamplerState, T: number, at: number): number | null {
  const firstOpen = Math.max(boundaryOf(T) - 1, state.firstStep);
  const own = Math.floor(Math.min(at, T) / STEP_MS);
  if (own >= firstOpen) return own;
  return T - at <= SAMPLE_LATE_MS ? firstOpen : null;
}

/** Seals every step that log time passes on its way from `from` to `to`; equal ones as one run. */
export function sealSteps(
  state: SamplerState,
  from: number,
  to: number,
  view: SamplerView,
): SampleRun[] {
  const last = boundaryOf(to);
  const runs: SampleRun[] = [];
  const gauges = new Map(
    view.watched.filter((w) => w.kind === 'gauge').map((w) => [w.key, w.now] as const),
  );
  let boundary = boundaryOf(from) + 1;
  while (boundary <= last) {
    const step = boundary - 2;
    if (step >= state.firstStep) {
      const upTo = quietUntil(state, view, step, last - 2, state.captured === gauges);
      append(runs, sealed(state, view, step, upTo));
      close(state, step);
      boundary += upTo - step;
    }
    state.captured = gauges;
    boundary += 1;
  }
  return runs;
}

/** The last step up to `limit` that is certain to equal `step`: nothing happens in between. */
function quietUntil(
  state: SamplerState,
  view: SamplerView,
  step: number,
  limit: number,
  sameGauges: boolean,
): number {
  const busy = state.open.has(step) || view.watched.some((w) => w.kind === 'cost');
  if (!sameGauges || busy || limit <= step) return step;
  let next = limit;
  for (const open of state.open.keys()) if (open > step) next = Math.min(next, open - 1);
  const lastUsable = Math.floor(view.usableUntil / STEP_MS) - 2;
  if (lastUsable >= step) next = Math.min(next, lastUsable);
  return Math.max(step, next);
}

function sealed(state: SamplerState, view: SamplerView, first: number, last: number): SampleRun {
  const from = first * STEP_MS;
  const to = (last + 1) * STEP_MS;
  const flows = state.open.get(first);
  const y: number[] = [];
  const n: number[] = [];
  for (const { key, kind } of view.watched) {
    const flow = kind === 'flow' ? flows?.get(key) : undefined;
    y.push(
      kind === 'gauge'
        ? (state.captured.get(key) ?? emptyGauge(key))
        : kind === 'cost'
          ? view.cost(from, to)
          : (flow?.y ?? 0),
    );
    n.push(flow?.n ?? 0);
  }
  const flag = view.usableAt(to + STEP_MS) ? 0 : 1;
  const series = view.watched.map((w) => w.key);
  return { from, to, config: view.config, series, y, n, flags: series.map(() => flag) };
}

/** Nobody waits: a count of 0, an instant of -1. */
export const emptyGauge = (key: string): number => (key.includes('#oldest') ? -1 : 0);

function append(runs: SampleRun[], run: SampleRun): void {
  const last = runs.at(-1);
  if (last && last.to === run.from && equalRuns(last, run)) {
    runs[runs.length - 1] = { ...last, to: run.to };
  } else {
    runs.push(run);
  }
}

function equalRuns(a: SampleRun, b: SampleRun): boolean {
  return (
    a.config === b.config &&
    a.series.join() === b.series.join() &&
    a.y.join() === b.y.join() &&
    a.n.join() === b.n.join() &&
    a.flags.join() === b.flags.join()
  );
}

function close(state: SamplerState, step: number): void {
  if (!state.open.delete(step)) return;
  for (const [id, placed] of state.placed) if (placed.step === step) state.placed.delete(id);
}
