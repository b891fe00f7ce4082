/** What is solved without a person. */
import { DAILY } from '../shapes.ts';
import { COHORT, type Planned, SHARE } from './shapes.ts';

const AI_DIMS = ['account_tier', 'channel', 'category'] as const;

export const AUTOMATION_PLANNED: readonly Planned[] = [
  {
    ...SHARE,
    id: 'ticket-volume-deflection',
    better: 1,
    grade: 'P',
    windows: '28, 90 d',
    frequency: DAILY,
    dimsLater: AI_DIMS,
    label: 'Volume deflected',
    prose:
      'By how much fewer conversations reach people than before the AI agent began, for as many active accounts.',
    formula: '1 - human-handled(W) / (baseline per active account-day x account-days)',
    needs: ['ai', 'accounts', 'declared'],
    owner: 'knowledge-lead',
  },
  {
    ...COHORT,
    id: 'self-service-deflection',
    better: 1,
    grade: 'F',
    dimsLater: ['account_tier', 'category'],
    label: 'Self-service',
    prose: 'Visits to self-service after which the visitor did not write within 24 h.',
    formula: 'sessions with no conversation by the contact in 24 h / sessions',
    needs: ['selfservice'],
    owner: 'knowledge-lead',
  },
];
