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
  {
    ...SHARE,
    id: 'escalation-context',
    better: 1,
    grade: 'B',
    dimsLater: ['account_tier', 'category', 'team'],
    label: 'AI handoff context',
    prose: 'Required fields that were filled when the AI agent handed a conversation over.',
    formula: 'required fields filled at ai_handed_off / required',
    needs: ['ai', 'declared'],
    owner: 'automation-lead',
  },
];
