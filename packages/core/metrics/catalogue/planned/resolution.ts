/** How conversations end, as it is measured later. */
import { FURTHER_METRICS, LIVE_METRICS } from '../shapes.ts';
import { type Planned, SHARE, TIME } from './shapes.ts';

export const RESOLUTION_PLANNED: readonly Planned[] = [
  {
    ...SHARE,
    id: 'abandon-rate',
    better: -1,
    grade: 'P',
    dimsLater: ['account_tier', 'team'],
    label: 'Abandoned chats',
    prose:
      'Chats that ended without any reply of a person after the customer had waited half a minute, of chats that ended.',
    formula: 'chats closed, no human reply, waited >= 30 s, customer last / chats ended in W',
    needs: [],
    owner: 'team-leads',
  },
  {
    ...TIME,
    id: 'average-handle-time',
    better: 0,
    grade: 'F',
    label: 'Handle time',
    prose:
      'Time that agents worked on a resolved conversation, overlaps merged and holds left out.',
    formula: 'handling intervals of resolved(W) / resolved(W)',
    source: FURTHER_METRICS,
    needs: ['handling'],
    owner: 'workforce-planner',
  },
  {
    ...SHARE,
    id: 'handoff-added-time',
    form: 'DUR',
    unit: 'ms',
    windows: '28 d',
    better: -1,
    grade: 'P',
    floor: 30,
    dimsLater: ['account_tier', 'channel', 'priority'],
    source: LIVE_METRICS,
    label: 'Handoffs add',
    prose:
      'By how much the median resolution is longer with a handoff than without, at the same priority: they go together, no more.',
    formula: 'p50 resolution with handoff - p50 without, same priority',
    needs: ['surveys'],
    owner: 'support-ops-manager',
  },
];
