/** Who passes conversations on, and up. */

import { BOUNCE_DAYS } from '../../conversation/bounces.ts';
import type { MetricDefinition } from '../definition.ts';
import { AVERAGE, COUNT, cohortOf, FURTHER_METRICS, RATE } from './shapes.ts';

const ESCALATED = [
  'escalated.tier_up',
  'escalated.engineering',
  'escalated.manager',
  'escalated.declared',
] as const;

export const HANDOFFS: readonly MetricDefinition[] = [
  {
    ...RATE,
    id: 'conversation-handoff-rate',
    better: -1,
    grade: 'B',
    label: 'Handoffs',
    prose:
      'Distinct conversations handed to another agent or team after the first human reply, of those worked on in the window.',
    formula: 'handed_off(W) / worked(W), distinct conversations',
    owner: 'support-ops-manager',
    distinct: { num: ['handed_off.agent', 'handed_off.team'], den: ['worked'] },
  },
  {
    ...AVERAGE,
    id: 'handoffs-per-conversation',
    better: -1,
    grade: 'B',
    label: 'Handoffs each',
    prose: 'Handoffs of the conversations resolved in the window, on average; at least so many.',
    formula: 'handoffs of resolved(W) / resolved(W)',
    needs: ['roster'],
    owner: 'support-ops-manager',
    adds: { resolved: 'handoffs' },
  },
  {
    ...COUNT,
    id: 'handoff-pingpongs',
    grade: 'B',
    better: -1,
    label: 'Ping-pongs',
    prose: 'Handoffs whose new owner gave the conversation away again within 24 h.',
    formula: '#handed_off(W) whose new owner left it <= 24 h later',
    owner: 'support-ops-manager',
    adds: { 'handed_off.agent': 'pingpong', 'handed_off.team': 'pingpong' },
  },
  {
    ...RATE,
    id: 'escalation-rate',
    better: -1,
    grade: 'B',
    label: 'Escalation rate',
    prose:
      'Distinct conversations that went to a higher team, a manager or engineering, or were declared escalated, of those worked on in the window.',
    formula: 'escalated(W) / worked(W), distinct conversations',
    needs: ['roster', 'declared'],
    owner: 'tier2-lead',
    distinct: { num: ESCALATED, den: ['worked'] },
  },
  {
    ...cohortOf(BOUNCE_DAYS),
    id: 'escalation-bounce',
    better: -1,
    grade: 'B',
    dims: ['account_tier', 'category', 'team'],
    label: 'AI handoff bounced',
    prose:
      'Conversations that went to another team, or back to the AI agent, within 24 h after it handed them over.',
    formula: 'other team or back to AI within 24 h / ai_handed_off',
    source: FURTHER_METRICS,
    needs: ['ai', 'declared'],
    owner: 'automation-lead',
    adds: { 'cohort.ai_handed_off': 'bounced' },
    needsMessages: true,
  },
  {
    ...RATE,
    id: 'escalation-context',
    better: 1,
    grade: 'B',
    dims: ['account_tier', 'category', 'team'],
    label: 'AI handoff context',
    prose:
      'Required custom fields that were filled when the AI agent handed a conversation over, of all that were required.',
    formula: 'required fields filled at ai_handed_off / required',
    source: FURTHER_METRICS,
    needs: ['ai', 'declared'],
    owner: 'automation-lead',
    adds: { ai_handed_off: 'fields' },
    needsMessages: true,
    needsFields: 'handoverFields',
  },
  {
    ...COUNT,
    id: 'escalations',
    grade: 'B',
    better: -1,
    label: 'Escalations',
    prose:
      'Times a conversation went to a higher team, a manager or engineering, or was declared escalated.',
    formula: '#escalated(W)',
    needs: ['roster', 'declared'],
    owner: 'tier2-lead',
    adds: {
      'escalated.tier_up': 1,
      'escalated.engineering': 1,
      'escalated.manager': 1,
      'escalated.declared': 1,
    },
  },
];
