/** What customers say. */
import type { MetricDefinition } from '../definition.ts';
import { COUNT, FURTHER_METRICS, OF_PEOPLE, RATE } from './shapes.ts';

export const SATISFACTION: readonly MetricDefinition[] = [
  {
    ...RATE,
    ...OF_PEOPLE,
    id: 'csat',
    better: 1,
    grade: 'B',
    label: 'CSAT',
    prose:
      'Positive ratings, of all that customers gave in the window on the declared scale; of a conversation the last one, in the row of whoever closed it.',
    formula: 'positive(W) / ratings(W)',
    needs: ['surveys', 'declared'],
    owner: 'head-of-support',
    adds: { rated: 'positive' },
    needsScale: true,
  },
  {
    ...RATE,
    id: 'csat-gap-ai',
    windows: ['7d', '28d', '90d'],
    dims: ['account_tier', 'channel'],
    better: 1,
    grade: 'B',
    label: 'CSAT, AI less human',
    prose: 'CSAT of what the AI agent handled alone less that of what a person had a part in.',
    formula: 'csat(handled by AI) - csat(human, mixed)',
    source: FURTHER_METRICS,
    needs: ['surveys', 'ai'],
    owner: 'automation-lead',
    adds: { rated: 'positive' },
    ofAiLessHuman: true,
    needsScale: true,
  },
  {
    ...COUNT,
    ...OF_PEOPLE,
    id: 'ratings',
    grade: 'B',
    better: 0,
    label: 'Ratings',
    prose: 'Conversations that a customer rated on the declared scale: of each the last rating.',
    formula: '#rated(W), of each conversation the last',
    needs: ['surveys', 'declared'],
    owner: 'head-of-support',
    adds: { rated: 1 },
    needsScale: true,
  },
];
