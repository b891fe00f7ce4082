/** What takes a conversation out of everything, and what brings it back (metrics.md 1.4, section 2). */

import type { Change } from './attribute.ts';
import { atChange, type Case, type Transition } from './case.ts';
import type { Declared } from './declared.ts';
import { rowNow } from './rows.ts';
import type { Observation, Story } from './story.ts';

export interface Removal {
  /** It is removed now. */
  readonly isRemoved: boolean;
  /** The removal that stands, and the restoration that followed it. */
  readonly transitions: readonly Transition[];
}

type Reason = 'group' | 'spam';

/** What each look knew: what that did not see is as it was. */
interface Known {
  readonly group: boolean;
  readonly spam: boolean;
}

export function removalOf(found: Case): Removal {
  const { story } = found;
  const looks = knownAtLooks(story.observations, found.declared);
  const last = looks.length - 1;
  const reason = reasonAt(looks, last);
  if (story.isGone) return { isRemoved: true, transitions: [deleted(found)] };
  if (reason) return { isRemoved: true, transitions: [labelled(found, looks, last, reason)] };
  const back = looks.findLastIndex((_, i) => i > 0 && reasonAt(looks, i - 1) !== null);
  const foundAgain = foundAgainAt(story);
  const index = Math.max(back, foundAgain);
  if (index < 0) return { isRemoved: false, transitions: [] };
  const removed =
    index === foundAgain
      ? deleted(found)
      : labelled(found, looks, index - 1, reasonAt(looks, index - 1)!);
  const { u } = story.observations[index]!;
  const restored = atChange(found, 'restored', changeAt(index, u));
  return { isRemoved: false, transitions: [removed, restored] };
}

function knownAtLooks(observations: readonly Observation[], declared: Declared): Known[] {
  const { spamStatuses, spamTags } = declared;
  let group = false;
  let tags: readonly string[] = [];
  let slug = '';
  return observations.map(({ body }) => {
    if (body.isGroup !== undefined) group = body.isGroup === true;
    if (body.tags !== undefined) tags = body.tags ?? [];
    if (body.stateSlug !== undefined) slug = body.stateSlug ?? '';
    const isTagged = tags.some((tag) => spamTags.includes(tag.toLowerCase()));
    return { group, spam: isTagged || spamStatuses.includes(slug.toLowerCase()) };
  });
}

function reasonAt(looks: readonly Known[], index: number): Reason | null {
  const look = looks[index];
  if (look?.group) return 'group';
  return look?.spam ? 'spam' : null;
}

/** Since the first look from which on it has been so; one of a forgotten chapter is that chapter's. */
function labelled(found: Case, looks: readonly Known[], until: number, reason: Reason): Transition {
  const since = looks.findLastIndex((look, i) => i < until && !look[reason]) + 1;
  const { past, observations } = found.story;
  const kind = `removed.${reason}`;
  if (since === 0 && past?.removed?.kind === kind) return past.removed;
  const removed = atChange(found, kind, changeAt(since, observations[since]!.u));
  return { ...removed, row: rowNow(found) };
}

function deleted(found: Case): Transition {
  const at = found.story.goneAt;
  return { kind: 'removed.deleted', at, live: true, row: rowNow(found), ms: null, rank: 1 };
}

/** Index of the first look of this chapter that found it after it had been gone; -1: none. */
function foundAgainAt({ goneAt, past, observations }: Story): number {
  const wasGone = past !== null && past.goneAt >= past.readAt;
  if (goneAt < 0 || (past !== null && goneAt === past.goneAt && !wasGone)) return -1;
  return observations.findIndex(
    ({ fact }) => fact !== null && fact.via === 'rest' && fact.observedAt > goneAt,
  );
}

const changeAt = (index: number, u: number): Change => ({
  ...{ from: null, to: null, at: u, atMin: u, isExact: false, seenAt: u },
  index,
});
