import type { Removal } from '../removals.ts';
import type { Transition } from '../transition.ts';
import type { Story } from './story.ts';

/** `removed{spam, deleted, group, retracted}`, `merged_away` and `restored` (metrics.md 1.4). */
export function removal(story: Story): Transition[] {
  const { past, timeline } = story;
  const found = timeline.removal;
  if (!found) return [...(past?.removed ?? [])];
  const removed = removedOf(story, found);
  if (!found.restored) return [removed];
  const { at, atMin, live } = found.restored;
  const dims = story.dimsAt({ change: at });
  return [removed, { kind: 'restored', at, atMin, live, dims, ms: null }];
}

function removedOf(story: Story, { why, removed, isFromPast }: Removal): Transition {
  const kind = why === 'merged' ? 'merged_away' : (`removed.${why}` as const);
  const known = story.past?.removed?.[0];
  if (isFromPast && known?.kind === kind) return known;
  const { at, atMin, live } = removed;
  return { kind, at, atMin, live, dims: story.dimsAt('now'), ms: null };
}
