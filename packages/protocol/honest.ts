/**
 * The honest value (metrics.md 7): what REST, the websocket's clients and the command line show of
 * one cell. Pure, so that a screen and the gateway cannot disagree.
 */
import type {
  Cell,
  CellState,
  Censored,
  Clock,
  Frame,
  Series,
  Unit,
  Watermark,
  WindowCode,
} from '@sapwood/core/metrics';
import type { Audience, Target, TreeNode } from '@sapwood/core/tree';

/** A source silent for longer than this makes a value unknown; never spoken does too. */
export const UNKNOWN_AFTER_MS: number = 15 * 60_000;
export const STALE_AFTER_MS = 180_000;

/**
 * The first that applies, in this order: unknown, stale, catching_up, partial, undefined,
 * provisional, live.
 */
export type HonestState = CellState | 'stale' | 'catching_up';

export interface HonestValue {
  readonly key: string;
  readonly definition: string;
  readonly version: { readonly topology: number; readonly offset: number };
  /** Integer in `unit`, or null: no value. A known zero is 0. */
  readonly value: number | null;
  readonly unit: Unit;
  readonly num: number | null;
  readonly den: number | null;
  readonly n: number;
  readonly state: HonestState;
  readonly reasons: readonly string[];
  readonly window: { readonly code: WindowCode; readonly from: number; readonly to: number };
  readonly clock: Clock;
  /** DUR only, ms: of the completed durations. */
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly max: number | null;
  /** Business clock only: share of durations without any open hour in them, ppm. */
  readonly zeroPpm: number | null;
  /** With those who still wait (metrics.md 3.3). */
  readonly censored: Censored | null;
  /** Who waits now; `since` is the oldest wait's start, which the client ticks. */
  readonly waiting: number | null;
  readonly since: number | null;
  /** Of a longest wait: who has waited longest. */
  readonly top: Series['top'];
  /** Of targets that run: when the first of them is due, to which the client ticks down. */
  readonly firstDueAt: number | null;
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly lowN: boolean;
  readonly vsPrev: number | null;
  readonly vsHow: number | null;
  readonly target: TreeNode['target'];
  readonly better: -1 | 0 | 1;
  readonly grade: string;
  /** Share of it that may still change, ppm. */
  readonly provisionalPpm: number;
  /** COHORT only: the same window moved back until nothing in it is open. */
  readonly settled: Cell['settled'];
  readonly additive: boolean;
  readonly shares: Cell['shares'];
  readonly audience: Audience;
  /** Log time of the newest frame; least coverage of the sources; their difference. */
  readonly asOf: number | null;
  readonly watermark: number | null;
  readonly lagMs: number | null;
}

export interface Freshness {
  readonly frame: Frame | null;
  /** Milliseconds since the newest frame was written; null where there is none. */
  readonly frameAgeMs: number | null;
}

/** The sources' common state, the same for every value of a workspace. */
export interface SourceState {
  readonly state: 'unknown' | 'stale' | 'catching_up' | null;
  readonly reasons: readonly string[];
  readonly asOf: number | null;
  readonly watermark: number | null;
  readonly lagMs: number | null;
}

function leastCovered(watermarks: readonly Watermark[]): number | null {
  let least: number | null = null;
  for (const mark of watermarks) {
    if (least === null || mark.coveredThrough < least) least = mark.coveredThrough;
  }
  return least;
}

/** Past `silenceMs` without a frame nothing can be called live, whatever the frame says. */
export function sourceState(freshness: Freshness, silenceMs: number): SourceState {
  const { frame, frameAgeMs } = freshness;
  if (frame === null) {
    return { state: 'unknown', reasons: ['no_frame'], asOf: null, watermark: null, lagMs: null };
  }
  const watermark = leastCovered(frame.watermarks);
  const spoken = watermark !== null && watermark > 0;
  const lagMs = spoken ? Math.max(0, frame.asOf - watermark) : null;
  const reasons: string[] = [];
  if (lagMs === null) reasons.push('source_never_spoke');
  else if (lagMs > UNKNOWN_AFTER_MS) reasons.push('source_silent');
  else if (lagMs > STALE_AFTER_MS) reasons.push('source_late');
  const blind = frameAgeMs === null || frameAgeMs > silenceMs;
  if (blind) reasons.push('no_frame');
  if (frame.catchingUp) reasons.push('catching_up');
  if (spoken && frame.watermarks.some((mark) => mark.basis === 'endpoint_up')) {
    reasons.push('body_only');
  }
  let state: SourceState['state'] = null;
  if (lagMs === null || lagMs > UNKNOWN_AFTER_MS) state = 'unknown';
  else if (lagMs > STALE_AFTER_MS || blind) state = 'stale';
  else if (frame.catchingUp) state = 'catching_up';
  return { state, reasons, asOf: frame.asOf, watermark: spoken ? watermark : null, lagMs };
}

export interface HonestInput {
  readonly series: Series;
  readonly cell: Cell;
  /** Target of the tree node, or of the row; null for an id outside the tree. */
  readonly target: TreeNode['target'];
  readonly audience: Audience;
  readonly source: SourceState;
}

export function honestValue(input: HonestInput): HonestValue {
  const { series, cell, source } = input;
  const state = cell.state === 'unknown' ? 'unknown' : (source.state ?? cell.state);
  const unknown = state === 'unknown';
  return {
    key: series.key,
    definition: series.definition,
    version: { topology: series.topology, offset: series.offset },
    value: unknown || cell.state === 'undefined' ? null : cell.value,
    unit: series.unit,
    num: unknown ? null : cell.num,
    den: unknown ? null : cell.den,
    n: cell.n,
    state,
    reasons: [...new Set([...source.reasons, ...cell.reasons])],
    window: { code: cell.window, from: cell.from, to: cell.to },
    clock: cell.clock,
    mean: unknown ? null : cell.mean,
    p50: unknown ? null : cell.p50,
    p90: unknown ? null : cell.p90,
    max: unknown ? null : cell.max,
    zeroPpm: unknown ? null : cell.zeroPpm,
    censored: unknown ? null : cell.censored,
    waiting: unknown ? null : (series.waiting?.count ?? null),
    since: unknown ? null : (series.waiting?.oldestSince ?? series.top?.[0]?.since ?? null),
    top: unknown ? null : series.top,
    firstDueAt: unknown ? null : series.firstDueAt,
    interval:
      unknown || cell.low === null || cell.high === null
        ? null
        : { low: cell.low, high: cell.high },
    lowN: cell.lowN,
    vsPrev: unknown ? null : cell.vsPrev,
    vsHow: unknown ? null : cell.vsHow,
    target: input.target,
    better: series.better,
    grade: series.grade,
    provisionalPpm: cell.provisionalPpm,
    settled: unknown ? null : cell.settled,
    additive: series.additive,
    shares: unknown ? [] : cell.shares,
    audience: input.audience,
    asOf: source.asOf,
    watermark: source.watermark,
    lagMs: source.lagMs,
  };
}

/** Whether the value is on the wrong side of its target; null: there is nothing to compare. */
export function missesTarget(honest: HonestValue): boolean | null {
  const { target } = honest;
  if (target === null || (target.clock !== undefined && target.clock !== honest.clock)) return null;
  const value = target.of === undefined ? honest.value : honest[target.of];
  return value === null ? null : misses(value, target);
}

function misses(value: number, { op, value: bound, upTo }: Target): boolean {
  if (upTo !== undefined && value > upTo) return true;
  if (op === '<=') return value > bound;
  if (op === '<') return value >= bound;
  return op === '>=' ? value < bound : value <= bound;
}

/**
 * The cell of a window; null if the series has none. A gauge has one, of now. Left out, the clock is that of
 * the headline: business where a schedule is declared (metrics.md 1.6).
 */
export function cellOf(series: Series, window: WindowCode, clock?: Clock): Cell | null {
  if (series.form === 'GAUGE') return series.cells[0] ?? null;
  const cells = series.cells.filter((cell) => cell.window === window);
  if (clock) return cells.find((cell) => cell.clock === clock) ?? null;
  return cells.find((cell) => cell.clock === 'business') ?? cells[0] ?? null;
}

/** True if `a` is a later version than `b`: topologies first, then the pass's offset. */
export function isNewer(
  a: { readonly topology: number; readonly offset: number },
  b: { readonly topology: number; readonly offset: number },
): boolean {
  return a.topology > b.topology || (a.topology === b.topology && a.offset > b.offset);
}
