import type { Change } from '../track.ts';
import type { Transfer } from '../transfers.ts';
import type { Dimensions, Transition } from '../transition.ts';
import type { Story } from './story.ts';

/** `assigned`, `unassigned`, `rerouted`, `handed_off{agent,team}` (metrics.md 1.4). */
export function ownership(story: Story): Transition[] {
  const transitions: Transition[] = [];
  for (const change of story.timeline.assignee.changes) {
    const kind = change.from === null ? 'assigned' : change.to === null ? 'unassigned' : null;
    if (!kind) continue;
    const { at, atMin, live } = change;
    transitions.push({ kind, at, atMin, live, dims: story.dimsAt({ change: at }), ms: null });
  }
  for (const transfer of story.transfers) {
    const { kind, at, atMin, live, isPingpong } = transfer;
    const moved = { kind, at, atMin, live, dims: dimsBefore(story, transfer), ms: null };
    const isCounted = isPingpong && kind !== 'rerouted';
    transitions.push(isCounted ? { ...moved, amounts: { pingpong: 1 } } : moved);
  }
  return transitions;
}

/** A transfer stands in the rows of those who gave the conversation away. */
export const dimsBefore = (story: Story, { at, from, changes }: Transfer): Dimensions =>
  ownedBefore(story, at, firstOf(changes).at, from);

/** The values at an instant, but whose it was before another, where that is not known better. */
export function ownedBefore(
  story: Story,
  at: number,
  before: number,
  known: Transfer['from'] = {},
): Dimensions {
  const { team, assignee } = story.dimsAt({ change: before - 1 });
  return { ...story.dimsAt({ change: at }), team, assignee, ...known };
}

const firstOf = (changes: readonly Change<unknown>[]): Change<unknown> =>
  changes.reduce((first, change) => (change.at < first.at ? change : first));
