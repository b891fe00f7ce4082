/** What a window's cost lacks, in words that stand beside the value (metrics.md 5.3, 5.6). */
import { COST_CATEGORIES, type CostCategory } from '../facts/fact.ts';
import type { SpanCost } from './span.ts';

const missing = (category: CostCategory): string => `missing_${category}`;

/** With one of these a cost is `partial`. */
export const COST_GAPS: readonly string[] = [
  'no_rate',
  'wages_only',
  ...COST_CATEGORIES.map(missing),
];

/**
 * `no_cost`: nothing is known of the span. `no_rate`: some of it is in a currency without a rate.
 * `wages_only`: no other category. `missing_<category>`: it is planned, and no entry tells of it.
 */
export function costReasons(cost: SpanCost, plan: readonly CostCategory[]): string[] {
  const noRate = cost.parked > 0 ? ['no_rate'] : [];
  if (cost.entries === 0) return ['no_cost', ...noRate];
  const isWages = cost.counted.size === 1 && cost.counted.has('salaries');
  const gaps = plan.filter((c) => !cost.counted.has(c) && !cost.unpriced.has(c)).map(missing);
  return [...noRate, ...(isWages ? ['wages_only'] : []), ...gaps];
}
