/** Metrics that count, time or compare transitions, in their rows (metrics.md 3.1, 3.2). */
import { type Clock, parseSeriesKey, seriesKey } from '@sapwood/core/metrics';
import {
  cell,
  count,
  current,
  type Entry,
  handoffRate,
  keptRate,
  type Measure,
  type Measured,
  meanFirst,
  netFlow,
  type OracleCell,
  previous,
  standings,
  type Timed,
  timed,
  unansweredRate,
  unhandledChange,
  WINDOWS,
  within,
} from './cells.ts';
import type { Known } from './circumstances.ts';
import { hasAnyHours } from './hours.ts';
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
const FLOWS: Readonly<Record<string, Measure | Timed>> = {
  'conversation-volume': count('opened'),
  'issues-created': count('created'),
  'contacts-handled': count('handled'),
  'contacts-unhandled-change': unhandledChange,
  'contacts-resolved': count('resolved'),
  'episodes-handled': count('episode_handled'),
  'channel-switches': count('channel_switched'),
  'average-resolution-time': meanFirst(timed(['resolved'])),
  'average-resolution-time-first': meanFirst(timed(['closed'], (one) => one.first)),
  'average-resolution-time-active': meanFirst(timed(['resolved'], (one) => one.active)),
  'average-resolution-time-human': meanFirst(timed(['resolved'], (one) => one.human)),
  'ai-handoffs': count('ai_handed_off'),
  holds: count('held'),
  'backlog-net-flow': netFlow,
  'sla-first': keptRate('first'),
  'sla-next': keptRate('next'),
  'sla-resolution': keptRate('resolution'),
  'sla-compliance': keptRate('first', 'next', 'resolution'),
};

const ANSWERS = ['turn_answered.first', 'turn_answered.next'];

/** Those of which nothing is known where the source has no messages. */
const OF_MESSAGES: Readonly<Record<string, Measure | Timed>> = {
  'first-response-time': timed(['first_reply_human']),
  'first-response-time-any': timed(['first_reply_any']),
  'first-response-time-ai': timed(['first_reply_ai']),
  'message-response-time': timed(ANSWERS),
  'message-response-time-last': timed(ANSWERS, (one) => one.sinceLast),
  'next-response-time': timed(['turn_answered.next']),
  'first-response-time-after-handoff': timed(['first_reply_after_handoff']),
  'handoff-gap': timed(['handoff_answered']),
  reopens: count('reopened.customer', ({ isCourtesy }) => !isCourtesy),
  'no-reply-rate': unansweredRate,
};

const UNKNOWN: Measure = () => ({ value: null, n: 0 });
const unknown = (measured: Measure | Timed): Measure | Timed =>
  typeof measured === 'function' ? UNKNOWN : { wall: UNKNOWN, business: UNKNOWN };
const NOTHING: Measured = timed([]).wall([]);

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
  { hasMessages, by, calendars }: Pick<Known, 'hasMessages' | 'by' | 'calendars'>,
): OracleSeries[] {
  const found: OracleSeries[] = [];
  const clocks = clocksOf(calendars);
  const sides = sidesOf(recent, T);
  const values = valuesOf(recent);
  const add = (metric: string, measures: readonly Clocked[]): void => {
    for (const dims of rowsOf(metric, by, values)) {
      const cells = measures.flatMap(({ clock, now, before }) =>
        sides.map((side) => cell(T, side.window, now(side, dims), before(side, dims), clock)),
      );
      found.push({ key: seriesKey(metric, dims), cells, waiting: null });
    }
  };
  const addMeasured = (metric: string, measured: Measure | Timed): void => {
    const byClock: Partial<Timed> = typeof measured === 'function' ? { wall: measured } : measured;
    const told = clocks.flatMap((clock): Clocked[] => {
      const measure = byClock[clock];
      if (!measure) return [];
      const now: Clocked['now'] = (side, dims) => measure(side.now(dims));
      return [{ clock, now, before: (side, dims) => measure(side.before(dims)) }];
    });
    add(metric, told);
  };
  for (const [metric, measured] of Object.entries(FLOWS)) addMeasured(metric, measured);
  for (const [metric, measured] of Object.entries(OF_MESSAGES)) {
    addMeasured(metric, hasMessages ? measured : unknown(measured));
  }
  const handoffs: Clocked = {
    clock: 'wall',
    now: ({ stands }, dims) => handoffRate(stands(dims)),
    before: ({ stoodBefore }, dims) => handoffRate(stoodBefore(dims)),
  };
  add('conversation-handoff-rate', [handoffs]);
  return found;
}

type Side = ReturnType<typeof sidesOf>[number];

/** What a metric measures in a row of a window and of the one before it, by one clock. */
interface Clocked {
  readonly clock: Clock;
  now(side: Side, dims: Dims): Measured;
  before(side: Side, dims: Dims): Measured;
}

/** Durations are told in open hours too where anybody has any. */
const clocksOf = (calendars: Known['calendars']): readonly Clock[] =>
  hasAnyHours(calendars) ? ['wall', 'business'] : ['wall'];

/** Who waits stands beside a metric even where nothing of it was completed in memory. */
export function addWaiting(
  series: Map<string, OracleSeries>,
  waits: readonly (Waiting & InRow)[],
  T: number,
  { by, calendars }: Pick<Known, 'by' | 'calendars'>,
): void {
  for (const [metric, counts] of Object.entries(WAITS)) {
    const own = waits.filter(counts);
    for (const dims of rowsOf(metric, by, valuesOf(own))) {
      const key = seriesKey(metric, dims);
      if (series.has(key)) continue;
      const cells = clocksOf(calendars).flatMap((clock) =>
        WINDOWS.map((window) => cell(T, window, NOTHING, NOTHING, clock)),
      );
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
