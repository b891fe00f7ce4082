/** What the parts of a value add up to, by its form (metrics.md 0, "Forms"). */
import type { MetricDefinition } from '../metrics/catalogue.ts';
import type { ExplainedCost, Sum } from '../metrics/explanation.ts';
import { headline } from '../metrics/read.ts';
import { moneyValue } from '../metrics/read-money.ts';
import { milli, share } from '../metrics/shares.ts';
import { divRound } from '../num/integer.ts';
import { addValue, newAggregate } from '../panes/cell.ts';
import { bucketOf, bucketValue } from '../panes/quantile.ts';

export const NO_SUM: Sum = { value: null, num: null, den: null, n: 0 };

/** What was found of a value, as far as its form has it. */
export interface Amounts {
  /** Of each event. */
  readonly events: readonly number[];
  readonly divisor: readonly number[];
  readonly costs: readonly ExplainedCost[];
  /** The window keeps durations in buckets. */
  readonly inBuckets: boolean;
}

type Adding = (metric: MetricDefinition, amounts: Amounts) => Sum;

const total = (amounts: readonly number[]): number =>
  amounts.reduce((sum, amount) => sum + amount, 0);

const SUMS: Readonly<Record<MetricDefinition['form'], Adding>> = {
  COUNT: (_metric, { events }) => {
    const num = total(events);
    return { value: num, num, den: null, n: events.length };
  },
  GAUGE: (_metric, { events }) => {
    const n = events.length;
    return { value: n, num: n, den: null, n };
  },
  DUR: (metric, { events, divisor, inBuckets }) => {
    if (metric.of !== undefined) return quotientOf(total(events), total(divisor), divisor.length);
    if (events.length === 0) return NO_SUM;
    const sums = newAggregate(true);
    for (const ms of events) addValue(sums, ms, 1, inBuckets ? bucketValue(bucketOf(ms)) : ms);
    const { n, sum: num } = sums;
    return { value: headline(metric, sums, sums.range ?? null), num, den: n, n };
  },
  RATIO: ({ isFlow, unit }, { events }) => {
    const num = total(events);
    if (unit === 'milli')
      return { ...shareOf(num, events.length), value: milli(num, events.length) };
    // Of a flow, what counts is beside what it is counted among.
    return shareOf(num, isFlow ? events.length - num : events.length);
  },
  COHORT: (_metric, { events }) => shareOf(total(events), events.length),
  MONEY: (metric, { events, costs }) => {
    const accrued = costs.flatMap(({ micro }) => micro ?? []);
    const { per } = metric;
    const den = per ? total(events) : null;
    const n = per ? events.length : accrued.length;
    if (accrued.length === 0) return { ...NO_SUM, den, n };
    const num = total(accrued);
    return { value: moneyValue(metric, num, den), num, den, n };
  },
};

const shareOf = (num: number, den: number): Sum => ({ value: share(num, den), num, den, n: den });
const quotientOf = (num: number, den: number, n: number): Sum => ({
  ...{ value: den > 0 ? divRound(num, den) : null, num, den, n },
});

export const sumOf: Adding = (metric, amounts) => SUMS[metric.form](metric, amounts);

export const sameSum = (a: Sum, b: Sum): boolean =>
  a.value === b.value && a.num === b.num && a.den === b.den && a.n === b.n;
