/** What customers say, and how they sound. */
import { LIVE_METRICS } from '../shapes.ts';
import { CLASSES, LONG, type Planned, SCORE, SHARE } from './shapes.ts';

export const SATISFACTION_PLANNED: readonly Planned[] = [
  {
    ...SCORE,
    id: 'customer-effort-score',
    better: 0,
    grade: 'F',
    dimsLater: ['account_tier', 'channel', 'team'],
    label: 'Effort',
    prose:
      'How much effort customers say it took them; which direction is better the declared scale says.',
    formula: 'sum of effort / responses',
    source: LIVE_METRICS,
    needs: ['surveys', 'declared'],
    owner: 'head-of-support',
  },
  {
    ...CLASSES,
    id: 'conversation-sentiment',
    better: -1,
    grade: 'F',
    label: 'Negative sentiment',
    prose:
      'Conversations worked on whose last scored customer message sounds negative, of those scored.',
    formula: 'last scored customer message negative / scored, worked in W',
    source: LIVE_METRICS,
    needs: ['sentiment'],
    owner: 'head-of-support',
  },
  {
    ...SHARE,
    id: 'conversation-sentiment-trajectory',
    better: 1,
    grade: 'F',
    label: 'Sentiment, change',
    prose:
      'Conversations that ended in a better mood than they began, less those in a worse one, of those scored twice.',
    formula: '(better - worse than the first score) / scored twice',
    source: LIVE_METRICS,
    needs: ['sentiment'],
    owner: 'head-of-support',
  },
  {
    ...SHARE,
    id: 'nps',
    better: 1,
    grade: 'F',
    windows: LONG,
    dimsLater: ['account', 'account_tier'],
    label: 'NPS',
    prose:
      'Customers who would recommend (9, 10) less those who would not (0 to 6), of all who answered.',
    formula: '((9, 10) - (0 to 6)) / answers',
    needs: ['surveys'],
    owner: 'cs-lead',
  },
];
