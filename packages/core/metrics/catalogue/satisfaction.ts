/** What customers say. */
import type { MetricDefinition } from '../definition.ts';
import { COUNT, RATE } from './shapes.ts';

export const SATISFACTION: readonly MetricDefinition[] = [
  {
    ...RATE,
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
    ...COUNT,
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
