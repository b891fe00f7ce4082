/** When a conversation left every number, and when it came back (metrics.md 1.4, `removed`). */
import type { Amendments } from './amendments.ts';
import type { Declared } from './declared.ts';
import type { Look } from './looks.ts';
import { type Conversation, isGone, type Observation } from './model.ts';
import type { Change, Track } from './track.ts';
import { ofFields, track, valueNow } from './track.ts';

type Cause = 'merged' | 'retracted' | 'deleted' | 'group' | 'spam';

type Instant = Pick<Change<unknown>, 'at' | 'atMin' | 'live'>;

export interface Removal {
  readonly why: Cause;
  readonly removed: Instant;
  /** It has been so since before a forgotten chapter ended. */
  readonly isFromPast: boolean;
  /** null: it is still removed. */
  readonly restored: Instant | null;
}

interface RemovalTerms {
  readonly declared: Declared;
  readonly amendments: Amendments;
  /** Its last close, if it has one: since then it may be seen to be part of another. */
  readonly closedAt: number | null;
}

/** Since when it may be part of another one, as far as its own facts tell. */
const endedAt = ({ past, goneAt }: Conversation, closedAt: number | null): number =>
  closedAt ?? past?.closedAt ?? goneAt ?? 0;

/** As long as somebody says so: no fact of its own ends it. */
const forGood = (why: Cause, at: number): Removal => ({
  why,
  removed: { at, atMin: null, live: true },
  isFromPast: false,
  restored: null,
});

/** The one in force, else the last that ended; null: in this chapter there was none. */
export function removalOf(
  conversation: Conversation,
  looks: readonly Look[],
  { declared, amendments, closedAt }: RemovalTerms,
): Removal | null {
  const isLater = conversation.past !== null;
  const { merged, retractedAt } = amendments;
  if (merged) return forGood('merged', merged.at ?? endedAt(conversation, closedAt));
  if (retractedAt !== null) return forGood('retracted', retractedAt);
  // In their order: of several at once the first counts.
  const found = [
    deletion(conversation, looks),
    lastRun('group', track(looks, groupSeen), isLater),
    lastRun('spam', track(looks, spamSeen(declared)), isLater),
  ].filter((one) => one !== null);
  const inForce = found.find(({ restored }) => restored === null);
  if (inForce) return inForce;
  // Of equals the first stays.
  return found.reduce<Removal | null>(
    (last, one) => (last && last.restored!.at >= one.restored!.at ? last : one),
    null,
  );
}

/** Gone since the second read that did not find it, until the first that found it again. */
function deletion(conversation: Conversation, looks: readonly Look[]): Removal | null {
  const { goneAt, past } = conversation;
  if (goneAt === null) return null;
  const removed = { at: goneAt, atMin: null, live: true };
  if (isGone(conversation)) {
    return { why: 'deleted', removed, isFromPast: false, restored: null };
  }
  let finder: Look | null = null;
  for (const look of looks) {
    const { via, observedAt } = look.observation;
    if (via !== 'rest' || observedAt <= goneAt) continue;
    if (!finder || observedAt < finder.observation.observedAt) finder = look;
  }
  // A summary is a look of its own: what it found again is told of the chapter before.
  if (!finder || (past && finder === looks[0])) return null;
  const restored = { at: finder.at, atMin: null, live: finder.observation.live };
  return { why: 'deleted', removed, isFromPast: false, restored };
}

const groupSeen = ({ fields: { isGroup } }: Observation): boolean | undefined =>
  isGroup === undefined ? undefined : isGroup === true;

/** By its status or by a tag, each as it was last seen. */
function spamSeen({ spamStatuses, spamTags }: Declared): (o: Observation) => boolean | undefined {
  let byStatus: boolean | undefined;
  let byTag: boolean | undefined;
  return ofFields(({ stateSlug, tags }) => {
    if (stateSlug !== undefined) byStatus = spamStatuses.has(stateSlug?.toLowerCase() ?? '');
    if (tags !== undefined) byTag = (tags ?? []).some((tag) => spamTags.has(tag.toLowerCase()));
    return byStatus === undefined ? byTag : byStatus || byTag === true;
  });
}

function lastRun(why: Cause, seen: Track<boolean>, isLater: boolean): Removal | null {
  const begins = seen.changes.findLast(({ to }) => to);
  if (!begins && seen.first !== true) return null;
  const { firstAt: at, firstLive: live, firstPlace } = seen;
  const ended = seen.changes.findLast(({ to }) => !to);
  return {
    why,
    removed: begins ?? { at, atMin: null, live },
    isFromPast: !begins && isLater && firstPlace === 0,
    restored: valueNow(seen) || !ended ? null : ended,
  };
}
