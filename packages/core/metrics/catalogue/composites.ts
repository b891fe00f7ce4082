/** Scores that are read from rows of other metrics (metrics.md 3.4). */
import type { MetricDefinition } from '../definition.ts';
import { AVERAGE, COMPOSITES as SOURCE } from './shapes.ts';

const SCORE = { ...AVERAGE, grade: 'P', source: SOURCE } as const;

export const COMPOSITES: readonly MetricDefinition[] = [
  {
    ...SCORE,
    id: 'account-health-score',
    better: 1,
    windows: ['28d'],
    dims: ['account', 'account_tier'],
    label: 'Account health',
    prose:
      'From 0 to 100: the mean of how volume, resolution in target and escalation of an account stand; at least two of them must be known. Of a tier, and of all, the mean of its accounts.',
    formula:
      '100,000 x weighted mean of the present parts (volume, sentiment, resolution, escalation)',
    needs: ['accounts', 'declared'],
    owner: 'cs-lead',
    parts: { volume: null, sentiment: null, resolution: null, escalation: null },
    adds: { resolved: 'inTarget' },
    composite: {
      kind: 'health',
      each: 'account',
      of: ['conversation-volume', 'escalation-rate'],
      within: 'account_tier',
    },
  },
  {
    ...SCORE,
    id: 'agent-productivity-index',
    better: 1,
    windows: ['7d', '28d'],
    dims: ['assignee', 'team'],
    label: 'Productivity',
    prose:
      'Against the median of the team, which is 50: handled, resolution, first reply, CSAT and escalations, at least three of them, of agents who handled 20. Off unless switched on.',
    formula:
      '1000 x mean of the present parts; clamp(50 x / m, 0, 100), for lower is better clamp(50 m / x, 0, 100)',
    needs: ['surveys', 'roster', 'declared'],
    owner: 'team-leads',
    needsSwitch: 'agentIndex',
    composite: {
      kind: 'index',
      each: 'assignee',
      of: [
        'contacts-handled',
        'average-resolution-time',
        'first-response-time',
        'csat',
        'escalation-rate',
      ],
    },
  },
  {
    ...SCORE,
    id: 'knowledge-gap-score',
    better: -1,
    windows: ['28d'],
    dims: ['category'],
    label: 'Knowledge gap',
    prose:
      'Topics that escalate more, take longer and please less than the others: where an article is missing. In all, the topic that stands out most.',
    formula:
      '1000 x max(0, mean of parts); part = (x - median) / (1.4826 MAD) over topics, of escalation rate, resolution p50, minus csat',
    needs: ['surveys', 'declared'],
    owner: 'knowledge-lead',
    parts: { escalation: null, resolution: null, csat: null },
    composite: {
      kind: 'gap',
      each: 'category',
      of: ['escalation-rate', 'average-resolution-time', 'csat'],
    },
  },
];
