import { whenSaid } from '../dims.ts';
import { isBot, isHuman, isTeam } from '../messages.ts';
import type { Message } from '../model.ts';
import type { Transition, TransitionKind } from '../transition.ts';
import { FIRST_RESPONSE, withVendorMs } from '../vendor-seconds.ts';
import { closesBefore, isAfter, type Story, spent } from './story.ts';

/**
 * `first_reply_human`, `_any`, `_ai` (metrics.md 1.4). Never restarted by a reopen; a close before
 * the reply means there is none (`closed_first`).
 */
export function replies(story: Story): Transition[] {
  const { start, timeline, past, noMessages } = story;
  if (!start || past?.start || noMessages) return [];
  const human = timeline.messages.find((m) => isHuman(m) && isAfter(m, start.at));
  const any = timeline.messages.find((m) => isTeam(m) && isAfter(m, start.at));
  const bot = timeline.messages.find((m) => isBot(m) && isAfter(m, start.at));
  const botFirst = bot && !timeline.messages.some((m) => isHuman(m) && isBetween(m, start.at, bot));
  const first = reply(story, 'first_reply_human', human);
  return [
    first && withVendorMs(first, timeline.vendorSeconds, FIRST_RESPONSE),
    reply(story, 'first_reply_any', any),
    reply(story, 'first_reply_ai', botFirst ? bot : undefined),
  ].filter((t) => t !== null);
}

const isBetween = (m: Message, from: number, bot: Message): boolean =>
  m.at >= from && m.at < bot.at;

function reply(
  story: Story,
  kind: TransitionKind,
  message: Message | undefined,
): Transition | null {
  const { start, closes } = story;
  if (!message || !start) return null;
  if (closes.some((close) => closesBefore(close, start.at, message.at))) return null;
  const { at, live } = message;
  const dims = story.dimsAt(whenSaid(message));
  return { kind, at, atMin: null, live, dims, ...spent(story, start.at, at, dims) };
}
