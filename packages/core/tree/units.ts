/** Form and unit of a node's metric, for readers of the tree that must not know the catalogue. */
import { metricDefinition } from '../metrics/catalogue.ts';
import type { Form, Unit } from '../metrics/value.ts';

export interface MetricShape {
  readonly form: Form;
  readonly unit: Unit;
}

/** A compiled tree holds known metrics only; of a later catalogue's an old fold sees a count. */
export function metricShape(id: string): MetricShape {
  return metricDefinition(id) ?? { form: 'COUNT', unit: 'count' };
}
