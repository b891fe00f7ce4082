/** Metrics that count, time or compare transitions, in their rows (metrics.md 3.1, 3.2). */
import { parseSeriesKey, seriesKey } from '@sapwood/core/metrics';
import {
  cell,
  count,
  current,
  duration,
  type Entry,
  ESCALATED,
  escalationRate,
  HANDED_OFF,
  handoffRate,
  type Measure,
  type Measured,
  meanFirst,
  type OracleCell,
  positiveRate,
  previous,
  standings,
  taggedRate,
  unansweredRate,
  unhandledChange,
  WINDOWS,
  within,
} from './cells.ts';
import type { Known } from './circumstances.ts';
import type { Waiting } from './owed.ts';
import { DIMENSIONS, type Dimension, type FullRow } from './rows.ts';

export interface OracleSeries {
  readonly key: string;
  readonly cells: readonly OracleCell[];
  /** Beside first and message response time alone; null where the source has no messages. */
  readonly waiting: { readonly count: number; readonly oldestSince: number | null } | null;
}

interface InRow {
  readonly row: FullRow;
}

type Dims = Readonly<Record<string, string>>;
type By = Known['by'];

/** Rows of a metric that entries stand in: the total, and one for each value of its dimensions. */
function rowsOf(metric: string, by: By, values: Values): Dims[] {
  const declared = by[metric] ?? [];
  const own = DIMENSIONS.filter(
    (dim) => dim === 'channel' || dim === 'team' || declared.includes(dim),
  );
  return [{}, ...own.flatMap((dim) => [...values[dim]].map((value) => ({ [dim]: value })))];
}

type Values = Readonly<Record<Dimension, ReadonlySet<string>>>;

const valuesOf = (entries: readonly InRow[]): Values =>
  Object.fromEntries(
    DIMENSIONS.map((dim) => [dim, new Set(entries.flatMap(({ row }) => row[dim]))]),
  ) as Record<Dimension, Set<string>>;

/** Picks the entries of a row; an entry stands in one for each of its values. */
function byRow<E extends InRow>(entries: readonly E[]): (dims: Dims) => readonly E[] {
  const byDimension = new Map<string, Map<string, E[]>>();
  for (const dim of DIMENSIONS) {
    const placed = entries.flatMap((entry) => entry.row[dim].map((value) => ({ value, entry })));
    const groups = [...Map.groupBy(placed, ({ value }) => value)];
    byDimension.set(dim, new Map(groups.map(([value, all]) => [value, all.map((o) => o.entry)])));
  }
  return (dims) => {
    const [only] = Object.entries(dims);
    return only ? (byDimension.get(only[0])?.get(only[1]) ?? []) : entries;
  };
}

/** What each metric of flows measures in its row. */
const FLOWS: Readonly<Record<string, Measure>> = {
  'conversation-volume': count('opened'),
  'issues-created': count('created'),
  'contacts-handled': count('handled'),
  'contacts-unhandled-change': unhandledChange,
  'contacts-resolved': count('resolved'),
  'episodes-handled': count('episode_handled'),
  'channel-switches': count('channel_switched'),
  'average-resolution-time': meanFirst(duration(['resolved'])),
  'average-resolution-time-first': meanFirst(duration(['closed'], (one) => one.firstMs ?? null)),
  'average-resolution-time-active': meanFirst(
    duration(['resolved'], (one) => one.activeMs ?? null),
  ),
  'average-resolution-time-human': meanFirst(duration(['resolved'], (one) => one.humanMs ?? null)),
  'ai-handoffs': count('ai_handed_off'),
  holds: count('held'),
  escalations: count(ESCALATED),
  'handoff-pingpongs': count(HANDED_OFF, ({ isPingpong }) => isPingpong === true),
  'tag-coverage': taggedRate,
};

const ANSWERS = ['turn_answered.first', 'turn_answered.next'];

/** Those of which nothing is known where the source has no messages. */
const OF_MESSAGES: Readonly<Record<string, Measure>> = {
  'first-response-time': duration(['first_reply_human']),
  'first-response-time-any': duration(['first_reply_any']),
  'first-response-time-ai': duration(['first_reply_ai']),
  'message-response-time': duration(ANSWERS),
  'message-response-time-last': duration(ANSWERS, (entry) => entry.lastMs!),
  'next-response-time': duration(['turn_answered.next']),
  'first-response-time-after-handoff': duration(['first_reply_after_handoff']),
  'handoff-gap': duration(['handoff_answered']),
  reopens: count('reopened.customer', ({ isCourtesy }) => !isCourtesy),
  'no-reply-rate': unansweredRate,
};

/** Those of which nothing is known where no scale is declared. */
const OF_RATINGS: Readonly<Record<string, Measure>> = {
  csat: positiveRate,
  ratings: count('rated'),
};

const UNKNOWN: Measure = () => ({ value: null, n: 0 });
/** Those of distinct conversations, each in the rows of its last work. */
const OF_WORKED = {
  'conversation-handoff-rate': handoffRate,
  'escalation-rate': escalationRate,
};

const NOTHING: Measured = duration([])([]);

/** Metrics beside which stands who waits now, and which owed turns those are. */
const WAITS: Readonly<Record<string, (waiting: Waiting) => boolean>> = {
  'first-response-time': ({ turn }) => turn === 1,
  'message-response-time': () => true,
};

/** Every live transition of one window and of the one before it. */
function sidesOf(recent: readonly Entry[], T: number) {
  return WINDOWS.map((window) => {
    const now = within(recent, current(T, window), T);
    const before = within(recent, previous(T, window), T);
    return {
      window,
      now: byRow(now),
      before: byRow(before),
      stands: byRow(standings(now)),
      stoodBefore: byRow(standings(before)),
    };
  });
}

export function flowSeries(
  recent: readonly Entry[],
  T: number,
  { hasMessages, declared, by }: Pick<Known, 'hasMessages' | 'declared' | 'by'>,
): OracleSeries[] {
  const found: OracleSeries[] = [];
  const measures = new Map(Object.entries(FLOWS));
  for (const [metric, measure] of Object.entries(OF_MESSAGES)) {
    measures.set(metric, hasMessages ? measure : UNKNOWN);
  }
  for (const [metric, measure] of Object.entries(OF_RATINGS)) {
    measures.set(metric, declared.scale ? measure : UNKNOWN);
  }
  const sides = sidesOf(recent, T);
  const values = valuesOf(recent);
  const add = (metric: string, cellOf: (side: Side, dims: Dims) => OracleCell): void => {
    for (const dims of rowsOf(metric, by, values)) {
      const cells = sides.map((side) => cellOf(side, dims));
      found.push({ key: seriesKey(metric, dims), cells, waiting: null });
    }
  };
  for (const [metric, measure] of measures) {
    add(metric, ({ window, now, before }, dims) =>
      cell(T, window, measure(now(dims)), measure(before(dims))),
    );
  }
  for (const [metric, rate] of Object.entries(OF_WORKED)) {
    add(metric, ({ window, stands, stoodBefore }, dims) =>
      cell(T, window, rate(stands(dims)), rate(stoodBefore(dims))),
    );
  }
  return found;
}

type Side = ReturnType<typeof sidesOf>[number];

/** Who waits stands beside a metric even where nothing of it was completed in memory. */
export function addWaiting(
  series: Map<string, OracleSeries>,
  waits: readonly (Waiting & InRow)[],
  T: number,
  by: By,
): void {
  for (const [metric, counts] of Object.entries(WAITS)) {
    const own = waits.filter(counts);
    for (const dims of rowsOf(metric, by, valuesOf(own))) {
      const key = seriesKey(metric, dims);
      if (series.has(key)) continue;
      const cells = WINDOWS.map((window) => cell(T, window, NOTHING, NOTHING));
      series.set(key, { key, cells, waiting: null });
    }
    const rowOf = byRow(own);
    for (const [key, one] of series) {
      const parsed = parseSeriesKey(key);
      if (parsed?.id === metric) series.set(key, { ...one, waiting: gauge(rowOf(parsed.dims)) });
    }
  }
}

const gauge = (waits: readonly Waiting[]): OracleSeries['waiting'] => ({
  count: waits.length,
  oldestSince: waits.length === 0 ? null : waits.reduce((a, b) => Math.min(a, b.since), Infinity),
});
