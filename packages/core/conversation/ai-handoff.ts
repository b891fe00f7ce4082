/** When a bot gave the conversation to a person (metrics.md 1.4, `ai_handed_off`). */
import { second } from '../time/instant.ts';
import type { Past } from './chapter.ts';
import { type When, whenSaid } from './dims.ts';
import { isBot, isHuman } from './messages.ts';
import type { Timeline } from './timeline.ts';

export interface AiHandoff {
  readonly at: number;
  /** A person's message, or somebody was made the owner. */
  readonly when: When;
  readonly live: boolean;
  /** Place of the bot's first message; null: it was in a chapter that is closed. */
  readonly bot: number | null;
}

/** Once: after the first bot message a person owns it, or writes, whichever came first. */
export function aiHandoffOf({ messages, assignee }: Timeline, past: Past | null): AiHandoff | null {
  const known = past?.aiHandedAt ?? null;
  if (known !== null) return { at: known, when: 'now', live: false, bot: null };
  const bot = messages.findIndex(isBot);
  if (bot < 0) return null;
  const from = second(messages[bot]!.at);
  const owned = assignee.changes.find(({ to, at }) => to !== null && second(at) >= from);
  const said = messages.find((m, place) => place > bot && isHuman(m));
  if (said && (!owned || second(said.at) <= second(owned.at))) {
    return { at: said.at, when: whenSaid(said), live: said.live, bot };
  }
  return owned ? { at: owned.at, when: { change: owned.at }, live: owned.live, bot } : null;
}
