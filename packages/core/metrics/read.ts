/** From windows to published cells: one reader per form, then the decorators (metrics.md 0, 7). */
import { COST_GAPS } from '../cost/coverage.ts';
import type { SlaKind } from '../directory/config.ts';
import type { CostCategory } from '../facts/fact.ts';
import { gini, imbalance } from '../num/spread.ts';
import type { DistinctRead } from '../panes/distinct.ts';
import type { PeakRead, PeakSpan } from '../panes/peak-hours.ts';
import type { WaitIndex } from '../panes/wait-index.ts';
import { FINEST_MS } from '../panes/window.ts';
import type { MetricDefinition } from './catalogue.ts';
import { besideCell } from './cell-names.ts';
import { type Adds, isOfMiddle, type Spread } from './definition.ts';
import type { Money, Row } from './money.ts';
import { readMoney, readQuotient } from './read-money.ts';
import { isNotNew, readNovelty } from './read-novelty.ts';
import { ratioIn, readClass, readCohort, readGap } from './read-shares.ts';
import { type PairCells, readSpecialisation } from './read-specialisation.ts';
import { readMiddle, readTimes } from './read-times.ts';
import type { Score } from './scores.ts';
import { quotient, share, wilson } from './shares.ts';
import {
  type Cell,
  type CellState,
  type Censored,
  CLOCKS,
  type Clock,
  parseSeriesKey,
  type WindowCode,
} from './value.ts';
import type { Level, WindowSpan, WindowsState } from './windows-state.ts';

/** What reading needs of a workspace. */
export interface ReadContext {
  readonly T: number;
  /** Since when all is counted in the series: a window that reaches before it is filling. */
  readonly since: number;
  readonly windows: WindowsState;
  readonly money: Money;
  /** Categories that the workspace has planned to tell of. */
  readonly costPlan: readonly CostCategory[];
  readonly noMessages: boolean;
  /** No scale of ratings is declared. */
  readonly noScale: boolean;
  /** Which custom fields are declared: those tracked at a close, those required at a handover by an AI. */
  readonly fields: ReadonlySet<NonNullable<MetricDefinition['needsFields']>>;
  /** Something was hinted more than 60 s ago and is still unread. */
  readonly unread: boolean;
  /** Conversations whose start rests on an unread thread, by row. */
  readonly provisionalStarts: boolean;
  /** A schedule is declared: durations are told in open hours too. */
  readonly hasHours: boolean;
  /** Kinds of targets that are declared. */
  readonly slaKinds: ReadonlySet<SlaKind>;
  /** Since an instant. */
  readonly censored: (from: number, clock: Clock) => Censored;
  /** What a count comes to at this hour of the week; null: nobody knows. */
  readonly usual: (code: WindowCode) => number | null;
  /** How much comes in this hour of the week, or in any. */
  readonly peak: () => PeakRead & PeakSpan;
  /** How many open conversations each agent has, ascending; of a team, or of all. */
  readonly loads: (team: string | null) => readonly number[];
  /** Nobody on the roster is known. */
  readonly noRoster: boolean;
  /** Who is owed a reply now in a row. */
  readonly waitsIn: (row: string) => ReturnType<WaitIndex['read']>;
  /** How many count now in a row. */
  readonly gaugeIn: (row: string) => number;
  /** Of what customers say of people, in this row: it is that of too few of them. */
  readonly withheld: (code: WindowCode) => Readonly<Record<'now' | 'before', boolean>>;
  /** Of what is scored, in this row. */
  readonly score: (code: WindowCode) => Score;
  /** What is told only where it is switched on, and is. */
  readonly switches: ReadonlySet<NonNullable<MetricDefinition['needsSwitch']>>;
  /** Of an agent on a topic: what is counted there, and what of the whole team. */
  readonly pair: () => PairCells | null;
  /** Which row by one dimension it is; null: the total, or a row by several. */
  readonly row: Row | null;
}

/** Why a row has no value of its own; null: it has one. */
export type Absence = 'in_other' | 'not_declared' | 'not_shown' | null;

type Reading = Pick<
  Cell,
  | 'value'
  | 'num'
  | 'den'
  | 'n'
  | 'mean'
  | 'p50'
  | 'p90'
  | 'max'
  | 'zeroPpm'
  | 'low'
  | 'high'
  | 'vsPrev'
  | 'vsHow'
  | 'settled'
> & { readonly to: number; readonly reasons: readonly string[]; readonly provisionalPpm: number };

const BLANK: Reading = {
  to: 0,
  value: null,
  num: null,
  den: null,
  n: 0,
  mean: null,
  p50: null,
  p90: null,
  max: null,
  zeroPpm: null,
  low: null,
  high: null,
  vsPrev: null,
  vsHow: null,
  settled: null,
  reasons: [],
  provisionalPpm: 0,
};

/** Every window of a series, wall clock. `key` is the series key, one row of `metric`. */
export function readCells(
  metric: MetricDefinition,
  key: string,
  context: ReadContext,
  absence: Absence = null,
): Cell[] {
  const absent = lackOf(metric, context) ?? absence;
  const { form } = metric;
  if (form === 'GAUGE') return [readGauge(metric, key, context, absent)];
  if (metric.hoursOf) return [readPeak(metric, context, absent)];
  const inHours = form === 'DUR' && context.hasHours && !metric.isWork;
  const clocks: readonly Clock[] = inHours ? CLOCKS : ['wall'];
  return clocks.flatMap((clock) =>
    metric.windows.map((code) => {
      const cell = clock === 'wall' ? key : besideCell(key);
      const read = readerOf(metric, form);
      const reading = read(metric, cell, code, context);
      const { now, before } = context.withheld(code);
      const lack = absent ?? withoutValue(metric, code, now, context);
      const all = lack ? { ...BLANK, to: reading.to, reasons: [lack] } : reading;
      const known = before ? { ...all, vsPrev: null } : all;
      const { from, fromBefore } = context.windows.span(code);
      const isCensored = metric.censored?.includes(code) && key === metric.id && !absent;
      const censored = isCensored ? context.censored(from, clock) : null;
      return decorate(metric, { code, clock, from, fromBefore, censored }, known, context);
    }),
  );
}

export type Needed = Pick<
  ReadContext,
  'noMessages' | 'noScale' | 'fields' | 'noRoster' | 'slaKinds' | 'switches'
>;
/** Why there is none in this window of a row that has others. */
function withoutValue(
  metric: MetricDefinition,
  code: WindowCode,
  isWithheld: boolean,
  context: ReadContext,
): string | null {
  if (isWithheld) return 'privacy';
  return isNotNew(metric, code, context) ? 'not_new' : null;
}

/** What it needs and there is none of; null: nothing. */
export function lackOf(
  metric: MetricDefinition,
  { noMessages, noScale, fields, noRoster, slaKinds, switches }: Needed,
): string | null {
  const { needsMessages, needsScale, needsFields, needsTarget, needsRoster, needsSwitch } = metric;
  if (needsSwitch && !switches.has(needsSwitch)) return 'not_switched_on';
  if (needsRoster && noRoster) return 'no_roster';
  if (needsMessages && noMessages) return 'no_messages';
  if (needsScale && noScale) return 'no_scale';
  if (needsFields && !fields.has(needsFields)) return 'no_fields';
  return needsTarget && !needsTarget.some((kind) => slaKinds.has(kind)) ? 'no_policy' : null;
}

/** Which cell it is, and where its window lies. */
interface Place extends Pick<WindowSpan, 'from' | 'fromBefore'>, Pick<Cell, 'clock' | 'censored'> {
  readonly code: WindowCode;
}

/** Of now; what was in it before is not known. */
function readGauge(
  metric: MetricDefinition,
  key: string,
  context: ReadContext,
  absent: string | null,
): Cell {
  const { T } = context;
  const reading = absent
    ? { ...BLANK, to: T, reasons: [absent] }
    : { ...BLANK, to: T, ...readNow(metric, key, context) };
  const place = {
    code: 'now',
    clock: 'wall',
    from: reading.to,
    fromBefore: reading.to,
    censored: null,
  } as const;
  return decorate(metric, place, reading, context);
}

/** Of whole local days before today; of the 8 weeks before them nothing is kept. */
function readPeak(metric: MetricDefinition, context: ReadContext, absent: string | null): Cell {
  const { from, to, counted, hours, value, low, high } = context.peak();
  const lack = absent ?? (value === null ? 'too_few_weeks' : null);
  const reading: Reading = lack
    ? { ...BLANK, to, reasons: [lack] }
    : { ...BLANK, to, value, num: counted, den: hours, n: counted!, low, high };
  const place = { code: '56d', clock: 'wall', from, fromBefore: from, censored: null } as const;
  return decorate(metric, place, reading, context);
}

function readNow(
  { gauge }: MetricDefinition,
  key: string,
  context: ReadContext,
): Pick<Reading, 'value' | 'num' | 'n'> & Partial<Pick<Reading, 'to' | 'reasons'>> {
  if (gauge === 'longest_wait') return longestWait(context.waitsIn(key), context.T);
  if (typeof gauge === 'object' && 'spread' in gauge) {
    const loads = context.loads(parseSeriesKey(key)?.dims['team'] ?? null);
    return { value: SPREADS[gauge.spread](loads), num: null, n: loads.length };
  }
  const value = context.gaugeIn(key);
  return { value, num: value, n: value };
}

/** Up to the last edge of a pane, so that it holds until it is told anew. */
function longestWait(
  { count, oldestSince }: ReturnType<WaitIndex['read']>,
  T: number,
): Pick<Reading, 'value' | 'num' | 'n' | 'to' | 'reasons'> {
  const to = Math.floor(T / FINEST_MS) * FINEST_MS;
  const value = oldestSince === null ? null : Math.max(0, to - oldestSince);
  return { value, num: null, n: count, to, reasons: value === null ? ['nobody_waits'] : [] };
}

const SPREADS: Readonly<Record<Spread, (loads: readonly number[]) => number | null>> = {
  imbalance,
  gini,
};

type Reader = (m: MetricDefinition, key: string, code: WindowCode, c: ReadContext) => Reading;

const READERS: Readonly<Record<Exclude<MetricDefinition['form'], 'GAUGE'>, Reader>> = {
  COUNT: (_metric, key, code, { T, windows, usual }) => {
    const { now, before } = windows.level(code).panes.read(key, code);
    const than = { vsPrev: before.sum, vsHow: usual(code) };
    return { ...BLANK, to: T, value: now.sum, num: now.sum, n: now.n, ...than };
  },
  DUR: (metric, key, code, { T, windows }) => {
    const level = windows.level(code);
    const times = isOfMiddle(metric, key)
      ? readMiddle(level, key, code)
      : readTimes(metric, level, key, code);
    return { ...BLANK, to: T, ...times };
  },
  RATIO: (metric, key, code, { T, windows, gaugeIn }) => {
    const level = windows.level(code);
    const read = ratioIn(metric, level, key, code);
    const den = read.den + (metric.amongLate ? gaugeIn(key) : 0);
    const vsPrev = isReferenceKnown(metric, level)
      ? quotient(metric.unit, read.numBefore, read.denBefore)
      : null;
    // An average is no part of anything: it has no such interval.
    const interval = metric.unit === 'milli' ? {} : wilson(read.num, den);
    return { ...BLANK, to: T, vsPrev, ...shareOf(metric, { num: read.num, den }), ...interval };
  },
  COHORT: (metric, key, code, context) => {
    const { T } = context;
    const { read, openPpm, atLeast, settled } = readCohort(metric, key, code, context);
    const { num, den, numBefore, denBefore } = read;
    const interval =
      atLeast === null ? wilson(num, den) : { low: share(atLeast, den), high: share(num, den) };
    return {
      ...{ ...BLANK, to: T, vsPrev: share(numBefore, denBefore) },
      ...{ ...shareOf(metric, read), ...interval, provisionalPpm: openPpm, settled },
    };
  },
  DIST: (metric, key, code, context) => {
    const read = metric.novel
      ? readNovelty(metric, key, code, context)
      : readClass(metric, context.windows.level(code), key, code);
    const vsPrev = share(read.numBefore, read.denBefore);
    return { ...BLANK, to: context.T, vsPrev, ...shareOf(metric, read) };
  },
  MONEY: (metric, _key, code, context) => ({ ...BLANK, ...readMoney(metric, code, context) }),
};

function shareOf(
  metric: MetricDefinition,
  { num, den }: Pick<DistinctRead, 'num' | 'den'>,
): Pick<Reading, 'value' | 'num' | 'den' | 'n' | 'reasons'> {
  const value = quotient(metric.unit, num, den);
  return { value, num, den, n: den, reasons: den > 0 ? [] : [nothingOf(metric)] };
}

function readerOf(
  { of, ofAiLessHuman, ofPairs, composite }: MetricDefinition,
  form: keyof typeof READERS,
): Reader {
  if (composite) return scored;
  if (ofPairs) return specialised;
  return of !== undefined ? divided : ofAiLessHuman ? gap : READERS[form];
}

const scored: Reader = (_metric, _key, code, { T, score }) => {
  const { value, n, reason } = score(code);
  return { ...BLANK, to: T, value, n, reasons: reason === null ? [] : [reason] };
};

/** What it was in the window before is not told. */
const specialised: Reader = (metric, _key, code, { T, windows, pair }) => {
  const cells = pair();
  return { ...BLANK, to: T, ...readSpecialisation(metric, code, windows, cells) };
};

const gap: Reader = (metric, key, code, context) => {
  const { now, before } = readGap(key, code, context);
  const reasons = now.value === null ? [nothingOf(metric)] : [];
  return { ...BLANK, to: context.T, ...now, vsPrev: before.value, reasons };
};

/** Who was owed a reply before is not remembered, nor who was distinct where summaries are counted. */
const isReferenceKnown = (
  { amongLate, distinct, customers }: MetricDefinition,
  { reachesSummaries }: Level,
): boolean => !amongLate && customers !== 'all' && !((distinct || customers) && reachesSummaries);

const divided: Reader = (metric, _key, code, context) => ({
  ...BLANK,
  ...readQuotient(metric, code, context),
});

/** What there was none of, where there is nothing to divide by. */
function nothingOf(metric: MetricDefinition): string {
  const { adds = {}, distinct, customers, isFlow, modal, needsScale, needsTarget } = metric;
  if (distinct) return 'no_work';
  if (modal) return 'no_topics';
  if (needsScale) return 'no_ratings';
  if (needsTarget) return 'none_ended';
  if (isFlow || customers) return 'none_opened';
  const [kind] = Object.keys(adds) as (keyof Adds)[];
  return (kind && NOTHING_OF[kind]) ?? 'no_closes';
}

const NOTHING_OF: Readonly<Partial<Record<keyof Adds, string>>> = {
  resolved: 'none_ended',
  'cohort.opened': 'none_opened',
  opened: 'none_opened',
  'cohort.handled': 'none_handled',
  'cohort.ai_handed_off': 'none_handed_off',
  ai_handed_off: 'none_handed_off',
};

/** Field by field: of all that a pass does, most is to make these. */
function decorate(
  metric: MetricDefinition,
  { code, clock, from, fromBefore, censored }: Place,
  reading: Reading,
  context: ReadContext,
): Cell {
  const { value, n, provisionalPpm } = reading;
  const reasons = reading.reasons.some((r) => ABSENT.has(r))
    ? reading.reasons
    : [...reading.reasons, ...doubtsOf(metric, from, context)];
  return {
    window: code,
    clock,
    from,
    to: reading.to,
    state: stateOf(value, reasons, provisionalPpm),
    value,
    num: reading.num,
    den: reading.den,
    n,
    mean: reading.mean,
    p50: reading.p50,
    p90: reading.p90,
    max: reading.max,
    // By the wall every hour is open.
    zeroPpm: clock === 'wall' ? null : reading.zeroPpm,
    low: reading.low,
    high: reading.high,
    // A window that began before the workspace did, or the row, is no reference.
    vsPrev: fromBefore < context.since ? null : reading.vsPrev,
    vsHow: reading.vsHow,
    settled: reading.settled,
    reasons,
    lowN: metric.floor > 0 && n < metric.floor,
    provisionalPpm,
    censored,
    shares: [],
  };
}

function doubtsOf(metric: MetricDefinition, from: number, context: ReadContext): string[] {
  const doubts: string[] = [];
  // What is now has no window, though its instant may be that of the last edge of a pane.
  if (metric.form !== 'GAUGE' && from < context.since) doubts.push('window_filling');
  if (context.unread) doubts.push('unread');
  const restsOnStarts = metric.form !== 'MONEY' && metric.form !== 'GAUGE';
  if (context.provisionalStarts && restsOnStarts) doubts.push('unread_thread');
  return doubts;
}

const PARTIAL: ReadonlySet<string> = new Set([
  'window_filling',
  'unread',
  'unread_thread',
  ...COST_GAPS,
]);
/** There is no value at all, whatever else is in doubt. */
const ABSENT: ReadonlySet<string> = new Set([
  'no_messages',
  'no_scale',
  'no_fields',
  'no_policy',
  'no_roster',
  'not_switched_on',
  'in_other',
  'not_declared',
  'privacy',
  'not_new',
  'not_shown',
  'per_topic',
  'low_n',
]);
const UNKNOWN: ReadonlySet<string> = new Set([...ABSENT, 'no_cost', 'few_parts', 'low_n']);

/** The first that applies of unknown, partial, undefined, provisional, live. */
function stateOf(
  value: number | null,
  reasons: readonly string[],
  provisionalPpm: number,
): CellState {
  if (reasons.some((r) => UNKNOWN.has(r))) return 'unknown';
  if (reasons.some((r) => PARTIAL.has(r))) return 'partial';
  if (value === null) return 'undefined';
  return provisionalPpm > 0 ? 'provisional' : 'live';
}
