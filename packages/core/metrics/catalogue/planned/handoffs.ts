/** Escalations, and handoffs told another way. */
import { COHORT, type Planned, SHARE } from './shapes.ts';

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
  {
    ...COHORT,
    id: 'escalation-bounce',
    better: -1,
    grade: 'B',
    dimsLater: ['account_tier', 'category', 'team'],
    label: 'AI handoff bounced',
    prose:
      'Conversations that went to another team, or back to the AI agent, within 24 h after it handed them over.',
    formula: 'other team or back to AI within 24 h / ai_handed_off',
    needs: ['ai', 'declared'],
    owner: 'automation-lead',
  },
];
