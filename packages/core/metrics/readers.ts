/** From windows to what is read of them: one reader per form (metrics.md 0, "Forms"). */
import type { DistinctRead } from '../panes/distinct.ts';
import type { MetricDefinition } from './catalogue.ts';
import { type Adds, isOfMiddle } from './definition.ts';
import { readMoney, readQuotient } from './read-money.ts';
import { readNovelty } from './read-novelty.ts';
import { ratioIn, readClass, readCohort, readGap } from './read-shares.ts';
import { readSpecialisation } from './read-specialisation.ts';
import { readMiddle, readTimes } from './read-times.ts';
import { BLANK, type ReadContext, type Reading } from './reading.ts';
import { quotient, share, wilson } from './shares.ts';
import type { WindowCode } from './value.ts';
import type { Level } from './windows-state.ts';

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
  RATIO: (metric, key, code, { T, windows, gaugeIn, usual }) => {
    const level = windows.level(code);
    const read = ratioIn(metric, level, key, code);
    const den = read.den + (metric.amongLate ? gaugeIn(key) : 0);
    const vsPrev = isReferenceKnown(metric, level)
      ? quotient(metric.unit, read.numBefore, read.denBefore)
      : null;
    // An average is no part of anything: it has no such interval.
    const interval = metric.unit === 'milli' ? {} : wilson(read.num, den);
    const than = { vsPrev, vsHow: usual(code) };
    return { ...BLANK, to: T, ...than, ...shareOf(metric, { num: read.num, den }), ...interval };
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

/** Of a form, or of what a metric is read by instead. */
export function readerOf(
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
