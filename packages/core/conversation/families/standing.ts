import type { Open } from '../model.ts';
import { valueNow } from '../track.ts';
import type { Story } from './story.ts';

/** In the backlog: created, and not closed (metrics.md 3.2, `backlog`); null: it is not. */
export function openNow({ timeline, dimsAt }: Story): Open | null {
  const { createdAt, holds } = timeline;
  const state = valueNow(timeline.state) ?? 'unknown';
  if (createdAt === null || state === 'closed') return null;
  const isHeld = holds.all.at(-1)?.end === null;
  return { createdAt, state, isHeld, dims: dimsAt('now') };
}
