/** The messages of a conversation that stand, in order, and who wrote them to whom. */
import type { AuthorKind } from '../facts/fact.ts';
import type { Amendments } from './amendments.ts';
import type { Conversation, Message } from './model.ts';

const ORDER: Readonly<Record<AuthorKind, number>> = {
  customer: 0,
  bot: 1,
  human: 2,
  automation: 3,
  author_unknown: 3,
};

/** Authors whose kind somebody corrected. */
export type AuthorKinds = ReadonlyMap<string, AuthorKind>;

/**
 * The messages that stand, those of what was merged into it among them, in order: at; then customer,
 * bot, human, automation; then id.
 */
export function messagesOf(
  conversation: Conversation,
  { adopted, retractedMessages }: Pick<Amendments, 'adopted' | 'retractedMessages'>,
  authorKinds: AuthorKinds,
): Message[] {
  const own = standing(conversation);
  const all = adopted.length === 0 ? own : union(conversation, own, adopted);
  return all
    .filter((m) => !retractedMessages.has(m.id))
    .map((m) => authored(m, authorKinds))
    .sort((a, b) => a.at - b.at || ORDER[a.author] - ORDER[b.author] || (a.id < b.id ? -1 : 1));
}

function authored(message: Message, kinds: AuthorKinds): Message {
  const author = message.authorId === null ? undefined : kinds.get(message.authorId);
  return author === undefined || author === message.author ? message : { ...message, author };
}

/** A message that several of them hold is one, as it was observed last. */
function union(
  { past }: Conversation,
  own: readonly Message[],
  adopted: readonly Conversation[],
): Message[] {
  const through = past?.through ?? Number.NEGATIVE_INFINITY;
  const chosen = new Map(own.map((m) => [m.id, m]));
  for (const m of adopted.flatMap(standing)) {
    if (m.at <= through) continue;
    const known = chosen.get(m.id);
    const last = known && !isNewer(m, known) ? known : m;
    chosen.set(m.id, known ? { ...last, live: known.live || m.live } : m);
  }
  return [...chosen.values()];
}

/** The last look at a message wins; of two at the same instant, the same one in any order. */
export function isNewer(a: Message, b: Message): boolean {
  if (a.observedAt !== b.observedAt) return a.observedAt > b.observedAt;
  return messageText(a) > messageText(b);
}
const messageText = (m: Message): string =>
  `${m.at}|${m.author}|${m.authorId}|${m.private}|${m.channel}`;

/** What no read of its thread has missed since. */
export function standing(conversation: Conversation): Message[] {
  const chosen = new Map(conversation.restMessages);
  for (const [id, claim] of conversation.bodyMessages) {
    const read = chosen.get(id);
    if (!read) chosen.set(id, claim);
    else {
      const last = read.observedAt >= claim.observedAt ? read : claim;
      chosen.set(id, { ...last, live: claim.live || read.live });
    }
  }
  return [...chosen.values()].filter((m) => (conversation.vanished.get(m.id) ?? -1) < m.observedAt);
}

export const isCustomer = (m: Message): boolean => m.author === 'customer' && !m.private;
export const isHuman = (m: Message): boolean => m.author === 'human' && !m.private;
export const isBot = (m: Message): boolean => m.author === 'bot' && !m.private;
export const isNote = (m: Message): boolean => m.author === 'human' && m.private;
export const isTeam = (m: Message): boolean => isHuman(m) || isBot(m);
