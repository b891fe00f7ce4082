/** Where a bot gives a conversation to a person, once, and who then answers (metrics.md 1.4). */
import { second } from './attribute.ts';
import { atChange, atMessage, type Case, inOrder, isPublic, type Transition } from './case.ts';
import { ownerOf } from './rows.ts';
import type { Message } from './story.ts';

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
  const handoff = aiHandoff(found);
  if (!handoff) return [];
  const { messages } = found.story;
  const reply = after(messages, firstBot(messages)!).find(
    (m) => isPublic(m, 'human') && second(m.at) >= second(handoff.at),
  );
  if (!reply) return [handoff];
  return [handoff, atMessage(found, 'first_reply_after_handoff', reply, handoff.at)];
}

const firstBot = (messages: readonly Message[]): Message | undefined =>
  messages.find((m) => isPublic(m, 'bot'));

const after = (messages: readonly Message[], bot: Message): readonly Message[] =>
  messages.slice(messages.indexOf(bot) + 1);
