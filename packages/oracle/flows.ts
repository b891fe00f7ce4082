/** Metrics that count, time or compare transitions, in their rows (metrics.md 3.1, 3.2). */
import type { Clock } from '@sapwood/core/metrics';
import {
  allHandling,
  byVendor,
  cell,
  count,
  deflection,
  type Entry,
  ESCALATED,
  escalationRate,
  gapOfAi,
  HANDED_OFF,
  handoffRate,
  handoffsEach,
  keptRate,
  type Measure,
  type Measured,
  meanFirst,
  meanHandling,
  netFlow,
  type OracleCell,
  positiveRate,
  resolvedPerOpened,
  standings,
  type Timed,
  taggedRate,
  timed,
  unansweredRate,
  unhandledChange,
  within,
} from './cells.ts';
import type { Known } from './circumstances.ts';
import { hasAnyHours } from './hours.ts';
import type { Waiting } from './owed.ts';
import { byRow, hasRow, type InRow, keyOf, placesOf } from './places.ts';
import { usualAt, usualOf } from './usual.ts';
import { isTold, resetOf, type Window } from './windows.ts';

export interface OracleSeries {
  readonly key: string;
  readonly cells: readonly OracleCell[];
  /** Beside first and message response time alone; null where the source has no messages. */
  readonly waiting: { readonly count: number; readonly oldestSince: number | null } | null;
  /** It is a class of a whole, by which it is divided. */
  readonly isClass?: true;
  /** Of `longest-waiting` alone: who has waited longest, the longest first. */
  readonly top?: readonly { readonly conversation: string; readonly since: number }[];
  /** Of `sla-running` alone: when the first of those clocks is due; null: none is, as far as is known. */
  readonly firstDueAt?: number | null;
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
  'average-resolution-time-pylon': meanFirst(byVendor('resolved')),
  'handoffs-per-conversation': handoffsEach,
  'ai-handoffs': count('ai_handed_off'),
  holds: count('held'),
  'backlog-net-flow': netFlow,
  escalations: count(ESCALATED),
  'handoff-pingpongs': count(HANDED_OFF, ({ isPingpong }) => isPingpong === true),
  'resolution-rate-flow': resolvedPerOpened,
  'tag-coverage': taggedRate,
  'sla-first': keptRate('first'),
  'sla-next': keptRate('next'),
  'sla-resolution': keptRate('resolution'),
  'sla-compliance': keptRate('first', 'next', 'resolution'),
};

const ANSWERS = ['turn_answered.first', 'turn_answered.next'];
export const answers: Timed = timed(ANSWERS);

/** Those of which nothing is known where the source has no messages. */
const OF_MESSAGES: Readonly<Record<string, Measure | Timed>> = {
  'first-response-time': timed(['first_reply_human']),
  'first-response-time-any': timed(['first_reply_any']),
  'first-response-time-ai': timed(['first_reply_ai']),
  'first-response-time-pylon': byVendor('first_reply_human'),
  'message-response-time': answers,
  'message-response-time-last': timed(ANSWERS, (one) => one.sinceLast),
  'next-response-time': timed(['turn_answered.next']),
  'first-response-time-after-handoff': timed(['first_reply_after_handoff']),
  'handoff-gap': timed(['handoff_answered']),
  'deflection-proxy': deflection,
  reopens: count('reopened.customer', ({ isCourtesy }) => !isCourtesy),
  'no-reply-rate': unansweredRate,
  'average-handle-time-estimated': meanHandling,
  'handling-time-estimated': allHandling,
};

/** Those of which nothing is known where no scale is declared. */
const OF_RATINGS: Readonly<Record<string, Measure>> = {
  csat: positiveRate,
  'csat-gap-ai': gapOfAi,
  ratings: count('rated'),
};

const UNKNOWN: Measure = () => ({ value: null, n: 0 });
const unknown = (measured: Measure | Timed): Measure | Timed =>
  typeof measured === 'function' ? UNKNOWN : { wall: UNKNOWN, business: UNKNOWN };

/** Those of distinct conversations, each in the rows of its last work. */
const OF_WORKED = {
  'conversation-handoff-rate': handoffRate,
  'escalation-rate': escalationRate,
};

const NOTHING: Measured = timed([]).wall([]);

/** Metrics beside which stands who waits now, and which owed turns those are. */
const WAITS: Readonly<Record<string, (waiting: Waiting) => boolean>> = {
  'first-response-time': ({ turn }) => turn === 1,
  'message-response-time': () => true,
};

/** Every live transition of one window and of the one before it. */
function sidesOf(recent: readonly Entry[], T: number, windows: readonly Window[]) {
  return windows.map((window) => {
    const now = within(recent, window.now, T);
    const before = within(recent, window.before, T);
    return {
      window,
      now: byRow(now),
      before: byRow(before),
      stands: byRow(standings(now)),
      stoodBefore: byRow(standings(before)),
    };
  });
}

type Side = ReturnType<typeof sidesOf>[number];

export function flowSeries(
  recent: readonly Entry[],
  T: number,
  windows: readonly Window[],
  known: Pick<Known, 'hasMessages' | 'declared' | 'by' | 'calendars' | 'firstAt'>,
): OracleSeries[] {
  const found: OracleSeries[] = [];
  const usual = usualAt(T, resetOf(windows), known);
  const rowOf = byRow(recent);
  const clocks = clocksOf(known.calendars);
  const measures = measuresOf(known);
  const all = sidesOf(recent, T, windows);
  const moved = recent.filter(({ row, rowNow }) => row !== rowNow);
  const standing = [...recent, ...moved.map(({ rowNow }) => ({ row: rowNow }))];
  for (const place of placesOf(standing, known.by)) {
    const add = (metric: string, cells: (sides: readonly Side[]) => OracleCell[]): void => {
      if (!hasRow(metric, place, known.by)) return;
      const told = all.filter(({ window }) => isTold(metric, window));
      found.push({ key: keyOf(metric, place), cells: cells(told), waiting: null });
    };
    for (const [metric, measured] of measures) {
      add(metric, (sides) =>
        clocks.flatMap((clock) => {
          const measure = measureBy(measured, clock);
          if (!measure) return [];
          return sides.map(({ window, now, before }) => {
            const { inBuckets } = window;
            const earlier = measure(before(place), inBuckets);
            const found = cell(T, window, measure(now(place), inBuckets), earlier, clock);
            const vsHow = usualOf(usual, metric, place, measure);
            return vsHow ? { ...found, vsHow: vsHow(window.code, rowOf(place), measure) } : found;
          });
        }),
      );
    }
    for (const [metric, rate] of Object.entries(OF_WORKED)) {
      add(metric, (sides) =>
        sides.map(({ window, stands, stoodBefore }) => {
          const earlier = window.isLong ? NOTHING : rate(stoodBefore(place));
          return cell(T, window, rate(stands(place)), earlier);
        }),
      );
    }
  }
  return found;
}

/** What each metric measures, where what it needs is there. */
function measuresOf({
  hasMessages,
  declared,
}: Pick<Known, 'hasMessages' | 'declared'>): [string, Measure | Timed][] {
  const needing = (those: Readonly<Record<string, Measure | Timed>>, isThere: boolean) =>
    Object.entries(those).map(([metric, measured]): [string, Measure | Timed] => [
      metric,
      isThere ? measured : unknown(measured),
    ]);
  return [
    ...needing(FLOWS, true),
    ...needing(OF_MESSAGES, hasMessages),
    ...needing(OF_RATINGS, declared.scale !== null),
  ];
}

/** Durations alone are told in open hours. */
const measureBy = (measured: Measure | Timed, clock: Clock): Measure | undefined => {
  if (typeof measured !== 'function') return measured[clock];
  return clock === 'wall' ? measured : undefined;
};

/** Durations are told in open hours too where anybody has any. */
export const clocksOf = (calendars: Known['calendars']): readonly Clock[] =>
  hasAnyHours(calendars) ? ['wall', 'business'] : ['wall'];

/** Of a row in which nothing was completed. */
export const emptyCells = (
  T: number,
  windows: readonly Window[],
  calendars: Known['calendars'],
): OracleCell[] =>
  clocksOf(calendars).flatMap((clock) =>
    windows.map((window) => cell(T, window, NOTHING, NOTHING, clock)),
  );

/** Who waits stands beside a metric even where nothing of it was completed in memory. */
export function addWaiting(
  series: Map<string, OracleSeries>,
  waits: readonly (Waiting & InRow)[],
  T: number,
  windows: readonly Window[],
  { by, calendars }: Pick<Known, 'by' | 'calendars'>,
): void {
  for (const [metric, counts] of Object.entries(WAITS)) {
    const own = waits.filter(counts);
    const rowOf = byRow(own);
    for (const [key, one] of series) {
      const isOfMetric = key === metric || key.startsWith(`${metric}{`);
      if (isOfMetric) series.set(key, { ...one, waiting: gauge([]) });
    }
    for (const place of placesOf(own, by).filter((one) => hasRow(metric, one, by))) {
      const key = keyOf(metric, place);
      const cells = series.get(key)?.cells ?? emptyCells(T, windows, calendars);
      series.set(key, { key, cells, waiting: gauge(rowOf(place)) });
    }
  }
}

const gauge = (waits: readonly Waiting[]): OracleSeries['waiting'] => ({
  count: waits.length,
  oldestSince: waits.length === 0 ? null : waits.reduce((a, b) => Math.min(a, b.since), Infinity),
});
