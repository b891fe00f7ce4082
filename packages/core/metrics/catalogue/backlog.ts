/** What is open now. */
import { DIMENSIONS, type Dimension } from '../../tree/dimensions.ts';
import type { MetricDefinition } from '../definition.ts';
import { FLOW, FURTHER_METRICS, GAUGE } from './shapes.ts';

/** What is open now is of no hour. */
const DIMS: readonly Dimension[] = DIMENSIONS.filter((one) => one !== 'hour_of_week');

export const BACKLOG: readonly MetricDefinition[] = [
  {
    ...GAUGE,
    id: 'backlog',
    better: -1,
    dims: DIMS,
    label: 'Backlog',
    prose: 'Conversations that are open now and do not rest, by state and by age since they began.',
    formula: 'created, not closed, not on hold, now',
    source: FURTHER_METRICS,
    owner: 'support-ops-manager',
    gauge: 'open',
  },
  {
    ...GAUGE,
    id: 'backlog-held',
    better: -1,
    dims: DIMS,
    label: 'On hold',
    prose: 'Open conversations that rest now: on hold, or snoozed.',
    formula: 'created, not closed, on hold or snoozed, now',
    source: FURTHER_METRICS,
    owner: 'support-ops-manager',
    gauge: 'held',
  },
  {
    ...FLOW,
    id: 'backlog-net-flow',
    grade: 'B',
    better: -1,
    label: 'Backlog, change',
    prose: 'What came into the backlog less what left it: created and reopened, less closed.',
    formula: '#created(W) + #reopened(W) - #closed(W)',
    source: FURTHER_METRICS,
    owner: 'support-ops-manager',
    adds: {
      created: 1,
      closed: -1,
      'reopened.customer': 1,
      'reopened.agent': 1,
      'reopened.automation': 1,
      'reopened.unknown': 1,
    },
  },
];
