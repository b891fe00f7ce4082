/**
 * How long people are taken to have worked on what they wrote (metrics.md 3.2, `average-handle-time`,
 * `~estimated`): since the latest thing said before it, or since they were given it.
 */
import { second } from '../time/instant.ts';
import type { Past, Start } from './chapter.ts';
import { isHuman, isNote } from './messages.ts';
import type { Message } from './model.ts';
import type { Timeline } from './timeline.ts';

const LEAST_MS = 30_000;
const MOST_MS = 600_000;

/** By id of what a person wrote, from the start on; ms. */
export type Handling = ReadonlyMap<string, number>;

export function handlingOf(timeline: Timeline, past: Past | null, start: Start | null): Handling {
  const found = new Map<string, number>();
  if (!start) return found;
  // What was said in a forgotten chapter is long ago.
  let saidAt = hasSaid(past) ? Number.NEGATIVE_INFINITY : null;
  for (const message of timeline.messages) {
    if ((isHuman(message) || isNote(message)) && message.at >= start.at) {
      const since = latest(saidAt, givenAt(timeline, message));
      const ms = since === null ? LEAST_MS : message.at - since;
      found.set(message.id, Math.min(MOST_MS, Math.max(LEAST_MS, ms)));
    }
    saidAt = message.at;
  }
  return found;
}

const hasSaid = (past: Past | null): boolean =>
  past !== null && (past.start !== null || past.spoken.human || past.spoken.bot);

/** When its author was given the conversation last, before it; null: not as far as a look saw. */
function givenAt({ assignee }: Timeline, { at, authorId }: Message): number | null {
  if (authorId === null) return null;
  const isBefore = (change: { readonly at: number; readonly to: string | null }): boolean =>
    change.to === authorId && second(change.at) < second(at);
  return assignee.changes.findLast(isBefore)?.at ?? null;
}

const latest = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.max(a, b);
