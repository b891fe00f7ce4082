/** What conversations are about. */
import { LIVE_METRICS } from '../shapes.ts';
import { CLASSES, COHORT, type Planned } from './shapes.ts';

const TAG = {
  ...CLASSES,
  grade: 'B',
  dimsLater: ['tag', 'team', 'category'],
  source: LIVE_METRICS,
  needs: ['declared'],
  owner: 'knowledge-lead',
} as const;

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
  {
    ...TAG,
    id: 'tag-novelty',
    label: 'New tags',
    prose: 'Tags first seen in the window.',
    formula: 'tags first seen in W',
  },
];
