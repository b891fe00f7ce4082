/** What lies on whom now, and how evenly. */
import type { MetricDefinition } from '../definition.ts';
import { GAUGE, LIVE_METRICS, RATE } from './shapes.ts';

const WORKLOAD: Pick<MetricDefinition, 'additive' | 'source' | 'needs' | 'owner'> = {
  additive: false,
  source: LIVE_METRICS,
  needs: ['roster'],
  owner: 'workforce-planner',
};

export const LOADS: readonly MetricDefinition[] = [
  {
    ...GAUGE,
    ...WORKLOAD,
    id: 'team-workload',
    better: 0,
    dims: ['assignee', 'team', 'priority'],
    label: 'Workload',
    prose:
      'Open conversations, those on hold left out, for each agent and team; whoever has none is a row, and so is what nobody owns.',
    formula: 'open, not held, per agent and team',
    gauge: 'open',
    everyAgent: true,
  },
  {
    ...GAUGE,
    ...WORKLOAD,
    id: 'team-workload-imbalance',
    unit: 'ppm',
    grade: 'S',
    better: -1,
    dims: ['team'],
    dimsLater: [],
    label: 'Imbalance',
    prose:
      'The fullest desk of a team over the median one. Without a presence feed everybody on the roster counts as on shift.',
    formula: 'max / median of open conversations per agent, zeros in',
    gauge: { spread: 'imbalance' },
    needsRoster: true,
  },
  {
    ...GAUGE,
    ...WORKLOAD,
    id: 'team-workload-gini',
    unit: 'ppm',
    grade: 'S',
    better: -1,
    dims: ['team'],
    dimsLater: [],
    label: 'Uneven load',
    prose:
      'How unevenly work lies on the agents of a team: 0 is even. Without a presence feed everybody on the roster counts as on shift.',
    formula: '2 sum(i x_i) / (n sum x) - (n + 1) / n, ascending, zeros in',
    gauge: { spread: 'gini' },
    needsRoster: true,
  },
  {
    ...RATE,
    id: 'agent-specialisation',
    better: 1,
    grade: 'B',
    floor: 10,
    dims: ['assignee', 'category'],
    dimsLater: ['channel', 'account_tier'],
    windows: ['28d', '90d'],
    label: 'Specialisation',
    prose:
      'By how much less time than the team takes on a topic an agent resolves it there; of few conversations it is drawn towards none.',
    formula:
      '(m - est) / m, est = (n x + 20 m) / (n + 20); x and m mean average-resolution-time of the agent and of the team, on the topic',
    needs: ['roster', 'declared'],
    owner: 'team-leads',
    adds: { resolved: 'ms' },
    ofPairs: true,
  },
];
