/** What conversations are about. */
import { LIVE_METRICS } from '../shapes.ts';
import { COHORT, type Planned } from './shapes.ts';

export const TOPICS_PLANNED: readonly Planned[] = [
  {
    ...COHORT,
    id: 'issue-reappearance-rate',
    better: -1,
    grade: 'P',
    windows: '30, 60, 90 d',
    dimsLater: ['category'],
    source: LIVE_METRICS,
    label: 'Topics that return',
    prose: 'Resolved conversations whose topic opened again, for any account, within the horizon.',
    formula: 'of resolved(W) with topic: topic opens again within H',
    needs: ['declared'],
    owner: 'engineering-lead',
  },
];
