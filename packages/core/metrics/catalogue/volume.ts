/** How much comes in. */
import type { MetricDefinition } from '../definition.ts';
import { COUNT, DAILY, DIST, NO_OWNER } from './shapes.ts';

export const VOLUME: readonly MetricDefinition[] = [
  {
    ...COUNT,
    id: 'conversation-volume',
    dims: NO_OWNER,
    better: 0,
    label: 'Volume',
    prose:
      'Conversations opened by a customer in the window. Proactive ones, spam and imports are out.',
    formula: '#opened(W)',
    owner: 'product-lead',
    adds: { opened: 1 },
  },
  {
    ...COUNT,
    id: 'issues-created',
    dims: NO_OWNER,
    better: 0,
    label: 'Created',
    prose: 'Issues created in the window, those that the team began included.',
    formula: '#created(W), proactive ones included',
    owner: 'product-lead',
    adds: { created: 1 },
  },
  {
    ...DIST,
    id: 'peak-hours',
    unit: 'milli',
    grade: 'E',
    floor: 0,
    dims: ['hour_of_week'],
    dimsLater: ['channel', 'account_tier'],
    windows: ['56d'],
    frequency: DAILY,
    label: 'Peak hours',
    prose:
      'Conversations opened in each hour of the week, on average over eight weeks, holidays left out; beside it the least and the most of a week.',
    formula: 'per local hour-of-week: opened / hours that existed, 8 weeks',
    owner: 'workforce-planner',
    classes: 'hour_of_week',
    hoursOf: 'conversation-volume',
  },
];
