/** The messages of a conversation that stand, in order, and who wrote them to whom. */
import type { AuthorKind } from '../facts/fact.ts';
import type { Conversation, Message } from './model.ts';

const ORDER: Readonly<Record<AuthorKind, number>> = {
  customer: 0,
  bot: 1,
  human: 2,
  automation: 3,
  author_unknown: 3,
};

/** The messages that stand, in order: at; then customer, bot, human, automation; then id. */
export function messagesOf(conversation: Conversation): Message[] {
  const chosen = new Map(conversation.restMessages);
  for (const [id, claim] of conversation.bodyMessages) {
    const read = chosen.get(id);
    if (!read) chosen.set(id, claim);
    else {
      const last = read.observedAt >= claim.observedAt ? read : claim;
      chosen.set(id, { ...last, live: claim.live || read.live });
    }
  }
  return [...chosen.values()]
    .filter((m) => (conversation.vanished.get(m.id) ?? -1) < m.observedAt)
    .sort((a, b) => a.at - b.at || ORDER[a.author] - ORDER[b.author] || (a.id < b.id ? -1 : 1));
}

export const isCustomer = (m: Message): boolean => m.author === 'customer' && !m.private;
export const isHuman = (m: Message): boolean => m.author === 'human' && !m.private;
export const isBot = (m: Message): boolean => m.author === 'bot' && !m.private;
export const isNote = (m: Message): boolean => m.author === 'human' && m.private;
export const isTeam = (m: Message): boolean => isHuman(m) || isBot(m);
