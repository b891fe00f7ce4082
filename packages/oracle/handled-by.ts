/** Who has handled a conversation, as far as it is known now (metrics.md 4). */

import { isPublic } from './case.ts';
import type { Case, Spoken } from './conversation.ts';
import { firstOwned } from './owners.ts';
import type { HandledBy } from './transition.ts';

export const spokenIn = ({ story }: Pick<Case, 'story'>): Spoken => {
  const has = (author: keyof Spoken): boolean =>
    story.past?.spoken[author] === true || story.messages.some((m) => isPublic(m, author));
  return { human: has('human'), bot: has('bot') };
};

export function handledBy(found: Case): HandledBy {
  if (!found.hasMessages) {
    // The first owned instant stands for a person's first word.
    return (found.story.past?.owned ?? firstOwned(found)) ? 'human' : 'none';
  }
  const { human, bot } = spokenIn(found);
  if (human) return bot ? 'mixed' : 'human';
  return bot ? 'ai' : 'none';
}
