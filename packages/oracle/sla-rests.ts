/** What the clock of a resolution does not count: rests that the policy names, and what was closed. */

import type { Attribute } from './attribute.ts';
import type { Case } from './conversation.ts';
import { holdsOf } from './holds.ts';
import type { Stretch } from './hours.ts';

export interface Rests {
  readonly stretches: readonly Stretch[];
  /** Before this instant time alone changes nothing of it. */
  readonly until: number;
}

/** Closed chapters included. A snooze that lasts is over when it is to end. */
export function restsOf(found: Case, T: number): Rests {
  const { past } = found.story;
  const { pauseOn } = found.sla!;
  const stretches = [...(past?.earlier ?? []), found].flatMap((chapter) => {
    const holds = holdsOf(chapter, T, pauseOn);
    const held = holds.intervals.map(({ from, ended }) => ({ from, to: ended?.at ?? holds.until }));
    const waited = pauseOn.includes('waiting_on_customer')
      ? spent(chapter.state, 'waiting_on_customer')
      : [];
    return [...held, ...waited, ...closedIn(chapter)];
  });
  return { stretches, until: holdsOf(found, T, pauseOn).until };
}

/** From the first look that saw the value, or a change to it, to the next change. */
function spent({ first, changes }: Attribute, value: string): Stretch[] {
  const values = changes.map(({ to, at }, i) => ({ to, at, end: changes[i + 1]?.at }));
  if (first) values.unshift({ to: first.value, at: first.u, end: changes[0]?.at });
  return values
    .filter(({ to }) => to === value)
    .map(({ at, end }) => ({ from: at, to: end ?? Number.POSITIVE_INFINITY }));
}

/** From a close to its reopening, which may lie in a later chapter: that knows when it was closed. */
function closedIn({ state, story }: Case): Stretch[] {
  const [reopened] = state.changes;
  const before = story.past && reopened ? [{ from: story.past.closedAt, to: reopened.at }] : [];
  const reopenedOnes = spent({ first: null, changes: state.changes }, 'closed').filter(
    ({ to }) => to !== Number.POSITIVE_INFINITY,
  );
  return [...before, ...reopenedOnes];
}
