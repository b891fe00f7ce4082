/** What the customer thought of it: the last rating on the declared scale (metrics.md 1.4, 4). */

import { type Change, second, type Value } from './attribute.ts';
import { atChange, isPublic } from './case.ts';
import type { Case, Story } from './conversation.ts';
import type { Message } from './observed.ts';
import { type Giver, given, ownerAt } from './rows.ts';
import type { Transition } from './transition.ts';

/** The one rating that stands, of a forgotten chapter if this one has none. */
export function rated(found: Case): Transition[] {
  const { scale } = found.declared;
  if (scale === null) return [];
  const isOnScale = (score: number): boolean =>
    Number.isInteger(score) && score >= scale.min && score <= scale.max;
  const last = shown(found).findLast((change) => isOnScale(lastOf(change)));
  if (!last) return found.story.past?.rated ? [found.story.past.rated] : [];
  const rating = atChange(found, 'rated', last);
  const isPositive = lastOf(last) >= scale.positiveFrom;
  return [{ ...rating, row: given(rating.row, ratedOf(found, last)), isPositive }];
}

const lastOf = ({ to }: Change): number => (JSON.parse(to!) as number[]).at(-1)!;

/** Lists that a look showed anew and not empty; the first look's are new, but not a summary's. */
function shown({ csat, story }: Case): Change[] {
  const { first, changes } = csat;
  const all = [...changes];
  if (first && !(story.past && first.index === 0)) {
    const { value, u, index } = first;
    all.unshift({ from: null, to: value, at: u, atMin: u, isExact: false, seenAt: u, index });
  }
  return all.filter(({ to }) => to !== null);
}

/** Who had it at the last close before it, else at it; where nobody did, who wrote last. */
function ratedOf(found: Case, { at }: Change): Giver {
  const { story } = found;
  const heard = story.messages.filter((m) => second(m.at) <= second(at));
  const { assignee, team } = closerBefore(found, at) ?? ownerAt(found, at);
  return { assignee: assignee ?? lastHuman(story, heard), team };
}

/** Who had it at the last close by then, forgotten chapters included; null: it was never closed. */
export function closerBefore(found: Case, instant: number): Giver | null {
  const close = found.closes.findLast(({ at }) => at <= instant);
  if (close) return ownerAt(found, close.at);
  const { past } = found.story;
  if (!past) return null;
  // What no look had seen by then is as it was seen first.
  const { assigneeId, teamId } = past.last.body;
  const then = ownerAt(found, past.closedAt);
  return {
    assignee: assigneeId === undefined ? then.assignee : past.closer.assignee,
    team: teamId === undefined ? then.team : past.closer.team,
  };
}

/** Author of the last public human message of these, else of the forgotten chapters'. */
export function lastHuman({ past }: Story, heard: readonly Message[]): Value {
  const last = heard.findLast((m) => isPublic(m, 'human'));
  return last ? last.authorId : (past?.lastHuman ?? null);
}
