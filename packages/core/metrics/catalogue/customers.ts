/** Customers who come back, and how often. */
import type { MetricDefinition } from '../definition.ts';
import { COHORT_WINDOWS, NO_OWNER, RATE } from './shapes.ts';

export const CUSTOMERS: readonly MetricDefinition[] = [
  {
    ...RATE,
    id: 'repeat-contact-rate',
    windows: COHORT_WINDOWS,
    dims: NO_OWNER,
    better: -1,
    grade: 'B',
    label: 'Repeat contacts',
    prose:
      'Customers who wrote anew on a topic within 7 days after it was resolved (chat: 72 h), of all who wrote. A reopening is none.',
    formula: 'customers repeated / customers opened, distinct in W',
    needs: ['declared'],
    owner: 'team-leads',
    customers: 'repeated',
  },
  {
    ...RATE,
    id: 'repeat-contact-rate-any-topic',
    windows: COHORT_WINDOWS,
    dims: NO_OWNER,
    better: -1,
    grade: 'B',
    label: 'Repeats, any topic',
    prose: 'As repeat contacts, whatever the topic: an upper bound.',
    formula: 'customers repeated on any topic / customers opened, distinct in W',
    owner: 'team-leads',
    customers: 'repeatedAny',
  },
];
