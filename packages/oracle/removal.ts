/** What takes a conversation out of everything, and what brings it back (metrics.md 1.4, section 2). */

import type { Change } from './attribute.ts';
import { atChange } from './case.ts';
import type { Case, Story } from './conversation.ts';
import type { Declared } from './declared.ts';
import type { Observation } from './observed.ts';
import { rowNow } from './rows.ts';
import type { Transition } from './transition.ts';

export interface Removal {
  /** It is removed now. */
  readonly isRemoved: boolean;
  /** The removal that stands, and the restoration that followed it. */
  readonly transitions: readonly Transition[];
}

/** By precedence, after deletion. */
const REASONS = ['group', 'spam'] as const;
type Reason = (typeof REASONS)[number];

/** What each look knew: what that did not see is as it was. */
interface Known {
  readonly group: boolean;
  readonly spam: boolean;
}

export function removalOf(found: Case): Removal {
  const { story } = found;
  if (story.out) return { isRemoved: true, transitions: [outOf(found, story.out)] };
  const looks = knownAtLooks(story.observations, found.declared);
  const now = looks.at(-1);
  const reason = REASONS.find((one) => now?.[one]);
  if (story.isGone) return { isRemoved: true, transitions: [deleted(found)] };
  if (reason)
    return { isRemoved: true, transitions: [labelled(found, looks, looks.length - 1, reason)] };
  const ends = [
    { reason: null, index: foundAgainAt(story) },
    ...REASONS.map((one) => ({ reason: one, index: endOf(looks, one) })),
  ];
  const index = Math.max(...ends.map((end) => end.index));
  if (index < 0) return { isRemoved: false, transitions: story.past?.removal ?? [] };
  const { u } = story.observations[index]!;
  // Of what ended at one instant the first by precedence was its removal.
  const last = ends.find((end) => story.observations[end.index]?.u === u)!;
  const removed = last.reason
    ? labelled(found, looks, last.index - 1, last.reason)
    : deleted(found);
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

/** Index of the look at which it ended last; -1: never. */
const endOf = (looks: readonly Known[], reason: Reason): number =>
  looks.findLastIndex((look, i) => !look[reason] && looks[i - 1]?.[reason]);

/** Since the first look from which on it has been so; one of a forgotten chapter is that chapter's. */
function labelled(found: Case, looks: readonly Known[], until: number, reason: Reason): Transition {
  const since = looks.findLastIndex((look, i) => i < until && !look[reason]) + 1;
  const { past, observations } = found.story;
  const kind = `removed.${reason}`;
  if (since === 0 && past?.removal[0]?.kind === kind) return past.removal[0];
  const removed = atChange(found, kind, changeAt(since, observations[since]!.u));
  return { ...removed, row: rowNow(found) };
}

/** By somebody's word, or part of another: since it was said, else since its own end. */
function outOf(found: Case, { kind, at }: NonNullable<Story['out']>): Transition {
  const { closes, story } = found;
  const end = closes.at(-1)?.at ?? story.past?.closedAt ?? story.goneAt;
  return { kind, at: at ?? end, live: true, row: rowNow(found), lasted: null, rank: 1 };
}

function deleted(found: Case): Transition {
  const at = found.story.goneAt;
  return { kind: 'removed.deleted', at, live: true, row: rowNow(found), lasted: null, rank: 1 };
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
