/** Facts enter the set that is kept of a conversation, in whatever order they come (metrics.md 1.3). */
import type { BreachAt, FactOf, IssueObserved, RawPosition } from '../facts/fact.ts';
import { compareRaw } from '../facts/fact.ts';
import { CLOCK_SUSPECT_MS, DAY_MS, EARLIEST_INSTANT_MS } from '../time/instant.ts';
import { weakerFirst } from './closer.ts';
import { isNewer } from './messages.ts';
import {
  type CompactIssue,
  type Conversation,
  isGone,
  type LatestMessage,
  type Message,
  type Observation,
} from './model.ts';
import { keepNewest } from './vendor-seconds.ts';

export type ConversationFact =
  | FactOf<'issue.observed'>
  | FactOf<'issue.hinted'>
  | FactOf<'issue.gone'>
  | FactOf<'message.observed'>
  | FactOf<'thread.observed'>
  | FactOf<'close.evidence'>;

/** A source instant as it may be used: too late is the record's stamp, too early is absent. */
export function usableInstant(
  instant: number | null | undefined,
  recordedAt: number,
): number | null {
  if (instant === null || instant === undefined || instant < EARLIEST_INSTANT_MS) return null;
  return instant > recordedAt + CLOCK_SUSPECT_MS ? recordedAt : instant;
}

function isLive(fact: ConversationFact, at: number): boolean {
  if (fact.origin === 'backfill' || fact.origin === 'import') return false;
  return fact.recordedAt - at <= DAY_MS;
}

function rawOf(fact: ConversationFact): RawPosition | null {
  let newest: RawPosition | null = null;
  for (const src of fact.srcs) if (!newest || compareRaw(src, newest) > 0) newest = src;
  return newest && { epoch: newest.epoch, offset: newest.offset };
}

const yields = (raw: RawPosition | null, readAfter: RawPosition | null): boolean =>
  raw !== null && readAfter !== null && compareRaw(raw, readAfter) <= 0;

/**
 * `changed`: something that is compared is new. `redundant`: kept, but equal to what was in force at
 * its place. `same`: this very content was known.
 */
export type Addition = 'changed' | 'redundant' | 'same';

/** Adds a fact to the set. */
export function addFact(conversation: Conversation, fact: ConversationFact): Addition {
  if (fact.kind === 'issue.observed') return addObservation(conversation, fact);
  return addOther(conversation, fact) ? 'changed' : 'same';
}

function addOther(
  conversation: Conversation,
  fact: Exclude<ConversationFact, FactOf<'issue.observed'>>,
): boolean {
  switch (fact.kind) {
    case 'message.observed':
      return addMessage(conversation, fact);
    case 'thread.observed':
      return addThread(conversation, fact);
    case 'issue.hinted':
      return addHint(conversation, fact);
    case 'close.evidence':
      return addCloser(conversation, fact);
    case 'issue.gone':
      if ((conversation.goneAt ?? -1) >= fact.observedAt) return false;
      conversation.goneAt = fact.observedAt;
      return true;
  }
}

function addObservation(conversation: Conversation, fact: FactOf<'issue.observed'>): Addition {
  const raw = rawOf(fact);
  const via = fact.via === 'body' ? 'body' : 'rest';
  if (via === 'body' && yields(raw, conversation.issueReadAfter)) return 'same';
  const updatedAt = usableInstant(fact.body.updatedAt, fact.recordedAt) ?? fact.observedAt;
  if (via === 'rest') noteLatestMessage(conversation, fact, updatedAt);
  if (isPast(conversation, updatedAt)) {
    if (via === 'rest') settleIssue(conversation, fact.readAfter);
    return 'same';
  }
  const known = conversation.observations.find((o) => o.id === fact.factId);
  const wasGone = isGone(conversation);
  const { vendorSeconds } = fact.body;
  const told = via === 'rest' && vendorSeconds !== undefined ? { vendorSeconds } : {};
  if (known) {
    known.observedAt = Math.max(known.observedAt, fact.observedAt);
    known.live ||= isLive(fact, updatedAt);
    Object.assign(known, told);
  } else {
    conversation.observations.push({
      id: fact.factId,
      via,
      updatedAt,
      observedAt: fact.observedAt,
      raw: via === 'body' ? raw : null,
      live: isLive(fact, updatedAt),
      fields: compact(fact.body, fact.recordedAt),
      ...told,
    });
  }
  if (via === 'rest') settleIssue(conversation, fact.readAfter);
  conversation.observations.sort(compareObservations);
  keepNewest(conversation.observations);
  shareFields(conversation.observations);
  if (wasGone !== isGone(conversation)) return 'changed';
  if (known) return 'same';
  return addsNothing(conversation, fact.factId) ? 'redundant' : 'changed';
}

function noteLatestMessage(
  conversation: Conversation,
  { body, observedAt, recordedAt }: FactOf<'issue.observed'>,
  updatedAt: number,
): void {
  if (body.latestMessageAt === undefined) return;
  const at = usableInstant(body.latestMessageAt, recordedAt);
  const known = conversation.latestMessage;
  if (known && compareLatest({ updatedAt, observedAt, at }, known) <= 0) return;
  conversation.latestMessage = { updatedAt, observedAt, at };
}

const compareLatest = (a: LatestMessage, b: LatestMessage): number =>
  a.updatedAt - b.updatedAt || a.observedAt - b.observedAt || (a.at ?? 0) - (b.at ?? 0);

/** Dated in a chapter that is closed. */
const isPast = ({ past }: Conversation, at: number): boolean => past !== null && at <= past.through;

/** Every field equals the one in force at the observation's place. */
function addsNothing(conversation: Conversation, id: string): boolean {
  const index = conversation.observations.findIndex((o) => o.id === id);
  const fields = conversation.observations[index]!.fields;
  return (Object.keys(fields) as (keyof CompactIssue)[]).every((name) => {
    for (let i = index - 1; i >= 0; i--) {
      const before = conversation.observations[i]!.fields[name];
      if (before !== undefined) return textOf(before) === textOf(fields[name]);
    }
    return false;
  });
}

const textOf = (value: unknown): string =>
  isRecord(value) ? JSON.stringify(value) : String(value);
const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Equal neighbours share one object: most looks repeat the one before, in memory and when stored. */
function shareFields(observations: Observation[]): void {
  for (const [i, observation] of observations.entries()) {
    const before = observations[i - 1];
    if (!before || before.fields === observation.fields) continue;
    if (!sameFields(before.fields, observation.fields)) continue;
    observations[i] = { ...observation, fields: before.fields };
  }
}

function sameFields(a: CompactIssue, b: CompactIssue): boolean {
  const names = Object.keys(a) as (keyof CompactIssue)[];
  if (names.length !== Object.keys(b).length) return false;
  return names.every(
    (name) => a[name] === b[name] || (isMade(a[name]) && sameText(a[name], b[name])),
  );
}

/** A list or a record, which is another object in each look. */
const isMade = (value: unknown): boolean => typeof value === 'object' && value !== null;
const sameText = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** REST by (updatedAt, observedAt, content); then bodies by raw position (metrics.md 1.3). */
function compareObservations(a: Observation, b: Observation): number {
  if (a.via !== b.via) return a.via === 'rest' ? -1 : 1;
  if (a.raw && b.raw) return compareRaw(a.raw, b.raw) || (a.id < b.id ? -1 : 1);
  return a.updatedAt - b.updatedAt || a.observedAt - b.observedAt || (a.id < b.id ? -1 : 1);
}

function compact(body: IssueObserved, recordedAt: number): CompactIssue {
  const fields: { -readonly [K in keyof CompactIssue]: CompactIssue[K] } = {};
  if (body.number !== undefined) fields.number = body.number;
  if (body.stateCategory !== undefined) fields.stateCategory = body.stateCategory;
  if (body.stateSlug !== undefined) fields.stateSlug = body.stateSlug;
  if (body.isGroup !== undefined) fields.isGroup = body.isGroup;
  if (body.channel !== undefined) fields.channel = body.channel;
  if (body.accountId !== undefined) fields.accountId = body.accountId;
  if (body.requesterId !== undefined) fields.requesterId = body.requesterId;
  if (body.assigneeId !== undefined) fields.assigneeId = body.assigneeId;
  if (body.teamId !== undefined) fields.teamId = body.teamId;
  if (body.tags !== undefined) fields.tags = body.tags;
  if (body.priority !== undefined) fields.priority = body.priority;
  if (body.category !== undefined) fields.category = body.category;
  if (body.fieldsFilled !== undefined) fields.fieldsFilled = body.fieldsFilled;
  if (body.external !== undefined) fields.external = body.external;
  if (body.csat !== undefined) fields.csat = body.csat;
  if (body.aiResolved !== undefined) fields.aiResolved = body.aiResolved;
  if (body.createdAt !== undefined) fields.createdAt = usableInstant(body.createdAt, recordedAt);
  if (body.resolutionAt !== undefined) {
    fields.resolutionAt = usableInstant(body.resolutionAt, recordedAt);
  }
  if (body.snoozedUntil !== undefined) fields.snoozedUntil = snoozeOf(body.snoozedUntil);
  if (body.breachAt !== undefined) fields.breachAt = breachOf(body.breachAt);
  return fields;
}

/** A breach lies in the future as a snooze's end does; always in one order, for its text. */
const breachOf = (breachAt: BreachAt | null): BreachAt | null =>
  breachAt && {
    first: snoozeOf(breachAt.first),
    next: snoozeOf(breachAt.next),
    resolution: snoozeOf(breachAt.resolution),
  };

/** A snooze ends in the future: nothing is too late for it. */
const snoozeOf = (until: number | null): number | null =>
  until === null || until < EARLIEST_INSTANT_MS ? null : until;

function settleIssue(conversation: Conversation, readAfter: RawPosition | null): void {
  if (!readAfter) return;
  const before = conversation.issueReadAfter;
  if (before && compareRaw(readAfter, before) <= 0) return;
  conversation.issueReadAfter = readAfter;
  conversation.observations = conversation.observations.filter((o) => !yields(o.raw, readAfter));
  shareFields(conversation.observations);
  conversation.hints = conversation.hints.filter((h) => !yields(h.raw, readAfter));
}

function addMessage(conversation: Conversation, fact: FactOf<'message.observed'>): boolean {
  const { messageId, author, authorId, channel } = fact.body;
  const raw = fact.via === 'body' ? rawOf(fact) : null;
  if (fact.via === 'body' && yields(raw, conversation.threadReadAfter)) return false;
  const at = usableInstant(fact.at, fact.recordedAt) ?? fact.observedAt;
  if (isPast(conversation, at)) return false;
  const messages = fact.via === 'body' ? conversation.bodyMessages : conversation.restMessages;
  const known = messages.get(messageId);
  const live = isLive(fact, at) || known?.live === true;
  const message: Message = {
    id: messageId,
    at,
    author,
    authorId,
    private: fact.body.private,
    channel,
    observedAt: fact.observedAt,
    raw,
    live,
  };
  if (known && !isNewer(message, known)) {
    if (live !== known.live) messages.set(messageId, { ...known, live });
    return live !== known.live;
  }
  messages.set(messageId, message);
  return !known || !sameMessage(known, message);
}

function sameMessage(a: Message, b: Message): boolean {
  return (
    a.at === b.at &&
    a.author === b.author &&
    a.authorId === b.authorId &&
    a.private === b.private &&
    a.channel === b.channel &&
    a.live === b.live
  );
}

function addThread(conversation: Conversation, fact: FactOf<'thread.observed'>): boolean {
  let changed = !conversation.threadRead;
  conversation.threadRead = true;
  for (const id of fact.body.vanished) {
    const known = conversation.vanished.get(id) ?? -1;
    if (fact.observedAt > known) conversation.vanished.set(id, fact.observedAt);
    changed ||= known < 0;
  }
  const readAfter = fact.readAfter;
  const before = conversation.threadReadAfter;
  if (readAfter && (!before || compareRaw(readAfter, before) > 0)) {
    conversation.threadReadAfter = readAfter;
    for (const [id, message] of conversation.bodyMessages) {
      if (yields(message.raw, readAfter)) changed = conversation.bodyMessages.delete(id) || changed;
    }
  }
  return changed;
}

function addCloser(conversation: Conversation, fact: FactOf<'close.evidence'>): boolean {
  const { factId: id, recordedAt, body } = fact;
  const at = usableInstant(fact.at, recordedAt) ?? fact.observedAt;
  if (isPast(conversation, at)) return false;
  const known = conversation.closers.find((one) => one.id === id);
  // Said twice it counts from the first time, whichever is met first.
  if (known && known.recordedAt <= recordedAt) return false;
  const others = conversation.closers.filter((one) => one !== known);
  conversation.closers = [...others, { id, at, recordedAt, ...body }].sort(weakerFirst);
  return true;
}

function addHint(conversation: Conversation, fact: FactOf<'issue.hinted'>): boolean {
  const raw = rawOf(fact);
  if (!raw || yields(raw, conversation.issueReadAfter)) return false;
  if (conversation.hints.some((h) => compareRaw(h.raw, raw) === 0)) return false;
  conversation.hints.push({ raw, receivedAt: fact.observedAt });
  conversation.hints.sort((a, b) => compareRaw(a.raw, b.raw));
  return true;
}
