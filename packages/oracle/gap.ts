/** How long a handed over conversation waits for its new owner's first word (metrics.md 3.1, `handoff-gap`). */

import { second } from './attribute.ts';
import { atMessage, isPublic } from './case.ts';
import type { Case } from './conversation.ts';
import { moves } from './owners.ts';
import type { Transition } from './transition.ts';

/** A close or the next handoff ends the gap without a value. */
export function handoffGaps(found: Case): Transition[] {
  const handoffs = [...moves(found).handoffs].sort((a, b) => a.at - b.at);
  return handoffs.flatMap(({ at, newOwner }, i) => {
    const close = found.closes.find((one) => one.at > at);
    const ends = [handoffs[i + 1], close].flatMap((end) => (end ? [second(end.at)] : []));
    const answer = found.story.messages.find(
      (m) =>
        isPublic(m, 'human') &&
        second(m.at) > second(at) &&
        ends.every((end) => second(m.at) <= end) &&
        (newOwner === null || m.authorId === newOwner),
    );
    if (!answer) return [];
    return [atMessage(found, 'handoff_answered', answer, at)];
  });
}
