/**
 * What is forgotten of a conversation, and what stays (metrics.md 1.3): after a day without news
 * equal looks in a row are their first and their last, which changes nothing that is derived; 35 days
 * after the last news a closed conversation is a summary that later facts continue from.
 */

import type { RawPosition } from '../facts/fact.ts';
import { compareRaw } from '../facts/fact.ts';
import { DAY_MS } from '../time/instant.ts';
import type { Past } from './chapter.ts';
import { isReopenedSinceFirst } from './families/cohorts.ts';
import { type Story, spokenIn } from './families/story.ts';
import { within } from './intervals.ts';
import { isFirstClose } from './joined.ts';
import { isHuman } from './messages.ts';
import {
  type CompactIssue,
  type Conversation,
  latest,
  NO_CHANGES,
  type Observation,
} from './model.ts';
import { resolutionPauses } from './sla.ts';
import { handoffsOf } from './transfers.ts';
import type { Transition } from './transition.ts';
import { vendorSecondsIn } from './vendor-seconds.ts';

export const SHRINK_AFTER_MS: number = DAY_MS;
export const SUMMARY_AFTER_MS: number = 35 * DAY_MS;

/** When it was last heard of: a function of the set of its facts alone. */
export function quietSince({ observations, restMessages, bodyMessages }: Conversation): number {
  let newest = Number.NEGATIVE_INFINITY;
  for (const { observedAt } of observations) newest = Math.max(newest, observedAt);
  for (const { observedAt } of restMessages.values()) newest = Math.max(newest, observedAt);
  for (const { observedAt } of bodyMessages.values()) newest = Math.max(newest, observedAt);
  return newest;
}

/** A summary that nothing was added to. */
export const isSummary = ({
  past,
  observations,
  restMessages,
  bodyMessages,
}: Conversation): boolean =>
  past !== null && observations.length === 1 && restMessages.size + bodyMessages.size === 0;

/** Drops every look between two that say the same. True if there was one. */
export function shrink(conversation: Conversation): boolean {
  if (isShrunk(conversation)) return false;
  const { observations } = conversation;
  conversation.observations = observations.filter((_, i) => !isBetweenEquals(observations, i));
  return true;
}

/** Of what was gone once, the look that found it again says so. */
export const isShrunk = ({ observations, goneAt }: Conversation): boolean =>
  goneAt !== null || !observations.some((_, i) => isBetweenEquals(observations, i));

function isBetweenEquals(looks: readonly Observation[], i: number): boolean {
  const [before, look, after] = [looks[i - 1], looks[i]!, looks[i + 1]];
  return (
    before !== undefined &&
    after !== undefined &&
    saysTheSame(before, look) &&
    saysTheSame(look, after)
  );
}

const saysTheSame = (a: Observation, b: Observation): boolean =>
  a.fields === b.fields && a.via === b.via && a.live === b.live;

/** Closed, and no customer waits for a person: nothing but something new changes it. */
export function isOver(conversation: Conversation): boolean {
  if (conversation.dueAt !== null) return false;
  if (latest(conversation, 'stateCategory') !== 'closed') return false;
  let running = 0;
  for (const { kind } of conversation.transitions) {
    if (kind === 'turn_opened') running += 1;
    else if (kind.startsWith('turn_')) running -= 1;
  }
  return running === 0;
}

/** Closes the chapter that `story` tells: one look and a `Past` are what is left of it. */
export function summarise(conversation: Conversation, story: Story): void {
  const { observations, restMessages, bodyMessages } = conversation;
  const { timeline } = story;
  const lookAt = timeline.lookAt;
  const closedAt = story.closes.at(-1)?.at ?? conversation.past?.closedAt ?? lookAt;
  const said = timeline.messages.at(-1)?.at ?? lookAt;
  conversation.past = {
    through: Math.max(lookAt, closedAt, said, conversation.past?.through ?? 0),
    closedAt,
    start: story.start && { ...story.start, provisional: false },
    firstHuman: story.firstHuman,
    lastOwner: lastHeld(timeline.assignee),
    lastTeam: lastHeld(timeline.team),
    spoken: spokenIn(timeline, conversation.past),
    aiHandedAt: story.aiHandoff?.at ?? null,
    turns: (conversation.past?.turns ?? 0) + story.turns.all.length,
    ...(isClaimed(conversation) ? { aiClaimed: true as const } : {}),
    ...handledIn(story, conversation.past),
    ...passedIn(story),
    ...lastOwnersOf(story, conversation.past, closedAt),
    ...slaOf(conversation, story, closedAt),
    ...firstCloseOf(conversation, story),
    ...standing(conversation),
    resolved: ofKind(conversation, 'resolved')[0] ?? null,
  };
  conversation.issueReadAfter = newest(conversation.issueReadAfter, observations);
  conversation.threadReadAfter = newest(conversation.threadReadAfter, bodyMessages.values());
  conversation.observations = [lastLook(conversation, lookAt)];
  for (const map of [restMessages, bodyMessages, conversation.vanished]) map.clear();
  const { through } = conversation.past;
  conversation.closers = conversation.closers.filter(({ at }) => at > through);
  conversation.transitions = standingIn(conversation.past, ofKind(conversation, 'repeated'));
  // What became of a claim is settled.
  if (conversation.asked) conversation.asked = { ...conversation.asked, claimedAt: null };
  conversation.joined = { ...conversation.joined, afterClaim: null };
  conversation.changes = NO_CHANGES;
  conversation.provisional = false;
}

function standingIn(past: Past, repeated: readonly Transition[]): Transition[] {
  const { opened, closed, resolved, resolutionSla, rated, removed = [] } = past;
  const own = [resolved, resolutionSla?.met, rated, ...removed, opened];
  return [...own, ...repeated, closed?.told].filter((t) => t != null);
}

const ofKind = ({ transitions }: Conversation, ...kinds: readonly string[]): Transition[] =>
  transitions.filter(({ kind }) => kinds.includes(kind));

const isClaimed = ({ past, transitions }: Conversation): boolean =>
  past?.aiClaimed === true || transitions.some(({ kind }) => kind.startsWith('ai_outcome.'));

/** What later facts may take back, where there is any. */
function standing(conversation: Conversation): Pick<Past, 'rated' | 'removed' | 'opened'> {
  const [rated] = ofKind(conversation, 'rated');
  const [opened] = ofKind(conversation, 'cohort.opened');
  // A retraction stands as long as somebody's word does.
  const removed = conversation.transitions.filter(
    ({ kind }) => kind.startsWith('removed.') && kind !== 'removed.retracted',
  );
  const restored = ofKind(conversation, 'restored');
  return {
    ...(rated ? { rated } : {}),
    ...(opened ? { opened } : {}),
    ...(removed.length > 0 ? { removed: [...removed, ...restored] } : {}),
  };
}

/** Another one on its topic, of the same customer, may yet be told of or taken back. */
function firstCloseOf({ transitions }: Conversation, story: Story): Pick<Past, 'closed'> {
  const told = transitions.find(isFirstClose);
  const [opened] = transitions.filter(({ kind }) => kind === 'cohort.opened');
  if (!told || opened?.amounts?.repeated === undefined) return {};
  return { closed: { told, isReturned: isReopenedSinceFirst(story) } };
}

function handledIn({ handling }: Story, past: Past | null): Pick<Past, 'handlingMs'> {
  const handlingMs = [...handling.values()].reduce((sum, ms) => sum + ms, past?.handlingMs ?? 0);
  return handlingMs > 0 ? { handlingMs } : {};
}

function passedIn(story: Story): Pick<Past, 'handoffs'> {
  const handoffs = handoffsOf(story);
  return handoffs > 0 ? { handoffs } : {};
}

/** In whose row a later rating stands: what the last look does not tell. */
function lastOwnersOf(
  story: Story,
  past: Past | null,
  closedAt: number,
): Pick<Past, 'closedOwners' | 'lastHumanBy'> {
  const known = story.closes.length === 0 ? past?.closedOwners : undefined;
  const { team, assignee } = known ?? story.dimsAt({ change: closedAt });
  const now = story.dimsAt('now');
  const isSame = team === now.team && assignee === now.assignee;
  const by = story.timeline.messages.findLast(isHuman)?.authorId ?? past?.lastHumanBy;
  return {
    ...(isSame ? {} : { closedOwners: { team, assignee } }),
    ...(by ? { lastHumanBy: by } : {}),
  };
}

/** Without a policy nobody knows what to count once the chapter is forgotten. */
function slaOf(
  { past, transitions }: Conversation,
  story: Story,
  closedAt: number,
): Pick<Past, 'resolutionSla'> {
  const { start, sla } = story;
  if (!start || !sla || (past?.start && !past.resolutionSla)) return {};
  const met = transitions.find(({ kind }) => kind === 'sla_met.resolution') ?? null;
  const isBreached =
    past?.resolutionSla?.isBreached === true ||
    transitions.some(({ kind }) => kind === 'sla_breached.resolution');
  const pauses = isBreached ? [] : within(resolutionPauses(story, start.at), start.at, closedAt);
  return { resolutionSla: { pauses, isBreached, met } };
}

function lastHeld(track: Story['timeline']['team']): string | null {
  let held = track.held ?? track.first ?? null;
  for (const { to } of track.changes) held = to ?? held;
  return held;
}

/** What came by then is behind: a body of the chapter never opens it again. */
function newest(
  known: RawPosition | null,
  bodies: Iterable<{ readonly raw: RawPosition | null }>,
): RawPosition | null {
  let last = known;
  for (const { raw } of bodies) if (raw && (!last || compareRaw(raw, last) > 0)) last = raw;
  return last;
}

const FIELDS = [
  'number',
  'stateCategory',
  'stateSlug',
  'isGroup',
  'channel',
  'accountId',
  'requesterId',
  'assigneeId',
  'teamId',
  'tags',
  'priority',
  'category',
  'createdAt',
  'resolutionAt',
  'fieldsFilled',
  'external',
  'csat',
  'aiResolved',
] as const satisfies readonly (keyof CompactIssue)[];

/** Every field as it was last seen; no snooze lasts. It counts as read, so that no read takes it away. */
function lastLook(conversation: Conversation, at: number): Observation {
  const entries = FIELDS.map((name) => [name, latest(conversation, name)] as const);
  const reads = conversation.observations.filter(({ via }) => via === 'rest');
  const vendorSeconds = vendorSecondsIn(conversation.observations);
  return {
    id: conversation.observations.at(-1)!.id,
    via: 'rest',
    updatedAt: at,
    observedAt: Math.max(0, ...reads.map(({ observedAt }) => observedAt)),
    raw: null,
    live: false,
    fields: Object.fromEntries(entries.filter(([, value]) => value !== undefined)),
    ...(vendorSeconds === undefined ? {} : { vendorSeconds }),
  };
}
