/** Who waits for a human, and whom a bot keeps company meanwhile (metrics.md 1.4, "Owed"). */

import { second } from './attribute.ts';
import { isAfter, isPublic } from './case.ts';
import type { Case } from './conversation.ts';
import type { Stretch } from './hours.ts';
import type { Message } from './observed.ts';
import { ownerOf, type Row, rowNow } from './rows.ts';
import type { Turn } from './turns.ts';

export interface Waiting {
  /** Number of the turn. */
  readonly turn: number;
  readonly since: number;
  readonly row: Row;
}

export interface Owed {
  readonly waiting: Waiting | null;
  /** Before this instant time alone changes nothing of it. */
  readonly until: number;
}

const UNANSWERED_MS = 120_000;
const EVER = Number.POSITIVE_INFINITY;

/**
 * When a bot covers a turn: from its first word on, but for the time in which the customer's newest
 * message has been without an answer for 2 min; it ends with an assignment to a person.
 */
export function coverOf(
  { story, assignee, ...found }: Case,
  { since, opening }: Pick<Turn, 'since' | 'opening'>,
): Stretch[] {
  const said = story.messages.filter(
    (m) => isPublic(m, 'bot', 'customer') && isAfter(m, { at: since, message: opening }, story),
  );
  const first = said.findIndex(({ author }) => author === 'bot');
  if (first < 0) return [];
  const given = assignee.changes.find(
    ({ to, at }) => ownerOf(found, to) !== null && second(at) >= second(said[first]!.at),
  );
  return said.slice(first).map(({ at, author }, i, all) => {
    const lasts = author === 'bot' ? EVER : at + UNANSWERED_MS;
    const to = Math.min(lasts, all[i + 1]?.at ?? EVER, given?.at ?? EVER);
    return { from: at, to };
  });
}

/** The running turn at T, unless a bot covers it. */
export function owedAt(found: Case, turn: Turn | null, T: number): Owed {
  if (!turn) return { waiting: null, until: EVER };
  const until = coveredUntil(found, turn);
  if (T < until) return { waiting: null, until };
  const { number, since } = turn;
  return { waiting: { turn: number, since, row: rowNow(found) }, until: EVER };
}

/**
 * A bot covers while it spoke in the turn, no person was given it since, and the customer's newest
 * message is answered or younger than 2 min.
 */
function coveredUntil(found: Case, { since, opening, newest }: Turn): number {
  const { story, assignee } = found;
  const botsAfter = (message: Message | null): Message[] =>
    story.messages.filter((m) => isPublic(m, 'bot') && isAfter(m, { at: since, message }, story));
  const first = botsAfter(opening)[0];
  if (!first) return Number.NEGATIVE_INFINITY;
  const isGiven = assignee.changes.some(
    ({ to, at }) => ownerOf(found, to) !== null && second(at) >= second(first.at),
  );
  if (isGiven) return Number.NEGATIVE_INFINITY;
  return botsAfter(newest).length > 0 ? EVER : newest!.at + UNANSWERED_MS;
}
