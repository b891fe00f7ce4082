/** How much comes in. */
import type { MetricDefinition } from '../definition.ts';
import { COUNT, NO_OWNER } from './shapes.ts';

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
];
