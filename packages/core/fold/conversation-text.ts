/**
 * A conversation as stored text and back: a line of what is told of it and one of what was heard. It is
 * written with every fact about it, so its size is what a commit costs; many are looked at for what is told alone.
 */
import { type Conversation, newConversation } from '../conversation/model.ts';
import { decodeHeard, encodeHeard } from './heard-text.ts';
import { type Counting, decodeTold, encodeTold, parseTold, type StoredTold } from './told-text.ts';

/** JSON holds no line end of its own. */
const BETWEEN = '\n';

export const encodeConversation = (conversation: Conversation): string =>
  `${encodeTold(conversation)}${BETWEEN}${encodeHeard(conversation)}`;

export function decodeConversation(id: string, text: string): Conversation {
  const end = text.indexOf(BETWEEN);
  return Object.assign(newConversation(id), {
    ...decodeTold(text.slice(0, end)),
    ...decodeHeard(text.slice(end + 1)),
  });
}

/** What was derived last: what it is counted by. */
export type ToldConversation = Counting & Pick<Conversation, 'id'>;

export const parseToldConversation = (text: string): StoredTold =>
  parseTold(text.slice(0, text.indexOf(BETWEEN)));
