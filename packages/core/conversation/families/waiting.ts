/** Who is owed a reply (metrics.md 1.4, "Owed"): a wait that a bot covers is not shown as one. */
import { coverOf } from '../cover.ts';
import type { Waiting } from '../model.ts';
import type { Turn } from '../turns.ts';
import type { Story } from './story.ts';

const NEVER: number = Number.NEGATIVE_INFINITY;

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
  return { waiting: isLate(story, turn) ? { ...waiting, isLate: true } : waiting, dueAt: null };
}

/** A first reply that was promised by now. */
const isLate = ({ sla }: Story, { number }: Turn): boolean =>
  number === 1 && sla?.find(({ kind }) => kind === 'first')?.isBreached === true;

/** From when on the wait is not covered; never, and for ever, are infinite. */
function coverEnd({ timeline }: Story, turn: Turn): number {
  const { intervals, takenAt } = coverOf(timeline, turn);
  return takenAt === null ? (intervals.at(-1)?.to ?? NEVER) : NEVER;
}
