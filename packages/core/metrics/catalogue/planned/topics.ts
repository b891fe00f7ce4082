/** What conversations are about. */
import { COMPOSITES, DAILY, LIVE_METRICS } from '../shapes.ts';
import { COHORT, type Planned, SCORE } from './shapes.ts';

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
    ...SCORE,
    id: 'knowledge-gap-score',
    better: -1,
    grade: 'P',
    windows: '28 d',
    frequency: DAILY,
    floor: 20,
    dimsLater: ['category'],
    source: COMPOSITES,
    label: 'Knowledge gap',
    prose:
      'Topics that escalate more, take longer and please less than the others: where an article is missing.',
    formula:
      '1000 x max(0, mean of parts); part = (x - median) / (1.4826 MAD) over topics, of escalation rate, resolution p50, minus csat',
    needs: ['surveys', 'declared'],
    owner: 'knowledge-lead',
    parts: { escalation: null, resolution: null, csat: null },
  },
];
