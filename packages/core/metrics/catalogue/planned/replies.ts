/** Replies that are measured later. */
import { type Planned, TIME } from './shapes.ts';

export const REPLIES_PLANNED: readonly Planned[] = [
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
