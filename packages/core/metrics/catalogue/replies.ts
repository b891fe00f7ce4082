/** How long customers wait for a word. */
import type { MetricDefinition } from '../definition.ts';
import { REPLY_TIME, SHORT } from './shapes.ts';

export const REPLIES: readonly MetricDefinition[] = [
  {
    ...REPLY_TIME,
    id: 'first-response-time',
    label: 'First reply',
    prose:
      'From the first customer message to the first public human reply. The value is the median (p50) of those answered in the window; beside it stand who still waits, and the median with them in.',
    formula: 'first human reply - first customer message; p50 of those answered in W',
    owner: 'team-leads',
    adds: { first_reply_human: 'ms' },
    waiting: 'first',
    censored: SHORT,
  },
  {
    ...REPLY_TIME,
    id: 'first-response-time-any',
    label: 'First reply, anyone',
    prose: 'From the first customer message to the first public reply of a person or a bot.',
    formula: 'first reply of a person or a bot - first customer message',
    needs: ['roster'],
    owner: 'team-leads',
    adds: { first_reply_any: 'ms' },
  },
  {
    ...REPLY_TIME,
    id: 'first-response-time-ai',
    label: 'First reply, AI',
    prose:
      'From the first customer message to the first reply of a bot that came before any person.',
    formula: 'first reply of a bot that came before any person - first customer message',
    needs: ['roster'],
    owner: 'automation-lead',
    adds: { first_reply_ai: 'ms' },
  },
  {
    ...REPLY_TIME,
    id: 'message-response-time',
    label: 'Reply',
    prose:
      'From the first customer message that nobody had answered to the next public human reply, each time; who is owed a reply stands beside it.',
    formula: 'next human reply - first customer message that nobody had answered',
    owner: 'team-leads',
    adds: { 'turn_answered.first': 'ms', 'turn_answered.next': 'ms' },
    waiting: 'any',
  },
  {
    ...REPLY_TIME,
    id: 'message-response-time-last',
    label: 'Reply, from the last',
    prose: 'As the reply time, from the last customer message before the reply.',
    formula: 'next human reply - last customer message before it',
    owner: 'team-leads',
    adds: { 'turn_answered.first': 'lastMs', 'turn_answered.next': 'lastMs' },
  },
  {
    ...REPLY_TIME,
    id: 'next-response-time',
    label: 'Next reply',
    prose: 'As the reply time, without the first reply of a conversation.',
    formula: 'as message-response-time, from the second turn on',
    owner: 'team-leads',
    adds: { 'turn_answered.next': 'ms' },
  },
  {
    ...REPLY_TIME,
    id: 'first-response-time-pylon',
    label: 'First reply, Pylon',
    prose: "Pylon's own seconds to the first reply, for comparison with the first reply time.",
    formula: "the vendor's seconds x 1000, at the first human reply",
    owner: 'support-ops-manager',
    adds: { first_reply_human: 'vendorMs' },
  },
  {
    ...REPLY_TIME,
    id: 'first-response-time-after-handoff',
    grade: 'B',
    label: 'Reply after the bot',
    prose: 'From when a bot gave the conversation to a person to the next public human reply.',
    formula: 'first human reply after the AI handoff - that handoff',
    needs: ['ai'],
    owner: 'team-leads',
    adds: { first_reply_after_handoff: 'ms' },
  },
  {
    ...REPLY_TIME,
    id: 'handoff-gap',
    grade: 'B',
    label: 'Handoff gap',
    prose:
      'From a handoff to the first public message by whoever got it, before it is handed on or closed.',
    formula: 'first human message by the new owner (team: any of it) - handoff',
    owner: 'support-ops-manager',
    adds: { handoff_answered: 'ms' },
  },
];
