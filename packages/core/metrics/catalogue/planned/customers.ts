/** Accounts: how often they write, how they fare, what they are worth. */
import { DAILY, LIVE_METRICS } from '../shapes.ts';
import { LONG, MONEY, type Planned, SHARE } from './shapes.ts';

const RETENTION = { ...SHARE, windows: '90, 365 d', frequency: DAILY, floor: 0 } as const;

export const CUSTOMERS_PLANNED: readonly Planned[] = [
  {
    ...SHARE,
    id: 'cross-channel-journey-rate',
    better: -1,
    grade: 'P',
    windows: LONG,
    dimsLater: ['account_tier', 'category'],
    source: LIVE_METRICS,
    label: 'Cross-channel journeys',
    prose:
      'Journeys over two channels or more, of those that ended; a journey is one contact, one topic, with gaps below 72 h.',
    formula: 'journeys of >= 2 channels / ended in W',
    needs: [],
    owner: 'channel-leads',
  },
  {
    ...RETENTION,
    id: 'net-revenue-retention',
    better: 1,
    grade: 'F',
    dimsLater: ['account', 'account_tier'],
    label: 'Net revenue retention',
    prose:
      'Recurring revenue now of the accounts that had some at the beginning of the window, over what they had then.',
    formula:
      '(start + expansion - contraction - churn) / start, accounts with revenue at the start',
    needs: ['revenue', 'accounts'],
    owner: 'account-executive',
    parts: { expansion: null, contraction: null, churn: null, 'start-arr': null },
  },
  {
    ...RETENTION,
    id: 'gross-revenue-retention',
    better: 1,
    grade: 'F',
    dimsLater: ['account', 'account_tier'],
    label: 'Gross revenue retention',
    prose: 'As net revenue retention, without what accounts bought more.',
    formula: '(start - contraction - churn) / start, accounts with revenue at the start',
    needs: ['revenue', 'accounts'],
    owner: 'account-executive',
    parts: { contraction: null, churn: null, 'start-arr': null },
  },
  {
    ...RETENTION,
    id: 'retention-impact-ai',
    better: 1,
    grade: 'P',
    windows: '90 d',
    floor: 50,
    dimsLater: ['account_tier'],
    label: 'AI and retention',
    prose:
      'How much less accounts served by the AI agent leave than others of their tier: they go together, no more.',
    formula: '1 - churn(AI-served) / churn(others), same tier',
    needs: ['revenue', 'ai'],
    owner: 'automation-lead',
  },
  {
    ...MONEY,
    id: 'revenue-per-interaction',
    better: 1,
    grade: 'F',
    windows: LONG,
    dimsLater: ['account_tier', 'channel', 'team'],
    label: 'Revenue per contact',
    prose:
      'Revenue tied to conversations (upsell, cross-sell, a customer kept), per contact handled.',
    formula: 'revenue tied to a conversation in W / handled(W)',
    needs: ['revenue'],
    owner: 'account-executive',
  },
];
