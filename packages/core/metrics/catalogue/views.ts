/** Metrics that are shown together under one name, and have no number of their own. */
import type { MetricSheet } from '../sheet.ts';
import { AT_ONCE, LIVE_METRICS } from './shapes.ts';

export const VIEWS: readonly MetricSheet[] = [
  {
    id: 'channel-performance',
    version: 1,
    form: 'VIEW',
    unit: 'count',
    better: 0,
    grade: 'E',
    additive: false,
    floor: 0,
    dims: ['channel'],
    label: 'Channels',
    prose:
      'Volume, first reply, resolution and CSAT of each channel, side by side; it has no number of its own.',
    formula: 'conversation-volume, first-response-time, average-resolution-time, csat by channel',
    source: LIVE_METRICS,
    windows: 'as theirs',
    frequency: AT_ONCE,
    needs: ['surveys'],
    owner: 'channel-leads',
    viewOf: {
      metrics: ['conversation-volume', 'first-response-time', 'average-resolution-time', 'csat'],
      by: 'channel',
    },
  },
];
