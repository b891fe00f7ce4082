/** Who has handled a conversation, as far as it is known now (metrics.md 4). */
import { type Case, isPublic } from './case.ts';
import { firstOwned } from './owners.ts';

export type HandledBy = 'human' | 'ai' | 'mixed' | 'none';

/** Who of the team has spoken in public, forgotten chapters included. */
export interface Spoken {
  readonly human: boolean;
  readonly bot: boolean;
}

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
