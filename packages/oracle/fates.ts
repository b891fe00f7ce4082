/** What became of openings, closes and first handlings, which shares over them count (metrics.md 3.2). */

import { type Change, second } from './attribute.ts';
import { atChange, DAY_MS, isPublic, isWithin } from './case.ts';
import { isCourtesy, reopenings } from './closures.ts';
import type { Case } from './conversation.ts';
import { escalations } from './escalations.ts';
import { channelOf } from './rows.ts';
import type { Fate, Transition } from './transition.ts';

const ESCALATED_MS = 28 * DAY_MS;

/** X: how long a customer may come back. */
export const openMs = (channel: string): number => (channel === 'chat' ? 3 : 7) * DAY_MS;

/** Whatever reopens it in a later chapter came back too late, or is told too late. */
export function fateOf(found: Case, close: Change): Fate {
  const { state, story } = found;
  const closedAt = atChange(found, 'closed', close);
  const within = openMs(channelOf(found));
  const reopened = reopenings(found).filter(
    ({ change }) =>
      state.changes.indexOf(change) > state.changes.indexOf(close) &&
      isWithin(closedAt, atChange(found, 'reopened', change), within),
  );
  const heard = story.messages.filter(({ at }) => second(at) <= second(close.at));
  const persons = heard.filter((m) => isPublic(m, 'human')).map(({ authorId }) => authorId);
  // Of a forgotten chapter, in which no customer had written, it is known who wrote last, and whether.
  const { past } = story;
  if (past?.lastHuman) persons.push(past.lastHuman);
  const before = past?.spoken.human || past?.spoken.bot ? 1 : 0;
  return {
    isReopened: reopened.length > 0,
    isReturned: reopened.some(({ by, change }) => by === 'customer' && !isCourtesy(found, change)),
    writers: new Set(persons).size,
    touches: before + heard.filter((m) => isPublic(m, 'human', 'bot')).length,
  };
}

/** Ever, but no more than 28 days after the opening. */
export const isEscalatedSince = (found: Case, opened: Pick<Transition, 'at' | 'rank'>): boolean =>
  escalations(found).some((one) => isWithin(opened, one, ESCALATED_MS));

/** What an AI ended, as the outcome of its claim says. */
export function endedByAi(outcome: readonly Transition[]): 'settled' | 'pending' | null {
  const kinds = outcome.map(({ kind }) => kind);
  if (kinds.includes('ai_outcome.pending')) return 'pending';
  const isSettled = kinds.some((k) => k === 'ai_outcome.confirmed' || k === 'ai_outcome.assumed');
  return isSettled ? 'settled' : null;
}
