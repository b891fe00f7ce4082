/** What many sheets of metrics that are not computed yet have in common. */
import type { MetricSheet } from '../../sheet.ts';
import { ALL_DIMS, AT_ONCE, FURTHER_METRICS } from '../shapes.ts';

export const LONG = '7, 28, 90 d';

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
  windows: `5, 15, 30, 60 min, 24 h, business day, ${LONG}`,
  frequency: AT_ONCE,
  source: FURTHER_METRICS,
};
export const SHARE: Base = { ...BASE, form: 'RATIO', unit: 'ppm', floor: 20 };
export const COHORT: Base = { ...SHARE, form: 'COHORT' };
export const TIME: Directed = { ...BASE, form: 'DUR', unit: 'ms', better: -1, floor: 10 };
export const GAUGE: Base = { ...BASE, form: 'GAUGE', unit: 'count', windows: 'now' };
export const MONEY: Base = { ...BASE, form: 'MONEY', unit: 'micro', floor: 20 };
export const CLASSES: Directed = { ...BASE, form: 'DIST', unit: 'ppm', better: 0 };
/** Scores and averages of counts, in thousandths. */
export const SCORE: Directed = { ...BASE, form: 'MEAN', unit: 'milli', better: 1 };
