/** What F publishes on `metrics.v1` and everyone shows (design D4, D5; metrics.md 7). */

export const UNITS = ['count', 'ms', 'ppm', 'micro', 'milli'] as const;
export type Unit = (typeof UNITS)[number];
/**
 * `now`: a gauge, read from state; `bday`: the business day so far; `28d`, `90d`: since
 * local midnight so many days back; `56d`: so many whole local days before today.
 */
export const WINDOW_CODES = [
  'now',
  '5m',
  '15m',
  '30m',
  '60m',
  '24h',
  'bday',
  '7d',
  '28d',
  '56d',
  '90d',
] as const;
export type WindowCode = (typeof WINDOW_CODES)[number];
export const FORMS = ['COUNT', 'RATIO', 'DUR', 'MONEY', 'GAUGE', 'COHORT', 'DIST'] as const;
export type Form = (typeof FORMS)[number];

/**
 * State that the fold itself knows. `unknown` (silent source), `stale` and `catching_up` are
 * computed by the consumer from the newest frame and rank before these.
 */
export const CELL_STATES = ['unknown', 'partial', 'undefined', 'provisional', 'live'] as const;
export type CellState = (typeof CELL_STATES)[number];

/** `business`: in open hours, where a schedule is declared (metrics.md 1.6). */
export const CLOCKS = ['wall', 'business'] as const;
export type Clock = (typeof CLOCKS)[number];

/**
 * How long a first reply takes, those who still wait included (metrics.md 3.3): of them it is known that
 * they waited at least so long. ms, up to the last edge of a pane of 5 s, as T' of money; null: nobody was
 * owed one in the window.
 */
export interface Censored {
  /** Conversations that were owed one at some instant of the window. */
  readonly n: number;
  readonly p50: number | null;
  readonly p90: number | null;
  /** The true value is this or more. */
  readonly p50AtLeast: boolean;
  readonly p90AtLeast: boolean;
}

/** One window and clock of a series. Integers in the series' unit; null = no value. */
export interface Cell {
  readonly window: WindowCode;
  readonly clock: Clock;
  readonly from: number;
  /** T; for MONEY the last pane edge <= T. */
  readonly to: number;
  readonly state: CellState;
  readonly reasons: readonly string[];
  readonly value: number | null;
  readonly num: number | null;
  readonly den: number | null;
  readonly n: number;
  readonly lowN: boolean;
  /** DUR only: mean, p50, p90, max of the completed durations in the window, ms. */
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly max: number | null;
  /** Business clock only: share of durations without any open hour in them, ppm. */
  readonly zeroPpm: number | null;
  /**
   * RATIO and COHORT: Wilson interval, ppm, or what the value is if all that is undecided goes either way. Of an
   * hour of the week the least and the most that one of its weeks came to.
   */
  readonly low: number | null;
  readonly high: number | null;
  /** `value` of the window before: moved back by its length, `bday` to the day before up to the same local time. */
  readonly vsPrev: number | null;
  /**
   * COUNT, and RATIO of two counts that add up; of up to a day: what is usual at this hour of the week on the wall,
   * the median of the last 8 weeks (4 at least). Of 24 h and of the business day it is that of the 24 hours before
   * this one, of the hours since the reset: a count sums them up, a share is that of all together.
   */
  readonly vsHow: number | null;
  /** Share of it that may still change, ppm. */
  readonly provisionalPpm: number;
  /** First response only, of up to a day, all rows together. */
  readonly censored: Censored | null;
  /** COHORT only: the same window moved back until nothing in it is open; null: it has none. */
  readonly settled: Settled | null;
  /** Identity children's exact share of `value - vsPrev`, in the series' unit. */
  readonly shares: readonly { readonly child: string; readonly share: number }[];
}

/** Whole panes, [from, to); its state is one of `partial`, `undefined` and `live`. */
export interface Settled {
  readonly from: number;
  readonly to: number;
  readonly state: CellState;
  readonly value: number | null;
  readonly num: number;
  readonly den: number;
  readonly n: number;
}

/** Everything published of one series at one offset. */
export interface Series {
  readonly workspace: string;
  readonly topology: number;
  /** `id` or `id{dim=value,...}`: names sorted, values percent-encoded. */
  readonly key: string;
  readonly definition: string;
  readonly form: Form;
  readonly unit: Unit;
  readonly better: -1 | 0 | 1;
  readonly grade: string;
  readonly additive: boolean;
  /** The pass's offset V: apply if (topology, offset) is newer. */
  readonly offset: number;
  /** Gauge beside a duration: who waits now. `oldestSince` is an instant; the client ticks. */
  readonly waiting: { readonly count: number; readonly oldestSince: number | null } | null;
  /** Of a longest wait: the five who have waited longest, of equals the smaller ids. */
  readonly top: readonly LongWait[] | null;
  /** Of targets that run: the instant at which the first of them is due, to which the client ticks down. */
  readonly firstDueAt: number | null;
  readonly cells: readonly Cell[];
}

export interface LongWait {
  readonly conversation: string;
  readonly since: number;
}

export interface Watermark {
  readonly source: string;
  readonly coveredThrough: number;
  readonly basis: 'reconciled' | 'endpoint_up';
}

/** Ends a pass. A series that was not in the pass is valid at `offset` too. */
export interface Frame {
  readonly workspace: string;
  readonly topology: number;
  readonly offset: number;
  readonly asOf: number;
  readonly watermarks: readonly Watermark[];
  readonly catchingUp: boolean;
}

/** Exactly one of the three is set. `tree` is the compiled tree in force, as JSON. */
export interface MetricRecord {
  readonly series: Series | null;
  readonly frame: Frame | null;
  readonly tree: {
    readonly workspace: string;
    readonly topology: number;
    readonly offset: number;
    readonly document: string;
  } | null;
}

/** `id{a=1,b=2}` from an id and its dimension values. */
export function seriesKey(id: string, dims: Readonly<Record<string, string>>): string {
  const names = Object.keys(dims).sort();
  if (names.length === 0) return id;
  return `${id}{${names.map((name) => `${name}=${encodeURIComponent(dims[name]!)}`).join(',')}}`;
}

/** null: it is not what `encodeURIComponent` writes. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** Inverse of `seriesKey`; null if the text is not a key. */
export function parseSeriesKey(key: string): { id: string; dims: Record<string, string> } | null {
  const match = /^([a-z0-9-]+)(?:\{([^{}]*)\})?$/.exec(key);
  if (!match) return null;
  const dims: Record<string, string> = {};
  for (const pair of match[2] === undefined ? [] : match[2].split(',')) {
    const eq = pair.indexOf('=');
    if (eq < 1) return null;
    const value = decoded(pair.slice(eq + 1));
    if (value === null) return null;
    dims[pair.slice(0, eq)] = value;
  }
  return { id: match[1]!, dims };
}

/** What rows by the same dimensions have in common: `id{channel`, `id{channel,priority`; null: a total. */
export function rowsName(row: string): string | null {
  const end = row.indexOf('=');
  if (end < 0) return null;
  const isOfOne = !row.includes(',', end);
  return isOfOne ? row.slice(0, end) : row.slice(0, -1).replace(VALUE, '');
}

const VALUE = /=[^,]*/g;
