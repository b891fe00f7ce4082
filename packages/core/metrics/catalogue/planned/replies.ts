/** Replies that are measured later. */
import { LIVE_METRICS } from '../shapes.ts';
import { type Planned, SHARE, TIME } from './shapes.ts';

export const REPLIES_PLANNED: readonly Planned[] = [
  {
    ...SHARE,
    id: 'first-response-time-within-target',
    better: 1,
    grade: 'E',
    label: 'First reply in target',
    prose:
      'First replies within the target of their tier and priority, of all that were answered or are owed past it.',
    formula: 'answered in target / (answered + owed past target)',
    source: LIVE_METRICS,
    needs: ['schedule', 'declared'],
    owner: 'team-leads',
  },
  {
    ...TIME,
    id: 'longest-waiting',
    form: 'GAUGE',
    floor: 0,
    windows: 'now',
    grade: 'E',
    label: 'Longest waiting',
    prose:
      'How long the customer who has waited longest for a reply waits; a new message does not reset it.',
    formula: 'now - earliest start of an owed wait',
    needs: [],
    owner: 'team-leads',
  },
];
