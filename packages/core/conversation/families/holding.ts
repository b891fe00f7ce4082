import type { Transition } from '../transition.ts';
import type { Story } from './story.ts';

/** `held` and `unheld` (metrics.md 1.4). */
export const holding = (story: Story): Transition[] =>
  story.timeline.holds.all.flatMap(({ change, end }) => {
    const transitions: Transition[] = [];
    if (change) {
      const { at, atMin, live } = change;
      const dims = story.dimsAt({ change: at });
      transitions.push({ kind: 'held', at, atMin, live, dims, ms: null });
    }
    if (end) {
      const { at, atMin, live, isMessage } = end;
      const dims = story.dimsAt(isMessage ? { message: at } : { change: at });
      transitions.push({ kind: 'unheld', at, atMin, live, dims, ms: null });
    }
    return transitions;
  });

/** The parts of [from, to) in which the conversation rested. */
export function heldWithin(
  { timeline }: Story,
  from: number,
  to: number,
): (readonly [number, number])[] {
  return timeline.holds.all.flatMap(({ at, end }) => {
    const part = [Math.max(at, from), Math.min(end?.at ?? to, to)] as const;
    return part[0] < part[1] ? [part] : [];
  });
}
