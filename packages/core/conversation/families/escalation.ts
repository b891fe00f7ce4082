import type { Escalation } from '../escalations.ts';
import type { Dimensions, Transition } from '../transition.ts';
import { dimsBefore, ownedBefore } from './ownership.ts';
import type { Story } from './story.ts';

/** `escalated{tier_up, engineering, manager, declared}` (metrics.md 1.4). */
export const escalation = (story: Story): Transition[] =>
  story.escalations.map((one) => {
    const { at, atMin, live } = one.change;
    const dims = dimsOfEscalation(story, one);
    return { kind: `escalated.${one.kind}`, at, atMin, live, dims, ms: null };
  });

/** In the row of those who gave it up; one that is a transfer stands where that stands. */
export function dimsOfEscalation(story: Story, { change, from, isOwning }: Escalation): Dimensions {
  const transfer =
    isOwning && story.transfers.find(({ changes }) => changes.some((c) => c === change));
  return transfer ? dimsBefore(story, transfer) : ownedBefore(story, change.at, change.at, from);
}
