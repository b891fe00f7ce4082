/** Escalations, and handoffs told another way. */
import { type Planned, SHARE } from './shapes.ts';

export const HANDOFFS_PLANNED: readonly Planned[] = [
  {
    ...SHARE,
    id: 'escalation-quality',
    better: 1,
    grade: 'F',
    dimsLater: ['account_tier', 'category', 'team'],
    label: 'Good AI handoffs',
    prose: 'Handoffs by the AI agent that the person who got them found good, of those rated.',
    formula: 'positive agent ratings of AI handoffs / ratings',
    needs: ['ai'],
    owner: 'automation-lead',
  },
];
