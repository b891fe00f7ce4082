/** Who is owed a reply (metrics.md 1.4, "Owed"): a wait that a bot covers is not shown as one. */
import { MINUTE_MS } from '../../time/instant.ts';
import { isBot } from '../messages.ts';
import type { Waiting } from '../model.ts';
import { second } from '../track.ts';
import type { Turn } from '../turns.ts';
import type { Story } from './story.ts';

/** So long a customer's message may stay unanswered by the bot that covers the wait. */
const COVER_MS: number = 2 * MINUTE_MS;

export interface Owed {
  readonly waiting: Waiting | null;
  /** When the cover ends of itself; null: it does not. */
  readonly dueAt: number | null;
}

export function owed(story: Story, T: number): Owed {
  const turn = story.turns.running;
  if (!turn) return { waiting: null, dueAt: null };
  const endsAt = coverEnd(story, turn);
  if (endsAt > T) return { waiting: null, dueAt: Number.isFinite(endsAt) ? endsAt : null };
  const waiting = { since: turn.opened.at, turn: turn.number, dims: story.dimsAt('now') };
  return { waiting, dueAt: null };
}

/** From when on the wait is not covered; never, and for ever, are infinite. */
function coverEnd({ timeline }: Story, { opened, newest }: Turn): number {
  const { messages, assignee } = timeline;
  const bots = messages.filter((m, place) =>
    opened.place < 0 ? isBot(m) && m.at >= opened.at : isBot(m) && place > opened.place,
  );
  const first = bots[0];
  if (!first) return Number.NEGATIVE_INFINITY;
  const isTaken = assignee.changes.some(
    ({ to, at }) => to !== null && second(at) >= second(first.at),
  );
  if (isTaken) return Number.NEGATIVE_INFINITY;
  const isAnswered = messages.indexOf(bots.at(-1)!) > newest.place;
  return isAnswered ? Number.POSITIVE_INFINITY : newest.at + COVER_MS;
}
