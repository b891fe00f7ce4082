/** What a conversation's facts say, put in order: observations, then messages (metrics.md 1.3). */

import type { AuthorKind, Fact, FactOf, IssueObserved, RawPosition } from '@sapwood/core/facts';
import type { Past, Story, Told } from './conversation.ts';
import type { IssueFact, Message, Observation, Recording } from './observed.ts';
import { sourcesSay } from './words.ts';

type MessageFact = FactOf<'message.observed'>;
type ThreadFact = FactOf<'thread.observed'>;

const SUSPECT_MS = 5 * 60_000;
/** Pylon's newest message and ours may differ by that and be the same. */
const COMPLETE_MS = 1_000;
const YEAR_1990 = Date.UTC(1990, 0, 1);

/** metrics.md 0: an instant too far ahead of its fact is the fact's own; one before 1990 is absent. */
export function trusted(instant: number | null | undefined, recordedAt: number): number | null {
  if (instant === null || instant === undefined || instant < YEAR_1990) return null;
  return instant > recordedAt + SUSPECT_MS ? recordedAt : instant;
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
export const comparePosition = (a: RawPosition, b: RawPosition): number =>
  a.epoch - b.epoch || a.offset - b.offset;

export function positionOf(fact: Fact): RawPosition {
  const sorted = [...fact.srcs].sort(comparePosition);
  return sorted.at(-1) ?? { epoch: 0, offset: -1 };
}

/** A body yields iff a read that began after its delivery was consumed is there (pylon.md 3.6). */
function yields(body: Fact, reads: readonly Fact[], floor: RawPosition | null): boolean {
  if (body.via !== 'body') return false;
  const own = positionOf(body);
  if (floor && comparePosition(own, floor) <= 0) return true;
  return reads.some(
    (read) =>
      read.via === 'rest' && read.readAfter !== null && comparePosition(own, read.readAfter) <= 0,
  );
}

function recordingOf({ origin, recordedAt }: Fact): Recording {
  return { isLiveOrigin: origin !== 'backfill' && origin !== 'import', recordedAt };
}

function observationsOf(facts: readonly IssueFact[], past: Past | null): Observation[] {
  const standing = facts.filter((fact) => !yields(fact, facts, past?.issueReadAfter ?? null));
  const dated = distinct(standing).filter(({ u }) => past === null || u > past.through);
  const rest = dated.filter(({ fact }) => fact.via !== 'body');
  const bodies = dated.filter(({ fact }) => fact.via === 'body');
  const byContent = (a: Dated, b: Dated): number => compareText(a.fact.factId, b.fact.factId);
  rest.sort((a, b) => a.u - b.u || a.fact.observedAt - b.fact.observedAt || byContent(a, b));
  bodies.sort((a, b) => comparePosition(positionOf(a.fact), positionOf(b.fact)) || byContent(a, b));
  const ordered: Observation[] = past ? [past.last] : [];
  for (const one of [...rest, ...bodies]) {
    ordered.push({ ...one, u: Math.max(one.u, ordered.at(-1)?.u ?? one.u) });
  }
  return ordered;
}

interface Dated extends Observation {
  readonly fact: IssueFact;
}

/** Equal content is one fact, however often it was recorded; it holds its place by its last look. */
function distinct(facts: readonly IssueFact[]): Dated[] {
  const copies = new Map<string, IssueFact[]>();
  for (const fact of facts) copies.set(fact.factId, [...(copies.get(fact.factId) ?? []), fact]);
  return [...copies.values()].map((same) => {
    const last = same.reduce((a, b) => (b.observedAt > a.observedAt ? b : a));
    return { ...datedOf(last), recordings: same.map(recordingOf) };
  });
}

function datedOf(fact: IssueFact): Dated {
  const { recordedAt, observedAt, body } = fact;
  return {
    fact,
    u: trusted(body.updatedAt, recordedAt) ?? observedAt,
    body: {
      ...body,
      ...sane('createdAt', body, recordedAt),
      ...sane('latestMessageAt', body, recordedAt),
      ...sane('resolutionAt', body, recordedAt),
      ...saneSnooze(body),
      ...saneBreach(body),
    },
    recordings: [recordingOf(fact)],
  };
}

function sane(
  field: 'createdAt' | 'latestMessageAt' | 'resolutionAt',
  body: IssueObserved,
  recordedAt: number,
): IssueObserved {
  return body[field] === undefined ? {} : { [field]: trusted(body[field], recordedAt) };
}

/** A snooze ends in the future: only one of before 1990 is none. */
function saneSnooze({ snoozedUntil }: IssueObserved): IssueObserved {
  if (snoozedUntil === undefined) return {};
  return { snoozedUntil: trusted(snoozedUntil, Number.POSITIVE_INFINITY) };
}

/** It breaches in the future, or did: only one of before 1990 is none. */
function saneBreach({ breachAt }: IssueObserved): IssueObserved {
  if (!breachAt) return {};
  const sane = (at: number | null): number | null => trusted(at, Number.POSITIVE_INFINITY);
  const { first, next, resolution } = breachAt;
  return {
    breachAt: { first: sane(first), next: sane(next), resolution: sane(resolution) },
  };
}

const RANK = { customer: 0, bot: 1, human: 2, automation: 3 } as const;
const kindOf = (author: AuthorKind): Message['author'] =>
  author === 'author_unknown' ? 'automation' : author;

/** Message facts that no read of the thread has superseded, and that no closed chapter holds. */
export function heardMessages(facts: readonly Fact[], past: Past | null): MessageFact[] {
  const threads = facts.filter((fact) => fact.kind === 'thread.observed');
  return facts
    .filter((fact) => fact.kind === 'message.observed')
    .filter((fact) => !yields(fact, threads, past?.threadReadAfter ?? null))
    .filter((fact) => past === null || instantOf(fact) > past.through);
}

const instantOf = ({ at, recordedAt, observedAt }: MessageFact): number =>
  trusted(at, recordedAt) ?? observedAt;

/** The copy that was observed last tells what a message is; a read that misses it deletes it. */
function messagesOf(facts: readonly MessageFact[], threads: readonly ThreadFact[]): Message[] {
  const byId = Map.groupBy(facts, ({ body }) => body.messageId);
  const messages: Message[] = [];
  for (const [id, copies] of byId) {
    copies.sort((a, b) => a.observedAt - b.observedAt || compareText(a.factId, b.factId));
    const last = copies.at(-1)!;
    const isDeleted = threads.some(
      ({ observedAt, body }) => body.vanished.includes(id) && observedAt >= last.observedAt,
    );
    if (!isDeleted) messages.push(messageOf(last, copies));
  }
  return messages.sort(compareMessages);
}

function messageOf(last: MessageFact, copies: readonly MessageFact[]): Message {
  const { body } = last;
  return {
    id: body.messageId,
    at: instantOf(last),
    author: kindOf(body.author),
    authorId: body.authorId,
    isPrivate: body.private,
    channel: body.channel,
    recordings: copies.map(recordingOf),
    seenAt: last.observedAt,
  };
}

/** Its own and those of its parts, each once, as they were seen last; less what was retracted. */
function messagesWith(own: readonly Message[], past: Past | null, told: Told): Message[] {
  const { words, parts, id } = told;
  const theirs = parts
    .flatMap(({ story }) => story.own)
    .filter((message) => past === null || message.at > past.through);
  const out = [id, ...parts.map((part) => part.id)].flatMap(
    (one) => words.retractedMessages.get(one) ?? [],
  );
  const all = Map.groupBy([...own, ...theirs], (message) => message.id);
  return [...all.values()]
    .map((copies) => {
      const last = copies.reduce((a, b) => (b.seenAt > a.seenAt ? b : a));
      const author = words.authors.get(last.authorId ?? '') ?? last.author;
      return { ...last, author, recordings: copies.flatMap(({ recordings }) => recordings) };
    })
    .filter((message) => !out.includes(message.id))
    .sort(compareMessages);
}

export function compareMessages(a: Message, b: Message): number {
  return a.at - b.at || RANK[a.author] - RANK[b.author] || compareText(a.id, b.id);
}

/** `latestMessageAt` of the look that is newest by (updatedAt, observedAt, itself), of those that read it. */
function latestReadOf(facts: readonly Fact[]): number | null | undefined {
  const reads = facts
    .filter((fact) => fact.kind === 'issue.observed')
    .filter(({ via, body }) => via === 'rest' && body.latestMessageAt !== undefined)
    .map(({ body, recordedAt, observedAt }) => ({
      u: trusted(body.updatedAt, recordedAt) ?? observedAt,
      observedAt,
      latestMessageAt: trusted(body.latestMessageAt, recordedAt),
    }));
  reads.sort(
    (a, b) =>
      a.u - b.u ||
      a.observedAt - b.observedAt ||
      (a.latestMessageAt ?? -1) - (b.latestMessageAt ?? -1),
  );
  return reads.at(-1)?.latestMessageAt;
}

/** A thread is complete iff nothing was written after its newest known message (metrics.md 1.3). */
export function isComplete({ latestMessageAt, own, past }: Story): boolean {
  if (latestMessageAt === undefined) return false;
  const known = Math.max(...own.map((message) => message.at), past?.through ?? -Infinity);
  return latestMessageAt === null || latestMessageAt <= known + COMPLETE_MS;
}

/** Beside the facts since then: those of all chapters, and what is said of it. */
export interface About {
  readonly ever: readonly Fact[];
  readonly told: Told;
}

/**
 * The story of one conversation since its last closed chapter, in whatever order its facts came.
 */
export function tellStory(
  facts: readonly Fact[],
  hasMessages: boolean,
  past: Past | null,
  { ever, told }: About,
): Story {
  const issues = facts.filter((fact) => fact.kind === 'issue.observed');
  const threads = facts.filter((fact) => fact.kind === 'thread.observed');
  const gone = facts.filter((fact) => fact.kind === 'issue.gone').map((f) => f.observedAt);
  const goneAt = Math.max(past?.goneAt ?? -1, ...gone);
  const observations = observationsOf(issues, past);
  const reads = observations.flatMap(({ fact }) => (fact?.via === 'rest' ? [fact.observedAt] : []));
  const readAt = Math.max(past?.readAt ?? 0, ...reads);
  const own = hasMessages ? messagesOf(heardMessages(facts, past), threads) : [];
  const retractedAt = told.words.retracted.get(told.id);
  const retracted =
    retractedAt === undefined ? null : { kind: 'removed.retracted', at: retractedAt };
  return {
    past,
    observations,
    own,
    messages: messagesWith(own, past, told),
    closers: [...sourcesSay(facts), ...(told.words.closers.get(told.id) ?? [])],
    out: told.merged ? { kind: 'merged_away', at: told.merged.at } : retracted,
    isThreadRead: threads.length > 0 || past?.isThreadRead === true,
    goneAt,
    readAt,
    isGone: goneAt >= readAt,
    latestMessageAt: latestReadOf(ever),
  };
}
