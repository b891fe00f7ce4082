/**
 * What metrics.md 1.3 forgets: looks between two equal ones after a day of quiet, and everything but
 * a summary 35 days after the last that was heard of a closed conversation. Walked fact by fact, as
 * it happened; by whole hours of log time.
 */

import type { Fact, RawPosition } from '@sapwood/core/facts';
import { aiHandedOffAt } from './ai-handoff.ts';
import { openCase, rawAttributes } from './case.ts';
import type { Known } from './circumstances.ts';
import type { Circumstances, Past, Story } from './conversation.ts';
import { spokenIn } from './handled-by.ts';
import { handledBy } from './handling.ts';
import type { Observation } from './observed.ts';
import { firstOwned, firstReply, lastHeld } from './owners.ts';
import { closerBefore, lastHuman } from './rating.ts';
import { ownerAt } from './rows.ts';
import { type About, comparePosition, heardMessages, positionOf, tellStory } from './story.ts';
import type { Transition } from './transition.ts';
import { type Derived, derive } from './transitions.ts';
import { type Words, wordsIn } from './words.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const FORGOTTEN_MS = 35 * DAY_MS;
export const wholeHour = (T: number): number => Math.floor(T / HOUR_MS) * HOUR_MS;
export const nextHour = (T: number): number => Math.ceil(T / HOUR_MS) * HOUR_MS;

/** A fact, and log time when it came. */
export interface Told {
  readonly T: number;
  readonly index: number;
  readonly fact: Fact;
}

export interface Memory {
  readonly past: Past | null;
  /** Facts since then that are still kept. */
  readonly facts: readonly Fact[];
  /** Of the chapters that are closed, without what is still open: `resolved`, `rated`, a removal. */
  readonly chapters: readonly Derived[];
}

/** What forgetting hangs on beside a conversation's own facts. */
export interface World {
  /** Those in force as log time came to an instant. */
  circumstancesAt(T: number): Known;
  /** Nothing of it is forgotten at that hour: somebody may take back what was said of it. */
  isHeldBack(id: string, hour: number): boolean;
  /** The next hour after which something may be otherwise, though nothing is told of it. */
  nextLook(hour: number): number;
}

/** At log time T. */
export function remember(id: string, told: readonly Told[], T: number, world: World): Memory {
  let memory: Memory = { past: null, facts: [], chapters: [] };
  const ever: Fact[] = [];
  let hour = Number.POSITIVE_INFINITY;
  for (const { T: toldAt, fact } of told) {
    const now = wholeHour(toldAt);
    if (now > hour) memory = forget(id, memory, { ever, after: hour, now }, world);
    memory = { ...memory, facts: [...memory.facts, fact] };
    ever.push(fact);
    hour = now;
  }
  const now = wholeHour(T);
  return now > hour ? forget(id, memory, { ever, after: hour, now }, world) : memory;
}

/** The next instant at which time alone may make it forget more; infinity: nothing is left to forget. */
export function mayForgetAt({ past, facts }: Memory, T: number): number {
  if (facts.length === 0) return Number.POSITIVE_INFINITY;
  const since = quietSince(facts, past);
  const quietMs = wholeHour(T) - since;
  if (quietMs < DAY_MS) return nextHour(since + DAY_MS);
  return quietMs < FORGOTTEN_MS ? nextHour(since + FORGOTTEN_MS) : wholeHour(T) + HOUR_MS;
}

interface Quiet {
  readonly ever: readonly Fact[];
  readonly after: number;
  readonly now: number;
}

/** What is still kept at a whole hour, nothing having come in the hours between. */
function forget(id: string, memory: Memory, { ever, after, now }: Quiet, world: World): Memory {
  const { past, facts, chapters } = memory;
  const { circumstancesAt, isHeldBack, nextLook } = world;
  const since = quietSince(facts, past);
  if (now - since < DAY_MS) return memory;
  const about = (words: Words): About => ({
    ever,
    told: { id, words, merged: null, parts: [] },
  });
  // It is closed as soon as it may be, by what was in force then.
  let closing = Math.max(nextHour(since + FORGOTTEN_MS), after + HOUR_MS);
  while (closing <= now) {
    const circumstances = circumstancesAt(closing);
    const { words, hasMessages } = circumstances;
    const story = tellStory(facts, hasMessages, past, about(words));
    if (!isClosed(story) || !isNews(story)) break;
    const chapter = derive(story, circumstances, closing);
    // What time alone still changes is not over.
    const isOver = !chapter.isTurnRunning && chapter.until === Number.POSITIVE_INFINITY;
    if (isOver && !isHeldBack(id, closing)) {
      const closed = close(story, facts, circumstances);
      return {
        past: { ...closed, ...ending(chapter, past) },
        facts: facts.filter(({ kind, at }) => kind === 'close.evidence' && at! > closed.through),
        chapters: [...chapters, { ...chapter, transitions: closedOf(chapter) }],
      };
    }
    closing = Math.min(nextHour(chapter.until), nextLook(closing));
  }
  const { words } = circumstancesAt(now);
  return { ...memory, facts: withoutBetween(facts, tellStory(facts, false, past, about(words))) };
}

const isRemoval = ({ kind }: Transition): boolean =>
  kind === 'restored' || kind.startsWith('removed.');

/** What something later may take back. */
const isOpen = (one: Transition): boolean =>
  ['resolved', 'sla_met.resolution', 'rated'].includes(one.kind) || isRemoval(one);
const closedOf = ({ transitions }: Derived): Transition[] =>
  transitions.filter((one) => !isOpen(one));

type Ending = Pick<
  Past,
  'turns' | 'isAiClaimed' | 'resolved' | 'rated' | 'removal' | 'slaMet' | 'isSlaBreached'
>;

function ending({ transitions, turns }: Derived, past: Past | null): Ending {
  const only = (wanted: string): Transition | null =>
    transitions.find(({ kind }) => kind === wanted) ?? null;
  const isSlaBreached = only('sla_breached.resolution') !== null || past?.isSlaBreached === true;
  return {
    turns,
    isAiClaimed:
      past?.isAiClaimed === true || transitions.some(({ kind }) => kind.startsWith('ai_outcome.')),
    resolved: only('resolved'),
    rated: only('rated'),
    removal: transitions.filter(isRemoval),
    slaMet: only('sla_met.resolution'),
    isSlaBreached,
  };
}

/** Of which nobody says anything. */
const NOBODYS: About['told'] = { id: '', words: wordsIn([]), merged: null, parts: [] };

/** Start of the newest look at what stands. */
function quietSince(facts: readonly Fact[], past: Past | null): number {
  const { observations } = tellStory(facts, false, past, { ever: facts, told: NOBODYS });
  const looks = observations.flatMap(({ fact }) => (fact ? [fact.observedAt] : []));
  return Math.max(...looks, ...heardMessages(facts, past).map(({ observedAt }) => observedAt));
}

const isNews = ({ past, observations, messages }: Story): boolean =>
  past === null || observations.length + messages.length > 1;

const lastField = <F extends keyof Observation['body']>(
  observations: readonly Observation[],
  field: F,
): Observation['body'][F] | undefined =>
  [...observations].reverse().find(({ body }) => body[field] !== undefined)?.body[field];

export const isClosed = ({ observations }: Story): boolean =>
  lastField(observations, 'stateCategory') === 'closed';

const FIELDS = [
  'number',
  'stateCategory',
  'stateSlug',
  'isGroup',
  'channel',
  'assigneeId',
  'teamId',
  'accountId',
  'requesterId',
  'priority',
  'category',
  'tags',
  'fieldsFilled',
  'external',
  'csat',
  'aiResolved',
  'createdAt',
  'resolutionAt',
  'snoozedUntil',
  'breachAt',
] as const;

/** An empty field is not one that was not observed. */
const seenIn = (body: Observation['body'], name: (typeof FIELDS)[number]): unknown[] =>
  body[name] === undefined ? [] : [body[name]];

function withoutBetween(facts: readonly Fact[], { observations }: Story): Fact[] {
  const sayings = observations.map(({ u, body, recordings, fact }) => {
    const live = recordings.some((r) => r.isLiveOrigin && r.recordedAt <= u + DAY_MS);
    return JSON.stringify([fact?.via === 'body', live, FIELDS.map((name) => seenIn(body, name))]);
  });
  const dropped = observations
    .filter((_, i) => sayings[i - 1] === sayings[i] && sayings[i] === sayings[i + 1])
    .map(({ fact }) => fact?.factId);
  return facts.filter(({ kind, factId }) => kind !== 'issue.observed' || !dropped.includes(factId));
}

function close(
  story: Story,
  facts: readonly Fact[],
  circumstances: Circumstances,
): Omit<Past, keyof Ending> {
  const { past, observations, messages } = story;
  const found = openCase(story, rawAttributes(story), circumstances);
  const last = observations.at(-1)!;
  const closedAt = found.closes.at(-1)?.at ?? past?.closedAt ?? last.u;
  const instants = [last.u, closedAt, messages.at(-1)?.at ?? 0, past?.through ?? 0];
  return {
    through: Math.max(...instants),
    closedAt,
    start: found.start,
    reply: past?.reply ?? firstReply(found),
    owned: past?.owned ?? (circumstances.hasMessages ? undefined : firstOwned(found)),
    ...lastHeld(found),
    last: { u: last.u, body: lastSeen(story), recordings: [], fact: null },
    issueReadAfter: highest(past?.issueReadAfter, facts, 'issue.observed'),
    threadReadAfter: highest(past?.threadReadAfter, facts, 'message.observed', 'thread.observed'),
    goneAt: story.goneAt,
    readAt: story.readAt,
    isThreadRead: story.isThreadRead,
    aiHandedOffAt: aiHandedOffAt(found),
    spoken: spokenIn(found),
    handlingMs: handledBy(found, Number.POSITIVE_INFINITY),
    lastHuman: lastHuman(story, messages),
    closer: closerBefore(found, Number.POSITIVE_INFINITY) ?? ownerAt(found, closedAt),
    earlier: [...(past?.earlier ?? []), found],
  };
}

/** Every field as it was last seen; no snooze lasts, and no clock runs. */
function lastSeen({ observations }: Story): Observation['body'] {
  const names = FIELDS.filter((name) => name !== 'snoozedUntil' && name !== 'breachAt');
  return Object.fromEntries(names.map((name) => [name, lastField(observations, name)]));
}

/** The highest raw position that a read has passed or a body came from. */
function highest(
  known: RawPosition | null | undefined,
  facts: readonly Fact[],
  ...kinds: readonly Fact['kind'][]
): RawPosition | null {
  let top = known ?? null;
  for (const fact of facts.filter(({ kind }) => kinds.includes(kind))) {
    const position = fact.via === 'body' ? positionOf(fact) : fact.readAfter;
    if (position && (!top || comparePosition(position, top) > 0)) top = position;
  }
  return top;
}
