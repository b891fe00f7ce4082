/** A conversation's transitions as of an instant, by its facts alone, and who is owed a reply then. */

import type { Fact } from '@sapwood/core/facts';
import { addFact, type ConversationFact } from '../../packages/core/conversation/add-fact.ts';
import { NOTHING_DECLARED } from '../../packages/core/conversation/declared.ts';
import {
  type DeriveContext,
  type Derived,
  derive,
} from '../../packages/core/conversation/derive.ts';
import { newConversation } from '../../packages/core/conversation/model.ts';
import type { Transition } from '../../packages/core/conversation/transition.ts';

/** Wed 10 June 2026, UTC. */
export const at = (hhmm: string): number =>
  Date.parse(`2026-06-10T${hhmm.length === 5 ? `${hhmm}:00` : hhmm}Z`);

/** Late enough for everything that only time decides on that day. */
const LATE = at('23:59');

export function derivedAt(facts: readonly Fact[], more: Partial<DeriveContext> = {}): Derived {
  const conversation = newConversation('I');
  for (const fact of facts) addFact(conversation, fact as ConversationFact);
  const isPerson = (id: string): boolean => id !== 'robot';
  const declared = NOTHING_DECLARED;
  const people = { isPerson, isManager: () => false };
  return derive(conversation, { noMessages: false, declared, ...people, T: LATE, ...more });
}

export function derived(
  facts: readonly Fact[],
  more: Partial<DeriveContext> = {},
): readonly Transition[] {
  const { transitions } = derivedAt(facts, more);
  return [...transitions].sort((a, b) => a.at - b.at || (a.kind < b.kind ? -1 : 1));
}

/** `kind@hh:mm` of those whose kind begins so. */
export const told = (list: readonly Transition[], kind: string): string[] =>
  list
    .filter((t) => t.kind.startsWith(kind))
    .map((t) => `${t.kind}@${new Date(t.at).toISOString().slice(11, 16)}`);
