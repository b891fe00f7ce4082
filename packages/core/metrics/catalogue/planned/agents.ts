/** Teams and agents: what is on them, and what they get done. Per person hidden unless switched on. */
import { DAILY, LIVE_METRICS } from '../shapes.ts';
import { COHORT, GAUGE, type Planned } from './shapes.ts';

export const AGENTS_PLANNED: readonly Planned[] = [
  {
    ...GAUGE,
    id: 'concurrency-per-agent',
    better: 0,
    grade: 'S',
    dimsLater: ['assignee', 'team', 'channel'],
    label: 'At once per agent',
    prose:
      'Conversations that an agent on shift has open; active ones are those with an own message or note within 30 min.',
    formula: 'open per on-shift agent, zeros in: p50, p90, max',
    needs: ['presence'],
    owner: 'workforce-planner',
  },
  {
    ...COHORT,
    id: 'output-per-available-hour',
    form: 'COHORT',
    unit: 'milli',
    better: 1,
    grade: 'F',
    windows: '7, 28 d',
    frequency: DAILY,
    dimsLater: ['assignee', 'team'],
    source: LIVE_METRICS,
    label: 'Output per hour',
    prose: 'Resolutions that did not come back, per hour that the agent was available.',
    formula: 'resolutions not returned within X / available h',
    needs: ['presence'],
    owner: 'workforce-planner',
  },
];
