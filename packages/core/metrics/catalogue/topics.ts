/** What conversations are about. */
import type { MetricDefinition } from '../definition.ts';
import { DIST, RATE } from './shapes.ts';

export const TOPICS: readonly MetricDefinition[] = [
  {
    ...DIST,
    id: 'issue-category-distribution',
    grade: 'B',
    dims: ['category'],
    dimsLater: ['account_tier', 'channel'],
    label: 'Topics',
    prose: 'How the volume divides among topics; what has none is a topic of its own.',
    formula: 'opened(W) in class / opened(W)',
    needs: ['declared'],
    owner: 'product-lead',
    adds: { opened: 1 },
    classes: 'category',
  },
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
  {
    ...DIST,
    id: 'tag-frequency',
    grade: 'B',
    dims: ['tag'],
    dimsLater: ['team', 'category'],
    label: 'Tags',
    prose: 'Which tags closed conversations had, as shares; one may have several.',
    formula: 'closed(W) with tag / closed(W)',
    needs: ['declared'],
    owner: 'knowledge-lead',
    adds: { closed: 'tagged' },
    classes: 'tag',
  },
];
