/** What the parts of a value add up to, by its form (metrics.md 0, "Forms"). */
import type { MetricDefinition } from '../metrics/catalogue.ts';
import type { ExplainedCost, Sum } from '../metrics/explanation.ts';
import { moneyValue } from '../metrics/read-money.ts';
import { headline } from '../metrics/read-times.ts';
import { quotient } from '../metrics/shares.ts';
import type { Unit } from '../metrics/value.ts';
import { divRound } from '../num/integer.ts';
import { type Aggregate, addValue, newAggregate } from '../panes/cell.ts';
import { bucketOf, bucketValue } from '../panes/quantile.ts';

export const NO_SUM: Sum = { value: null, num: null, den: null, n: 0 };

/** What was found of a value, as far as its form has it. */
export interface Amounts {
  /** Of each event. */
  readonly events: readonly number[];
  /** Of each account, where the value is that of the one in the middle; else null. */
  readonly accounts: readonly (readonly number[])[] | null;
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
  DUR: (metric, { events, accounts, divisor, inBuckets }) => {
    if (metric.of !== undefined) return quotientOf(total(events), total(divisor), divisor.length);
    const read = (times: readonly number[]): number => {
      const sums = held(times, inBuckets);
      return headline(metric, sums, sums.range ?? null);
    };
    if (events.length === 0) return NO_SUM;
    if (accounts) return { ...NO_SUM, value: read(accounts.map(read)), n: accounts.length };
    return { value: read(events), num: total(events), den: events.length, n: events.length };
  },
  RATIO: ({ isFlow, unit }, { events }) => {
    const num = total(events);
    // Of a flow, what counts is beside what it is counted among.
    return shareOf(unit, num, isFlow ? events.length - num : events.length);
  },
  COHORT: ({ unit }, { events }) => shareOf(unit, total(events), events.length),
  DIST: ({ unit }, { events }) => shareOf(unit, total(events), events.length),
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

/** As a window keeps them. */
function held(times: readonly number[], inBuckets: boolean): Aggregate {
  const sums = newAggregate(true);
  for (const ms of times) addValue(sums, ms, 1, inBuckets ? bucketValue(bucketOf(ms)) : ms);
  return sums;
}

const shareOf = (unit: Unit, num: number, den: number): Sum => ({
  ...{ value: quotient(unit, num, den), num, den, n: den },
});
const quotientOf = (num: number, den: number, n: number): Sum => ({
  ...{ value: den > 0 ? divRound(num, den) : null, num, den, n },
});

export const sumOf: Adding = (metric, amounts) => SUMS[metric.form](metric, amounts);

export const sameSum = (a: Sum, b: Sum): boolean =>
  a.value === b.value && a.num === b.num && a.den === b.den && a.n === b.n;
