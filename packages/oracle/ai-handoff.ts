/** Where a bot gives a conversation to a person, once, and who then answers (metrics.md 1.4). */

import { second, type Value } from './attribute.ts';
import { atChange, atMessage, DAY_MS, inOrder, isPublic, isWithin } from './case.ts';
import type { Case } from './conversation.ts';
import { wordsOf } from './labels.ts';
import type { Message } from './observed.ts';
import { moves } from './owners.ts';
import { ownerOf } from './rows.ts';
import type { Transition } from './transition.ts';

/** Of the present chapter; none if an earlier one had it. */
export function aiHandoff(found: Case): Transition | null {
  const { story, assignee } = found;
  const bot = firstBot(story.messages);
  if (!bot || story.past?.aiHandedOffAt != null) return null;
  const given = assignee.changes.find(
    ({ to, at }) => ownerOf(found, to) !== null && second(at) >= second(bot.at),
  );
  const reply = after(story.messages, bot).find((m) => isPublic(m, 'human'));
  const candidates: Transition[] = [];
  if (given) candidates.push(atChange(found, 'ai_handed_off', given));
  if (reply) candidates.push(atMessage(found, 'ai_handed_off', reply, null));
  return candidates.sort(inOrder)[0] ?? null;
}

/** When a bot gave it away, forgotten chapters included; null: never. */
export const aiHandedOffAt = (found: Case): number | null =>
  found.story.past?.aiHandedOffAt ?? aiHandoff(found)?.at ?? null;

export function aiHandoffs(found: Case): Transition[] {
  const given = aiHandoff(found);
  if (!given) return [];
  const handoff = { ...given, isBounced: isBounced(found, given), filled: filledAt(found, given) };
  const { messages } = found.story;
  const reply = after(messages, firstBot(messages)!).find(
    (m) => isPublic(m, 'human') && second(m.at) >= second(handoff.at),
  );
  if (!reply) return [handoff];
  return [handoff, atMessage(found, 'first_reply_after_handoff', reply, handoff.at)];
}

/** To another team, or back to a bot, within a day after it. */
function isBounced(found: Case, handoff: Transition): boolean {
  const toTeams = moves(found).transitions.filter(({ kind }) =>
    ['rerouted', 'handed_off.team'].includes(kind),
  );
  const isBot = (user: Value): boolean => user !== null && found.isNobody(user);
  const toBots = found.assignee.changes
    .filter(({ from, to }) => isBot(to) && !isBot(from))
    .map((change) => atChange(found, 'back', change));
  return [...toTeams, ...toBots].some(
    (one) => inOrder(handoff, one) < 0 && isWithin(handoff, one, DAY_MS),
  );
}

/** When it was given away; a message met what changed before its second. */
function filledAt({ fields }: Case, { at, rank }: Transition): readonly string[] | null {
  if (fields.first === null) return null;
  const isMessage = rank === 0;
  const known = fields.changes.filter((change) =>
    isMessage ? second(change.at) < second(at) : change.at <= at,
  );
  return wordsOf(known.length > 0 ? known.at(-1)!.to : fields.first.value);
}

const firstBot = (messages: readonly Message[]): Message | undefined =>
  messages.find((m) => isPublic(m, 'bot'));

const after = (messages: readonly Message[], bot: Message): readonly Message[] =>
  messages.slice(messages.indexOf(bot) + 1);
