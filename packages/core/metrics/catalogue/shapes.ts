/** What many sheets have in common. */
import type { MetricSheet } from '../sheet.ts';

const LIVE = '5, 15, 30, 60 min, 24 h, business day';
export const LONG = '7, 28, 90 d';
export const LIVE_AND_LONG: string = `${LIVE}, ${LONG}`;
export const NOW = 'now';

export const AT_ONCE = 'at each change';
export const HOURLY = 'hourly';
export const DAILY = 'daily';

export const LIVE_METRICS = 'reference definitions, the metrics of a support desk';
export const FURTHER_METRICS = 'reference definitions, further metrics';
export const COMPOSITES = 'reference definitions, composites';

/** Every dimension of the definitions. */
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

export type Planned = Omit<MetricSheet, 'dims'>;

type Base = Pick<
  Planned,
  | 'version'
  | 'additive'
  | 'floor'
  | 'dimsLater'
  | 'windows'
  | 'frequency'
  | 'source'
  | 'form'
  | 'unit'
>;
type Directed = Base & Pick<Planned, 'better'>;

const BASE: Omit<Base, 'form' | 'unit'> = {
  version: 1,
  additive: false,
  floor: 0,
  dimsLater: ALL_DIMS,
  windows: LIVE_AND_LONG,
  frequency: AT_ONCE,
  source: FURTHER_METRICS,
};
export const SHARE: Base = { ...BASE, form: 'RATIO', unit: 'ppm', floor: 20 };
export const COHORT: Base = { ...SHARE, form: 'COHORT' };
export const TIME: Directed = { ...BASE, form: 'DUR', unit: 'ms', better: -1, floor: 10 };
export const GAUGE: Base = { ...BASE, form: 'GAUGE', unit: 'count', windows: NOW };
export const MONEY: Base = { ...BASE, form: 'MONEY', unit: 'micro', floor: 20 };
export const CLASSES: Directed = { ...BASE, form: 'DIST', unit: 'ppm', better: 0 };
/** Scores and averages of counts, in thousandths. */
export const SCORE: Directed = { ...BASE, form: 'MEAN', unit: 'milli', better: 1 };
