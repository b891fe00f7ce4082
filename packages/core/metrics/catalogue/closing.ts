/** How conversations end, and whether they stay ended. */
import type { MetricDefinition } from '../definition.ts';
import { FLOW, FURTHER_METRICS, RATE } from './shapes.ts';

export const CLOSING: readonly MetricDefinition[] = [
  {
    ...RATE,
    id: 'no-reply-rate',
    better: -1,
    grade: 'B',
    label: 'Closed unanswered',
    prose: 'Closes of conversations that nobody of the team ever wrote in, of all closes.',
    formula: 'closed(W) with no team message / closed(W)',
    source: FURTHER_METRICS,
    owner: 'team-leads',
    adds: { closed: 'unanswered' },
    needsMessages: true,
  },
  {
    ...FLOW,
    id: 'reopens',
    grade: 'B',
    better: -1,
    label: 'Reopened',
    prose: 'Times a customer came back after a close for more than thanks.',
    formula: '#reopened(W) by the customer, not for thanks',
    source: FURTHER_METRICS,
    owner: 'team-leads',
    adds: { 'reopened.customer': 1 },
    needsMessages: true,
  },
];
