/** What conversations are about. */
import type { MetricDefinition } from '../definition.ts';
import { RATE } from './shapes.ts';

export const TOPICS: readonly MetricDefinition[] = [
  {
    ...RATE,
    id: 'tag-coverage',
    better: 1,
    grade: 'B',
    label: 'Tagged',
    prose: 'Closes of conversations that had a tag then, of all closes.',
    formula: 'closed(W) with a tag / closed(W)',
    owner: 'support-ops-manager',
    adds: { closed: 'tagged' },
  },
];
