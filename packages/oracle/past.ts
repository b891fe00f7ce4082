/**
 * What metrics.md 1.3 forgets: looks between two equal ones after a day of quiet, and everything but
 * a summary 35 days after the last that was heard of a closed conversation. Walked fact by fact, as
 * it happened; by whole hours of log time.
 */
import type { Fact, RawPosition } from '@sapwood/core/facts';
import { aiHandedOffAt } from './ai-handoff.ts';
import type { Change, Value } from './attribute.ts';
import {
  type Circumstances,
  openCase,
  rawAttributes,
  type Start,
  type Transition,
} from './case.ts';
import type { Known } from './circumstances.ts';
import { type Spoken, spokenIn } from './handled-by.ts';
import { firstOwned, firstReply, lastHeld } from './owners.ts';
import { closerBefore, lastHuman } from './rating.ts';
import { type Giver, ownerAt } from './rows.ts';
import {
  comparePosition,
  heardMessages,
  type Message,
  type Observation,
  positionOf,
  type Story,
  tellStory,
} from './story.ts';
import { type Derived, derive } from './transitions.ts';

/** A closed chapter. */
export interface Past {
  /** Newest instant of it: what is dated at or before is not heard any more. */
  readonly through: number;
  readonly closedAt: number;
  readonly start: Start | null;
  readonly reply: Message | undefined;
  readonly owned: Change | undefined;
  readonly lastOwner: Value;
  readonly lastTeam: Value;
  /** Every field as it was last seen. */
  readonly last: Observation;
  readonly issueReadAfter: RawPosition | null;
  readonly threadReadAfter: RawPosition | null;
  readonly goneAt: number;
  readonly readAt: number;
  readonly isThreadRead: boolean;
  /** When a bot gave it to a person; null: not yet. */
  readonly aiHandedOffAt: number | null;
  readonly spoken: Spoken;
  /** Author of its last public human message. */
  readonly lastHuman: Value;
  /** Who had it at its last close. */
  readonly closer: Giver;
  /** How many turns there were. */
  readonly turns: number;
  /** An AI claimed a close of it. */
  readonly isAiClaimed: boolean;
  /** Its `resolved`, which a later reopening or close takes back. */
  readonly resolved: Transition | null;
  /** Its rating, and its removal with what restored it: later ones replace them. */
  readonly rated: Transition | null;
  readonly removal: readonly Transition[];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const wholeHour = (T: number): number => Math.floor(T / HOUR_MS) * HOUR_MS;

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

/** A whole hour that log time passed, before the fact of that index. */
export interface Hour {
  readonly index: number;
  readonly hour: number;
}

export interface World {
  /** Those in force before the fact of that index. */
  circumstancesAt(index: number): Known;
  /** Nothing of it is forgotten then: somebody may take back what was said of it. */
  isHeldBack(id: string, at: Hour): boolean;
}

/** `hours`: those in which it is looked at though nothing new was told of it. */
export function remember(
  id: string,
  told: readonly Told[],
  hours: readonly Hour[],
  { circumstancesAt, isHeldBack }: World,
): Memory {
  let past: Past | null = null;
  let facts: Fact[] = [];
  const ever: Fact[] = [];
  const chapters: Derived[] = [];
  let hour = Number.POSITIVE_INFINITY;
  /** What was in vain is in vain as long as nothing changes but time. */
  let vain: { readonly version: string; readonly until: number } | null = null;
  const look = (at: Hour): void => {
    const now = at.hour;
    if (facts.length === 0) return;
    const circumstances = circumstancesAt(at.index);
    const version = `${ever.length}/${circumstances.version}`;
    if (vain?.version === version && now < vain.until) return;
    const alone = { id, words: circumstances.words, merged: null, parts: [] };
    const story = tellStory(facts, circumstances.hasMessages, past, { ever, told: alone });
    const quietMs = now - quietSince(facts, story);
    const isOld = quietMs >= 35 * DAY_MS;
    if (!isOld || !isClosed(story) || !isNews(story)) {
      if (quietMs >= DAY_MS) facts = withoutBetween(facts, story);
      vain = isOld ? { version, until: Number.POSITIVE_INFINITY } : null;
      return;
    }
    const chapter = derive(story, circumstances, now);
    // What time alone still changes is not over.
    if (chapter.isTurnRunning || chapter.until !== Number.POSITIVE_INFINITY) {
      vain = { version, until: chapter.until };
      return;
    }
    if (isHeldBack(id, at)) return;
    const { transitions, turns } = chapter;
    const open = (...kinds: readonly string[]): Transition[] =>
      transitions.filter(({ kind }) => kinds.includes(kind.split('.')[0]!));
    const still = open('resolved', 'rated', 'removed', 'restored');
    chapters.push({ ...chapter, transitions: transitions.filter((t) => !still.includes(t)) });
    past = {
      ...close(story, facts, circumstances),
      turns,
      isAiClaimed: past?.isAiClaimed === true || open('ai_outcome').length > 0,
      resolved: open('resolved')[0] ?? null,
      rated: open('rated')[0] ?? null,
      removal: open('removed', 'restored'),
    };
    const { through } = past;
    facts = facts.filter((fact) => fact.kind === 'close.evidence' && (fact.at ?? 0) > through);
  };
  /** Those that lie behind the last one, up to a fact. */
  const lookAll = (until: number): void => {
    for (const one of hours) {
      if (one.index > until || one.hour <= hour) continue;
      look(one);
      hour = one.hour;
    }
  };
  for (const { T, index, fact } of told) {
    lookAll(index);
    const now = wholeHour(T);
    if (now > hour) look({ index, hour: now });
    facts.push(fact);
    ever.push(fact);
    hour = now;
  }
  lookAll(Number.POSITIVE_INFINITY);
  return { past, facts, chapters };
}

/** Start of the newest look at what stands. */
function quietSince(facts: readonly Fact[], { past, observations }: Story): number {
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
): Omit<Past, 'turns' | 'isAiClaimed' | 'resolved' | 'rated' | 'removal'> {
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
    lastHuman: lastHuman(story, messages),
    closer: closerBefore(found, Number.POSITIVE_INFINITY) ?? ownerAt(found, closedAt),
  };
}

/** Every field as it was last seen; no snooze lasts. */
function lastSeen({ observations }: Story): Observation['body'] {
  const names = FIELDS.filter((name) => name !== 'snoozedUntil');
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
