/** What is solved without a person. */
import type { MetricDefinition } from '../definition.ts';
import { FURTHER_METRICS, RATE } from './shapes.ts';

export const AUTOMATION: readonly MetricDefinition[] = [
  {
    ...RATE,
    id: 'deflection-proxy',
    better: 1,
    grade: 'P',
    dims: ['category', 'channel', 'team'],
    source: FURTHER_METRICS,
    label: 'Deflected, proxy',
    prose:
      'Conversations that an AI ended without a person, and that were confirmed or nobody came back from within 7 days, on chat 72 h; of these and of what a person has a hand in. Not a rate of resolution.',
    formula: '(confirmed + assumed) / (confirmed + assumed + handled by a human)',
    needs: ['roster'],
    owner: 'automation-lead',
    adds: {
      'ai_outcome.confirmed': 1,
      'ai_outcome.assumed': 1,
      handled: { value: 0, handledBy: ['human', 'mixed'] },
    },
    needsMessages: true,
  },
];
