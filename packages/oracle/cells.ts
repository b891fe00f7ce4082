/** Windows over a plain list of transitions (metrics.md 0 and 3.1). */
import type { WindowCode } from '@sapwood/core/metrics';
import { divRound } from '@sapwood/core/num';
import { inOrder, type Transition } from './case.ts';
import type { Days } from './days.ts';
import { bucketValue, quantile } from './quantile.ts';
import type { FullRow } from './rows.ts';

const MINUTE_MS = 60_000;

/** A window as it lies at T. */
export interface Window {
  readonly code: WindowCode;
  /** Whole panes; what lies after T counts in the newest. */
  readonly now: Span;
  readonly before: Span;
  /** For money: up to the last pane edge. */
  readonly money: Span;
  readonly moneyBefore: Span;
  /** Durations are known by their buckets alone. */
  readonly inBuckets: boolean;
  /** What was distinct before it is forgotten. */
  readonly isLong: boolean;
}

const FOREVER = Number.POSITIVE_INFINITY;
const HOUR_MS = 60 * MINUTE_MS;

function rolling(code: WindowCode, T: number, lengthMs: number, paneMs: number): Window {
  const edge = Math.floor(T / paneMs) * paneMs;
  const [from, fromBefore] = [edge - lengthMs, edge - 2 * lengthMs];
  return {
    code,
    now: { from, to: FOREVER },
    before: { from: fromBefore, to: from + paneMs },
    money: { from, to: edge },
    moneyBefore: { from: fromBefore, to: from },
    inBuckets: paneMs > MINUTE_MS,
    isLong: false,
  };
}

function businessDay(T: number, { business }: Days): Window {
  const { start, before, same } = business;
  const edge = Math.floor(T / MINUTE_MS) * MINUTE_MS;
  return {
    code: 'bday',
    now: { from: start, to: FOREVER },
    before: { from: before, to: same + MINUTE_MS },
    money: { from: start, to: edge },
    moneyBefore: { from: before, to: same },
    inBuckets: false,
    isLong: false,
  };
}

function daily(code: WindowCode, length: number, { midnight }: Days): Window {
  return {
    code,
    now: { from: midnight(length), to: FOREVER },
    before: { from: midnight(2 * length), to: midnight(length - 1) },
    money: { from: midnight(length), to: midnight(0) },
    moneyBefore: { from: midnight(2 * length), to: midnight(length) },
    inBuckets: true,
    isLong: true,
  };
}

export const windowsAt = (T: number, days: Days): readonly Window[] => [
  ...([5, 15, 30, 60] as const).map((n) => rolling(`${n}m`, T, n * MINUTE_MS, 5_000)),
  rolling('24h', T, 24 * HOUR_MS, MINUTE_MS),
  businessDay(T, days),
  rolling('7d', T, 7 * 24 * HOUR_MS, HOUR_MS),
  daily('28d', 28, days),
  daily('90d', 90, days),
];

/** Told over no more than a day (metrics.md 3: R). */
const SHORT_ALONE = ['reopens', 'channel-switches', 'backlog-net-flow'];

export const isTold = (metric: string, { code }: Window): boolean =>
  !SHORT_ALONE.includes(metric) || !['7d', '28d', '90d'].includes(code);

/** One window of a series as a batch job finds it; null = no value. */
export interface OracleCell {
  readonly window: WindowCode;
  readonly from: number;
  readonly to: number;
  readonly value: number | null;
  readonly num: number | null;
  readonly den: number | null;
  readonly n: number;
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly max: number | null;
  readonly vsPrev: number | null;
  /** Its row was declared too late for this window: what was forgotten by then is not in it. */
  readonly isLate?: true;
  /** Money alone: the share that is provisional, and what is not known of the cost. */
  readonly provisionalPpm?: number;
  readonly gaps?: readonly string[];
}

/** A transition, whose it is, and all that it counts under. */
export interface Entry extends Transition {
  readonly conversation: string;
  readonly row: FullRow;
  /** Where its conversation stands, of which all may be known by now. */
  readonly rowNow: FullRow;
}

/** Instants [from, to). */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export const within = (entries: readonly Entry[], span: Span, T: number): Entry[] =>
  entries.filter(({ at }) => {
    const placed = Math.min(at, T);
    return placed >= span.from && placed < span.to;
  });

export interface Measured {
  readonly value: number | null;
  readonly num?: number | null;
  readonly den?: number | null;
  readonly n: number;
  readonly mean?: number | null;
  readonly p50?: number | null;
  readonly p90?: number | null;
  readonly max?: number | null;
}

export type Measure = (entries: readonly Entry[], inBuckets?: boolean) => Measured;

const of = (entries: readonly Entry[], kinds: readonly string[]): Entry[] =>
  entries.filter(({ kind }) => kinds.includes(kind));

export const count =
  (kind: string, counts: (entry: Entry) => boolean = () => true): Measure =>
  (entries) => {
    const n = of(entries, [kind]).filter(counts).length;
    return { value: n, n };
  };

/** Opened less handled. */
export const unhandledChange: Measure = (entries) => {
  const opened = of(entries, ['opened']).length;
  const done = of(entries, ['handled']).length;
  return { value: opened - done, n: opened + done };
};

const REOPENED = ['customer', 'agent', 'automation', 'unknown'].map((by) => `reopened.${by}`);

/** Created and opened again for more than thanks, less closed. */
export const netFlow: Measure = (entries) => {
  const came = of(entries, ['created', ...REOPENED]).filter(({ isCourtesy }) => !isCourtesy).length;
  const left = of(entries, ['closed']).length;
  return { value: came - left, n: came + left };
};

/** What ended no duration, as a resolution without S, is left out. */
export const duration =
  (kinds: readonly string[], read: (entry: Entry) => number | null = ({ ms }) => ms): Measure =>
  (entries, inBuckets = false) => {
    const ms = of(entries, kinds)
      .map(read)
      .filter((one) => one !== null)
      .sort((a, b) => a - b);
    const sum = ms.reduce((total, one) => total + one, 0);
    const kept = inBuckets ? ms.map(bucketValue) : ms;
    const p50 = quantile(kept, 50);
    return {
      value: p50,
      n: ms.length,
      mean: ms.length === 0 ? null : divRound(sum, ms.length),
      p50,
      p90: quantile(kept, 90),
      max: kept.at(-1) ?? null,
    };
  };

/** A duration whose headline is its mean. */
export const meanFirst =
  (measure: Measure): Measure =>
  (entries, inBuckets) => {
    const measured = measure(entries, inBuckets);
    return { ...measured, value: measured.mean ?? null };
  };

/** Closes before which the team had said nothing, among all; each counts. */
export const unansweredRate: Measure = (entries) => {
  const closed = of(entries, ['closed']);
  const den = closed.length;
  const num = closed.filter(({ isUnanswered }) => isUnanswered).length;
  return { value: den === 0 ? null : divRound(num * 1_000_000, den), num, den, n: den };
};

/** A conversation that was worked on, by its last work, and whether it was handed off. */
export interface Standing extends Entry {
  readonly isMoved: boolean;
}

/** Each conversation worked on, once: it stands in the rows of its last work. */
export function standings(entries: readonly Entry[]): Standing[] {
  const lastWork = new Map<string, Entry>();
  for (const entry of of(entries, ['worked'])) {
    const known = lastWork.get(entry.conversation);
    if (!known || inOrder(entry, known) >= 0) lastWork.set(entry.conversation, entry);
  }
  const moved = new Set(
    of(entries, ['handed_off.agent', 'handed_off.team']).map((entry) => entry.conversation),
  );
  return [...lastWork.values()].map((e) => ({
    ...e,
    row: e.rowNow,
    isMoved: moved.has(e.conversation),
  }));
}

/** Those handed off among those worked on. */
export function handoffRate(row: readonly Standing[]): Measured {
  const den = row.length;
  const num = row.filter(({ isMoved }) => isMoved).length;
  return { value: den === 0 ? null : divRound(num * 1_000_000, den), num, den, n: den };
}

/** A window's cell out of what was measured in it and in the one before. */
export function cell(T: number, window: Window, now: Measured, before: Measured): OracleCell {
  return {
    window: window.code,
    from: window.now.from,
    to: T,
    value: now.value,
    num: now.num ?? null,
    den: now.den ?? null,
    n: now.n,
    mean: now.mean ?? null,
    p50: now.p50 ?? null,
    p90: now.p90 ?? null,
    max: now.max ?? null,
    vsPrev: before.value,
  };
}
