/** Estimated handling of what people wrote (metrics.md 3.2, `average-handle-time`, `~estimated`). */

import { second } from './attribute.ts';
import { isAfter } from './case.ts';
import type { Case } from './conversation.ts';
import type { Message } from './observed.ts';

/** null: it is no work of a person, or was written before S. */
export function handlingMs(found: Case, message: Message): number | null {
  const { start, story, assignee } = found;
  if (!start || message.author !== 'human' || !isAfter(message, start, story)) return null;
  const earlier = story.messages.slice(0, story.messages.indexOf(message)).map(({ at }) => at);
  const given = assignee.changes
    .filter(({ to, at }) => to === message.authorId && second(at) < second(message.at))
    .map(({ at }) => at);
  const { past } = story;
  const saidBefore = past && (past.start || past.spoken.human || past.spoken.bot) ? [0] : [];
  const instants = [...saidBefore, ...earlier, ...given];
  if (instants.length === 0) return 30_000;
  return Math.min(600_000, Math.max(30_000, message.at - Math.max(...instants)));
}

/** All of it up to an instant, forgotten chapters included. */
export const handledBy = (found: Case, until: number): number =>
  found.story.messages
    .filter(({ at }) => second(at) <= second(until))
    .reduce((sum, one) => sum + (handlingMs(found, one) ?? 0), found.story.past?.handlingMs ?? 0);
