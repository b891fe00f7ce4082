/** What many definitions have in common. */

import { RETURN_CHAT_DAYS, RETURN_DAYS } from '../../conversation/returning.ts';
import { DIMENSIONS, type Dimension } from '../../tree/dimensions.ts';
import type { MetricDefinition } from '../definition.ts';
import type { WindowCode } from '../value.ts';

/** R and L of metrics.md 0. */
export const SHORT: readonly WindowCode[] = ['5m', '15m', '30m', '60m', '24h', 'bday'];
export const LONG: readonly WindowCode[] = ['7d', '28d', '90d'];
const WINDOWS: readonly WindowCode[] = [...SHORT, ...LONG];

export const AT_ONCE = 'at each change';
export const DAILY = 'daily';

export const LIVE_METRICS = 'reference definitions, the metrics of a support desk';
export const FURTHER_METRICS = 'reference definitions, further metrics';
export const COMPOSITES = 'reference definitions, composites';
/** Not in the reference by itself: what its metrics count, told apart. */
export const COMPANIONS = 'reference definitions, transitions';

/** Every dimension that the definitions name. */
export const ALL_DIMS = [
  'account',
  'account_tier',
  'channel',
  'team',
  'assignee',
  'priority',
  'category',
  'tag',
  'handled_by',
] as const;

/** Every dimension that transitions have; `NO_OWNER`: counted where nobody owns it yet. */
const SPECIAL: readonly Dimension[] = ['age', 'field', 'hour_of_week', 'state', 'tag_pair'];
const STD: readonly Dimension[] = DIMENSIONS.filter((one) => !SPECIAL.includes(one));
export const NO_OWNER: readonly Dimension[] = STD.filter((one) => one !== 'assignee');

/** Those of which each conversation has one value, and no more than can be told apart by cost. */
const MONEY_DIMS: readonly Dimension[] = STD.filter((one) => one !== 'account' && one !== 'tag');

type Shared =
  | 'version'
  | 'additive'
  | 'floor'
  | 'dims'
  | 'windows'
  | 'frequency'
  | 'source'
  | 'needs';
type Shape<More extends keyof MetricDefinition = never> = Pick<
  MetricDefinition,
  Shared | 'form' | 'unit' | More
>;

const BASE: Pick<MetricDefinition, Shared> = {
  version: 1,
  additive: false,
  floor: 0,
  dims: STD,
  windows: WINDOWS,
  frequency: AT_ONCE,
  source: LIVE_METRICS,
  needs: [],
};
export const COUNT: Shape<'grade'> = {
  ...BASE,
  form: 'COUNT',
  unit: 'count',
  grade: 'E',
  additive: true,
};
/** What is told of the day alone. */
export const FLOW: Shape<'grade'> = { ...COUNT, windows: SHORT };
const TIME: Shape<'better'> = { ...BASE, form: 'DUR', unit: 'ms', better: -1, floor: 10 };
export const REPLY_TIME: Shape<'better' | 'grade' | 'needsMessages'> = {
  ...TIME,
  grade: 'E',
  needsMessages: true,
};
export const RESOLUTION_TIME: Shape<'better' | 'grade' | 'headline'> = {
  ...TIME,
  grade: 'B',
  headline: 'mean',
};
export const RATE: Shape = { ...BASE, form: 'RATIO', unit: 'ppm', floor: 20 };
/** What customers say of whom they spoke with (metrics.md 4, `privacy`). */
export const OF_PEOPLE: Required<Pick<MetricDefinition, 'privateBelow'>> = { privateBelow: 5 };
/** How a whole divides among classes. */
export const DIST: Shape<'better'> = { ...RATE, form: 'DIST', better: 0 };
/** How many of something each has: in thousandths. */
export const AVERAGE: Shape = { ...BASE, form: 'RATIO', unit: 'milli' };
/** Nobody can know within the hour. */
export const COHORT_WINDOWS: readonly WindowCode[] = ['24h', 'bday', '7d', '28d', '90d'];
const COHORT: Shape = { ...RATE, form: 'COHORT', windows: COHORT_WINDOWS };
/** Whether the customer comes back, as long as that counts as the same matter. */
export const RETURN_COHORT: Shape<'cohort'> = {
  ...COHORT,
  source: FURTHER_METRICS,
  cohort: { days: RETURN_DAYS, chatDays: RETURN_CHAT_DAYS },
};
/** Open for so many days, whatever the channel. */
export const cohortOf = (days: number): Shape<'cohort'> => ({ ...COHORT, cohort: { days } });
export const GAUGE: Shape<'grade'> = {
  ...BASE,
  form: 'GAUGE',
  unit: 'count',
  grade: 'E',
  additive: true,
  windows: [],
};
export const COST_PER: Shape<'better'> = {
  ...BASE,
  form: 'MONEY',
  unit: 'micro',
  better: -1,
  floor: 20,
  dims: MONEY_DIMS,
};
