/** What a metric came to in one hour or day, out of the pane that holds it. */
import type { MetricDefinition } from '../metrics/catalogue.ts';
import { headline } from '../metrics/read-times.ts';
import { quotient } from '../metrics/shares.ts';
import { addPane, addToPane, newAggregate, type Pane, rangeOf } from '../panes/cell.ts';
import { bucketOf, bucketValue } from '../panes/quantile.ts';

/** What was added to a pane, or taken from it. */
export interface Delta {
  readonly value: number;
  readonly sign: 1 | -1;
}

/** Its value of a period is what was added to it there, and nothing else. */
export function isOfPeriods({ form, adds, ...metric }: MetricDefinition): boolean {
  if (form === 'COUNT') return true;
  if (!adds || metric.customers || metric.modal || metric.perAccount) return false;
  return form === 'DUR' || (form === 'RATIO' && !metric.amongLate && !metric.ofAiLessHuman);
}

/** null: nothing was there to tell of. */
export function periodValue(metric: MetricDefinition, pane: Readonly<Pane>): number | null {
  const { n, sum } = pane;
  if (metric.form === 'COUNT') return sum;
  if (metric.form === 'RATIO') return quotient(metric.unit, sum, metric.isFlow ? n - sum : n);
  if (n === 0) return null;
  const sums = newAggregate(true);
  addPane(sums, pane, 1);
  return headline(metric, sums, rangeOf({ ...pane }));
}

/** As it was before these. */
export function paneBefore(pane: Readonly<Pane>, deltas: readonly Delta[]): Pane {
  const before = { ...pane, values: new Map(pane.values), range: null };
  for (const { value, sign } of deltas) {
    addToPane(before, value, sign === 1 ? -1 : 1, bucketValue(bucketOf(value)));
  }
  return before;
}
