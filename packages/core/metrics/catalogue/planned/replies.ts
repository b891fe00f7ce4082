/** Replies that are measured later. */
import { LIVE_METRICS } from '../shapes.ts';
import { type Planned, SHARE, TIME } from './shapes.ts';

export const REPLIES_PLANNED: readonly Planned[] = [
  {
    ...TIME,
    id: 'first-response-time-pylon',
    grade: 'E',
    label: 'First reply, Pylon',
    prose: "Pylon's own seconds to the first reply, for comparison; the difference is published.",
    formula: "the vendor's seconds x 1000",
    source: LIVE_METRICS,
    needs: [],
    owner: 'support-ops-manager',
  },
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
    id: 'average-resolution-time-pylon',
    grade: 'E',
    label: 'Resolution, Pylon',
    prose: "Pylon's own seconds to the resolution, for comparison.",
    formula: "the vendor's seconds x 1000",
    source: LIVE_METRICS,
    needs: [],
    owner: 'support-ops-manager',
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
