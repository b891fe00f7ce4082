/** Which series a transition counts in: the total and one child per dimension of the metric. */
import type { Dimensions } from '../conversation/transition.ts';
import type { MetricDefinition } from './catalogue.ts';
import { seriesKey } from './value.ts';

export function rowsOf(metric: MetricDefinition, dims: Dimensions): string[] {
  return [metric.id, ...metric.dims.map((dim) => seriesKey(metric.id, { [dim]: dims[dim] }))];
}
