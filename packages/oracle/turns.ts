/** Turns, or human waits: from a customer's message to the next human one (metrics.md 1.4). */

import { type Change, second } from './attribute.ts';
import { atChange, atMessage, isAfter, isPublic } from './case.ts';
import type { Case, Start } from './conversation.ts';
import { lasted } from './lasted.ts';
import type { Message } from './observed.ts';
import { accountOf, rowAt } from './rows.ts';
import { isComplete } from './story.ts';
import type { Transition } from './transition.ts';

export interface Turn {
  /** From 1, forgotten chapters included. */
  readonly number: number;
  readonly since: number;
  /** The customer's message that opened it, and their newest; null: S is no message. */
  readonly opening: Message | null;
  readonly newest: Message | null;
}

export interface Turns {
  readonly transitions: readonly Transition[];
  readonly running: Turn | null;
  /** Those that are over, and what ended each: an answer, a close or a release. */
  readonly ended: readonly { readonly turn: Turn; readonly by: Message | Change }[];
  /** How many there were. */
  readonly count: number;
  /** Before this instant time alone changes nothing of it. */
  readonly until: number;
}

type Step = { readonly message: Message } | { readonly change: Change };

/** Turns as they are known at log time T. */
export function turnsOf(found: Case, T: number): Turns {
  const { start, story, hasMessages } = found;
  let count = story.past?.turns ?? 0;
  let until = Number.POSITIVE_INFINITY;
  let running: Turn | null = null;
  const transitions: Transition[] = [];
  const ended: { turn: Turn; by: Message | Change }[] = [];
  if (!start || !hasMessages) return { transitions, running, ended, count, until };
  const open = (since: number, message: Message | null): Turn => {
    count += 1;
    return { number: count, since, opening: message, newest: message };
  };
  if (!start.message && !story.past?.start) {
    running = open(start.at, null);
    transitions.push(openedAtCreation(found, start));
  }
  for (const step of stepsOf(found, start)) {
    if ('message' in step && isPublic(step.message, 'customer')) {
      const { message } = step;
      if (running) running = { ...running, newest: message };
      else {
        running = open(message.at, message);
        transitions.push(atMessage(found, 'turn_opened', message, null));
      }
    } else if (running && 'message' in step) {
      transitions.push(answered(found, running, step.message));
      ended.push({ turn: running, by: step.message });
      running = null;
    } else if (running && 'change' in step) {
      const { change } = step;
      const due = endsAt(found, running, change);
      if (T < due) {
        until = Math.min(until, due);
        continue;
      }
      const kind = change.to === 'closed' ? 'turn_dropped' : 'turn_released';
      transitions.push(atChange(found, kind, change));
      ended.push({ turn: running, by: change });
      running = null;
    }
  }
  return { transitions, running, ended, count, until };
}

/** Messages of customers and humans, closes and moves to the customer, a second's messages first. */
function stepsOf({ story, state }: Case, start: Start): Step[] {
  const isSince = (at: number): boolean =>
    Boolean(story.past?.start) || second(at) >= second(start.at);
  const messages = story.messages
    .filter((m) => isPublic(m, 'customer', 'human'))
    .filter((m) => m === start.message || isAfter(m, start, story))
    .map((message) => ({ message, second: second(message.at), rank: 0 }));
  const changes = state.changes
    .filter(({ to, at }) => (to === 'closed' || to === 'waiting_on_customer') && isSince(at))
    .map((change) => ({ change, second: second(change.at), rank: 1 }));
  return [...messages, ...changes].sort((a, b) => a.second - b.second || a.rank - b.rank);
}

/** Where nobody has written it opens as the conversation does. */
const openedAtCreation = (found: Case, { at, live }: Start): Transition => ({
  kind: 'turn_opened',
  at,
  live,
  row: rowAt(found, at),
  lasted: null,
  rank: 1,
});

function answered(found: Case, turn: Turn, message: Message): Transition {
  const kind = turn.number === 1 ? 'turn_answered.first' : 'turn_answered.next';
  const lastAt = turn.newest?.at ?? turn.since;
  const answer = atMessage(found, kind, message, turn.since);
  const sinceLast = lasted(found, accountOf(answer.row), lastAt, message.at);
  return { ...answer, sinceLast };
}

const RELEASE_MS = 60_000;

/**
 * The log time from which a change ends the turn: a close at once, a move to the customer once it
 * has stayed there for 60 s, if nobody else made it and nothing that the customer wrote is missing.
 */
function endsAt({ story, state }: Case, turn: Turn, change: Change): number {
  if (change.to === 'closed') return Number.NEGATIVE_INFINITY;
  const due = change.at + RELEASE_MS;
  const later = state.changes.slice(state.changes.indexOf(change) + 1);
  const isRelease =
    turn.number >= 2 &&
    isComplete(story) &&
    !later.some(({ at }) => at <= due) &&
    !isWrittenWithin(story.messages, change.at, due) &&
    !isBots(story.messages, turn, change);
  return isRelease ? due : Number.POSITIVE_INFINITY;
}

/** Somebody went on or answered in (from, to], by whole seconds: it did not rest with the customer. */
const isWrittenWithin = (messages: readonly Message[], from: number, to: number): boolean =>
  messages.some(
    (m) =>
      isPublic(m, 'customer', 'human') && second(m.at) > second(from) && second(m.at) <= second(to),
  );

/** A bot that spoke after the customer, less than 60 s before the move can have been, made it. */
function isBots(messages: readonly Message[], { newest }: Turn, { at, atMin }: Change): boolean {
  return messages.slice(messages.indexOf(newest!) + 1).some((m) => {
    const isNear = second(m.at) > second(atMin - RELEASE_MS) && second(m.at) <= second(at);
    return isPublic(m, 'bot') && isNear;
  });
}
