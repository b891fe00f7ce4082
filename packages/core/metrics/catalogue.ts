/** The catalogue: every metric that is computed, one definition each, by groups (design D12). */
import { AUTOMATION } from './catalogue/automation.ts';
import { BACKLOG } from './catalogue/backlog.ts';
import { CLOSING } from './catalogue/closing.ts';
import { COMPOSITES } from './catalogue/composites.ts';
import { COST } from './catalogue/cost.ts';
import { CUSTOMERS } from './catalogue/customers.ts';
import { HANDLING } from './catalogue/handling.ts';
import { HANDOFFS } from './catalogue/handoffs.ts';
import { OUTCOMES } from './catalogue/outcomes.ts';
import { REPLIES } from './catalogue/replies.ts';
import { RESOLUTION } from './catalogue/resolution.ts';
import { SATISFACTION } from './catalogue/satisfaction.ts';
import { TARGETS } from './catalogue/targets.ts';
import { TOPICS } from './catalogue/topics.ts';
import { VOLUME } from './catalogue/volume.ts';
import { LOADS } from './catalogue/workload.ts';
import type { MetricDefinition } from './definition.ts';

export type { MetricDefinition } from './definition.ts';

/** Series are published in this order. */
export const CATALOGUE: readonly MetricDefinition[] = [
  ...VOLUME,
  ...REPLIES,
  ...RESOLUTION,
  ...OUTCOMES,
  ...HANDOFFS,
  ...SATISFACTION,
  ...AUTOMATION,
  ...TOPICS,
  ...CUSTOMERS,
  ...CLOSING,
  ...HANDLING,
  ...BACKLOG,
  ...LOADS,
  ...TARGETS,
  ...COST,
  ...COMPOSITES,
];

const BY_ID: ReadonlyMap<string, MetricDefinition> = new Map(CATALOGUE.map((m) => [m.id, m]));

export function metricDefinition(id: string): MetricDefinition | null {
  return BY_ID.get(id) ?? null;
}
