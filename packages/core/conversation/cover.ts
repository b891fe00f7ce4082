/**
 * When a bot covers the wait of a customer (metrics.md 1.4, "Owed"): from its first message on, while the
 * newest customer message is answered by a bot or younger than two minutes, until a person takes it.
 */
import { MINUTE_MS, second } from '../time/instant.ts';
import type { Interval } from './intervals.ts';
import { isBot, isCustomer } from './messages.ts';
import type { Message } from './model.ts';
import type { Timeline } from './timeline.ts';
import type { Turn } from './turns.ts';

/** So long a customer's message may stay unanswered by the bot that covers the wait. */
const COVER_MS: number = 2 * MINUTE_MS;

export interface Cover {
  /** In order, they may overlap; the last one may have no end, or one that is still to come. */
  readonly intervals: readonly Interval[];
  /** Since when a person has it; null: nobody took it. */
  readonly takenAt: number | null;
}

const NO_COVER: Cover = { intervals: [], takenAt: null };

export function coverOf({ messages, assignee }: Timeline, turn: Turn): Cover {
  const said = messages.filter((m, place) => isOf(turn, m, place) && (isBot(m) || isCustomer(m)));
  const first = said.findIndex(isBot);
  if (first < 0) return NO_COVER;
  const from = second(said[first]!.at);
  const taken = assignee.changes.find(({ to, at }) => to !== null && second(at) >= from);
  const intervals = said.slice(first).map((m, i): Interval => {
    const next = said[first + i + 1]?.at ?? Number.POSITIVE_INFINITY;
    return { from: m.at, to: isBot(m) ? next : m.at + COVER_MS };
  });
  return { intervals, takenAt: taken?.at ?? null };
}

/** Written while the turn ran. */
function isOf({ opened, end }: Turn, m: Message, place: number): boolean {
  const isSince = opened.place < 0 ? m.at >= opened.at : place > opened.place;
  if (!isSince || !end) return isSince;
  return end.kind === 'answered' ? m.at <= end.message.at : second(m.at) <= second(end.change.at);
}
