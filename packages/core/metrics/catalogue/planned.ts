/** Metrics that Sapwood knows and does not compute yet: a tree may name them, and they are unknown. */
import type { MetricSheet } from '../sheet.ts';
import { AGENTS_PLANNED } from './agents-planned.ts';
import { AUTOMATION_PLANNED } from './automation-planned.ts';
import { COST_PLANNED } from './cost-planned.ts';
import { CUSTOMERS_PLANNED } from './customers-planned.ts';
import { HANDOFFS_PLANNED } from './handoffs-planned.ts';
import { REPLIES_PLANNED } from './replies-planned.ts';
import { RESOLUTION_PLANNED } from './resolution-planned.ts';
import { SATISFACTION_PLANNED } from './satisfaction-planned.ts';
import { TOPICS_PLANNED } from './topics-planned.ts';

export const PLANNED: readonly MetricSheet[] = [
  ...REPLIES_PLANNED,
  ...RESOLUTION_PLANNED,
  ...HANDOFFS_PLANNED,
  ...SATISFACTION_PLANNED,
  ...AUTOMATION_PLANNED,
  ...TOPICS_PLANNED,
  ...CUSTOMERS_PLANNED,
  ...AGENTS_PLANNED,
  ...COST_PLANNED,
].map((sheet) => ({ ...sheet, dims: [] }));
