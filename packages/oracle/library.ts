/**
 * The stories of a workspace, each with what is part of it. A conversation's own facts, what is
 * forgotten of them, and who is part of whom hang on one another from one whole hour to the next.
 */

import type { Fact } from '@sapwood/core/facts';
import { circumstancesOver, type Known } from './circumstances.ts';
import type { Story } from './conversation.ts';
import { Families, type Holding } from './merging.ts';
import {
  isClosed,
  type Memory,
  mayForgetAt,
  nextHour,
  remember,
  type Told,
  wholeHour,
} from './past.ts';
import { heardMessages, tellStory } from './story.ts';
import type { Words } from './words.ts';

export interface Library {
  ids(): Iterable<string>;
  /** What was told of it alone; null: nothing yet. */
  told(id: string, prefix: number): readonly Told[] | null;
  /** Equal as long as nothing was told of it or of what it has to do with. */
  versionOf(id: string, prefix: number, T: number, now: Known): string;
  storyOf(
    id: string,
    prefix: number,
    T: number,
    now: Known,
  ): { readonly story: Story; readonly chapters: Memory['chapters'] };
}

/** Of so many facts, at T and until some later instant. */
interface NewestMemory {
  readonly count: number;
  readonly T: number;
  readonly until: number;
  readonly memory: Memory;
}

const ABOUT_CONVERSATIONS: readonly Fact['kind'][] = [
  ...(['issue.observed', 'issue.gone', 'message.observed', 'thread.observed'] as const),
  'close.evidence',
];

export function createLibrary(facts: readonly Fact[]): Library {
  const placed = placeByConversation(facts);
  const circumstancesAt = circumstancesOver(facts);
  // Where nobody says anything and no message lies in two places, each stands for itself.
  const isTangled = isSharedIn(facts) || facts.some(({ kind }) => kind.startsWith('correction.'));
  const memories = new Map<string, Memory>();
  const newest = new Map<string, NewestMemory>();
  const families = new Map<string, Families>();

  const told = (id: string, prefix: number): Told[] | null => {
    const own = (placed.get(id) ?? []).filter(({ index }) => index < prefix);
    return own.length === 0 ? null : own;
  };
  const memoryOf = (id: string, prefix: number, T: number): Memory => {
    const own = told(id, prefix) ?? [];
    if (!isTangled) return memoryAlone(id, own, T);
    const key = `${id}/${own.length}/${wholeHour(T)}`;
    const kept = memories.get(key);
    if (kept) return kept;
    const made = remember(id, own, T, { circumstancesAt, isHeldBack, nextLook });
    memories.set(key, made);
    return made;
  };
  /** The newest alone, until something may be forgotten of it: of years nobody can keep all. */
  const memoryAlone = (id: string, own: readonly Told[], T: number): Memory => {
    const kept = newest.get(id);
    if (kept?.count === own.length && kept.T <= T && T < kept.until) return kept.memory;
    const memory = remember(id, own, T, { circumstancesAt, isHeldBack, nextLook });
    newest.set(id, { count: own.length, T, until: mayForgetAt(memory, T), memory });
    return memory;
  };
  /** As it was just before log time came to the hour: nothing of that hour is forgotten yet. */
  const isHeldBack = (id: string, hour: number): boolean => {
    if (!isTangled) return false;
    if (circumstancesAt(hour).words.retracted.has(id)) return true;
    const next = facts.findIndex(({ recordedAt }) => recordedAt >= hour);
    const prefix = next < 0 ? facts.length : next;
    return familiesAt(prefix, hour - 1, circumstancesAt(hour).words).isMerged(id);
  };
  const nextLook = (hour: number): number => {
    const next = isTangled ? facts.find(({ recordedAt }) => recordedAt >= hour) : undefined;
    return next ? nextHour(next.recordedAt + 1) : Number.POSITIVE_INFINITY;
  };
  const familiesAt = (prefix: number, T: number, words: Words): Families => {
    const key = `${prefix}/${wholeHour(T)}`;
    const kept = families.get(key);
    if (kept) return kept;
    const ids = [...placed.keys()].filter((id) => told(id, prefix) !== null);
    const made = new Families(
      ids.map((id) => holdingOf(id, memoryOf(id, prefix, T), words)),
      words,
    );
    families.set(key, made);
    return made;
  };
  const nowAt = (prefix: number, T: number, { words }: Known): Families | null =>
    isTangled ? familiesAt(prefix, T, words) : null;

  const storyOf = (id: string, prefix: number, T: number, now: Known): Story => {
    const found = nowAt(prefix, T, now);
    const { past, facts: kept } = memoryOf(id, prefix, T);
    const ever = told(id, prefix)!.map(({ fact }) => fact);
    const parts = (found?.partsOf(id) ?? []).map((part) => {
      const alone = { id: part, words: now.words, merged: null, parts: [] };
      const memory = memoryOf(part, prefix, T);
      const about = { ever: [], told: alone };
      return { id: part, story: tellStory(memory.facts, now.hasMessages, memory.past, about) };
    });
    const merged = found?.parentOf(id) ?? null;
    const about = { ever, told: { id, words: now.words, merged, parts } };
    return tellStory(kept, now.hasMessages, past, about);
  };
  return {
    ids: () => placed.keys(),
    told,
    versionOf(id, prefix, T, now) {
      const found = nowAt(prefix, T, now);
      const all = [id, ...(found?.partsOf(id) ?? [])];
      const counts = all.map((one) => `${one}:${told(one, prefix)?.length}`);
      const { chapters } = memoryOf(id, prefix, T);
      const into = found?.parentOf(id);
      return `${counts.join()}/${into?.into}/${into?.at}/${chapters.length}`;
    },
    storyOf(id, prefix, T, now) {
      const { chapters } = memoryOf(id, prefix, T);
      return { story: storyOf(id, prefix, T, now), chapters };
    },
  };
}

function placeByConversation(facts: readonly Fact[]): Map<string, Told[]> {
  const placed = new Map<string, Told[]>();
  let T = 0;
  for (const [index, fact] of facts.entries()) {
    T = Math.max(T, fact.recordedAt);
    if (!ABOUT_CONVERSATIONS.includes(fact.kind)) continue;
    const own = placed.get(fact.entity);
    if (own) own.push({ T, index, fact });
    else placed.set(fact.entity, [{ T, index, fact }]);
  }
  return placed;
}

/** A read found some message in two conversations. */
function isSharedIn(facts: readonly Fact[]): boolean {
  const homes = new Map<string, string>();
  return facts.some((fact) => {
    if (fact.kind !== 'message.observed' || fact.via === 'body') return false;
    const home = homes.get(fact.body.messageId) ?? fact.entity;
    homes.set(fact.body.messageId, home);
    return home !== fact.entity;
  });
}

/** What a read found in it, of what is not forgotten. */
function holdingOf(id: string, { past, facts }: Memory, words: Words): Holding {
  const read = heardMessages(facts, past).filter(({ via }) => via !== 'body');
  const threads = facts.filter((fact) => fact.kind === 'thread.observed');
  const seenAt = new Map<string, number>();
  for (const { body, observedAt } of read) {
    seenAt.set(body.messageId, Math.max(seenAt.get(body.messageId) ?? -1, observedAt));
  }
  const still = [...seenAt].filter(([message, at]) =>
    threads.every(({ observedAt, body }) => !body.vanished.includes(message) || observedAt < at),
  );
  const alone = { id, words, merged: null, parts: [] };
  const story = tellStory(facts, true, past, { ever: facts, told: alone });
  return {
    id,
    isDone: story.isGone || isClosed(story),
    ever: new Set(seenAt.keys()),
    still: new Set(still.map(([message]) => message)),
  };
}
