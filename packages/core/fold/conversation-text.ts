/**
 * A conversation as stored text and back. Every object in it is built in one place with its keys in
 * one order, so plain JSON is canonical here, and several times faster than sorting keys.
 */
import type { Conversation, Message, Observation } from '../conversation/model.ts';
import { newConversation } from '../conversation/model.ts';
import type { Transition } from '../conversation/transition.ts';

interface Stored {
  readonly observations: readonly Observation[];
  readonly rest: readonly Message[];
  readonly body: readonly Message[];
  readonly vanished: readonly (readonly [string, number])[];
  readonly hints: Conversation['hints'];
  readonly goneAt: number | null;
  readonly issueReadAfter: Conversation['issueReadAfter'];
  readonly threadReadAfter: Conversation['threadReadAfter'];
  readonly threadRead: boolean;
  readonly transitions: readonly Transition[];
  readonly changes: Conversation['changes'];
  readonly waiting: Conversation['waiting'];
  readonly provisional: boolean;
}

const byId = <T extends { readonly id: string }>(items: Iterable<T>): T[] =>
  [...items].sort((a, b) => (a.id < b.id ? -1 : 1));

export function encodeConversation(c: Conversation): string {
  const stored: Stored = {
    observations: c.observations,
    rest: byId(c.restMessages.values()),
    body: byId(c.bodyMessages.values()),
    vanished: [...c.vanished].sort(([a], [b]) => (a < b ? -1 : 1)),
    hints: c.hints,
    goneAt: c.goneAt,
    issueReadAfter: c.issueReadAfter,
    threadReadAfter: c.threadReadAfter,
    threadRead: c.threadRead,
    transitions: c.transitions,
    changes: c.changes,
    waiting: c.waiting,
    provisional: c.provisional,
  };
  return JSON.stringify(stored);
}

export function decodeConversation(id: string, text: string): Conversation {
  const stored = JSON.parse(text) as Stored;
  const conversation = newConversation(id);
  conversation.observations = [...stored.observations];
  for (const message of stored.rest) conversation.restMessages.set(message.id, message);
  for (const message of stored.body) conversation.bodyMessages.set(message.id, message);
  for (const [message, at] of stored.vanished) conversation.vanished.set(message, at);
  conversation.hints = stored.hints;
  conversation.goneAt = stored.goneAt;
  conversation.issueReadAfter = stored.issueReadAfter;
  conversation.threadReadAfter = stored.threadReadAfter;
  conversation.threadRead = stored.threadRead;
  conversation.transitions = stored.transitions;
  conversation.changes = stored.changes;
  conversation.waiting = stored.waiting;
  conversation.provisional = stored.provisional;
  return conversation;
}
