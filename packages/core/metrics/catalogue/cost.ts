/** What it costs. */
import type { MetricDefinition } from '../definition.ts';
import { COST_PER, FURTHER_METRICS } from './shapes.ts';

export const COST: readonly MetricDefinition[] = [
  {
    ...COST_PER,
    id: 'total-support-cost',
    grade: 'F',
    additive: true,
    floor: 0,
    label: 'Cost',
    prose: 'Cost accrued over the window, all categories, up to the last edge of its panes.',
    formula: 'sum over cost entries of what accrued in W',
    source: FURTHER_METRICS,
    needs: ['costs'],
    owner: 'finance-partner',
    per: null,
  },
  {
    ...COST_PER,
    id: 'cost-per-contact',
    grade: 'B',
    label: 'Cost per contact',
    prose:
      'Cost of the window over the contacts handled in it. Each conversation once: rework makes it dearer.',
    formula: 'cost(W) / #handled(W)',
    needs: ['costs'],
    owner: 'support-ops-manager',
    per: 'contacts-handled',
  },
  {
    ...COST_PER,
    id: 'cost-per-resolution',
    grade: 'B',
    label: 'Cost per resolution',
    prose: 'Cost of the window over the conversations resolved in it; unresolved work is in it.',
    formula: 'cost(W) / #resolved(W)',
    source: FURTHER_METRICS,
    needs: ['costs'],
    owner: 'support-ops-manager',
    per: 'contacts-resolved',
  },
  {
    ...COST_PER,
    id: 'cost-per-episode',
    grade: 'B',
    label: 'Cost per episode',
    prose: 'Cost of the window over the episodes handled in it: those who come back count again.',
    formula: 'cost(W) / #episode_handled(W)',
    needs: ['costs'],
    owner: 'support-ops-manager',
    per: 'episodes-handled',
  },
];
