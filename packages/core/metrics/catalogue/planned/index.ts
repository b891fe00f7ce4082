/** Metrics that Sapwood knows and does not compute yet: a tree may name them, and they are unknown. */
import type { MetricSheet } from '../../sheet.ts';
import { AGENTS_PLANNED } from './agents.ts';
import { AUTOMATION_PLANNED } from './automation.ts';
import { CUSTOMERS_PLANNED } from './customers.ts';
import { HANDOFFS_PLANNED } from './handoffs.ts';
import { RESOLUTION_PLANNED } from './resolution.ts';
import { SATISFACTION_PLANNED } from './satisfaction.ts';
import { TOPICS_PLANNED } from './topics.ts';

export const PLANNED: readonly MetricSheet[] = [
  ...RESOLUTION_PLANNED,
  ...HANDOFFS_PLANNED,
  ...SATISFACTION_PLANNED,
  ...AUTOMATION_PLANNED,
  ...TOPICS_PLANNED,
  ...CUSTOMERS_PLANNED,
  ...AGENTS_PLANNED,
].map((sheet) => ({ ...sheet, dims: [] }));
