/** Customers who come back, how often they write, and topics that come back. */
import type { MetricDefinition } from '../definition.ts';
import { COHORT_WINDOWS, FURTHER_METRICS, LONG, NO_OWNER, RATE, REPLY_TIME } from './shapes.ts';

export const CUSTOMERS: readonly MetricDefinition[] = [
  {
    ...RATE,
    id: 'repeat-contact-rate',
    windows: COHORT_WINDOWS,
    dims: NO_OWNER,
    better: -1,
    grade: 'B',
    label: 'Repeat contacts',
    prose:
      'Customers who wrote anew on a topic within 7 days after it was resolved (chat: 72 h), of all who wrote. A reopening is none.',
    formula: 'customers repeated / customers opened, distinct in W',
    needs: ['declared'],
    owner: 'team-leads',
    customers: 'repeated',
  },
  {
    ...RATE,
    id: 'repeat-contact-rate-any-topic',
    windows: COHORT_WINDOWS,
    dims: NO_OWNER,
    better: -1,
    grade: 'B',
    label: 'Repeats, any topic',
    prose: 'As repeat contacts, whatever the topic: an upper bound.',
    formula: 'customers repeated on any topic / customers opened, distinct in W',
    owner: 'team-leads',
    customers: 'repeatedAny',
  },
  {
    ...RATE,
    id: 'customer-contact-frequency',
    unit: 'milli',
    windows: LONG,
    dims: ['account', 'account_tier'],
    better: 0,
    grade: 'E',
    floor: 0,
    label: 'Contacts per customer',
    prose: 'Conversations opened per customer who wrote.',
    formula: 'opened(W) / distinct customers opening',
    owner: 'cs-lead',
    // Known of each whose customer is known, whatever it says: so many there were.
    adds: { 'cohort.opened': 'repeatedAny' },
    customers: 'all',
  },
  {
    ...RATE,
    id: 'category-recurrence-rate',
    windows: LONG,
    dims: ['category', 'account_tier'],
    better: -1,
    grade: 'B',
    label: 'Recurring topics',
    prose:
      'Conversations on a topic that several accounts had written about in the four weeks before, of those with a topic.',
    formula:
      'opened(W) whose topic had >= 3 conversations of >= 2 accounts in 28 d before / with topic',
    needs: ['declared'],
    owner: 'engineering-lead',
    adds: { 'cohort.opened': 'recurred' },
  },
  {
    ...REPLY_TIME,
    id: 'account-response-time',
    windows: ['7d', '28d'],
    dims: ['account', 'account_tier'],
    floor: 5,
    label: 'Reply per account',
    prose:
      'Median reply time of each account; for all, and for a tier, that of the account in the middle of those with at least five replies.',
    formula: 'p50 of message-response-time per account; total = median of these',
    source: FURTHER_METRICS,
    owner: 'cs-lead',
    adds: { 'turn_answered.first': 'ms', 'turn_answered.next': 'ms' },
    perAccount: true,
  },
];
