/**
 * The stories of a workspace, each with what is part of it. A conversation's own facts, what is
 * forgotten of them, and who is part of whom hang on one another from one whole hour to the next.
 */
import type { Fact } from '@sapwood/core/facts';
import { circumstancesOver, type Known } from './circumstances.ts';
import { Families, type Holding } from './merging.ts';
import { type Hour, isClosed, type Memory, remember, type Told, wholeHour } from './past.ts';
import { heardMessages, type Story, tellStory } from './story.ts';
import type { Words } from './words.ts';

export interface Library {
  ids(): Iterable<string>;
  /** What was told of it alone; null: nothing yet. */
  told(id: string, prefix: number): readonly Told[] | null;
  /** Equal as long as nothing was told of it or of what it has to do with. */
  versionOf(id: string, prefix: number, T: number): string;
  storyOf(
    id: string,
    prefix: number,
    T: number,
    now: Known,
  ): { readonly story: Story; readonly chapters: Memory['chapters'] };
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
  const hours = isTangled ? hoursOf(facts) : [];
  const memories = new Map<string, Memory>();
  const families = new Map<string, Families>();

  const told = (id: string, prefix: number): Told[] | null => {
    const own = (placed.get(id) ?? []).filter(({ index }) => index < prefix);
    return own.length === 0 ? null : own;
  };
  /** Hours that were looked at by log time T, the last of them with no record. */
  const looksBy = (prefix: number, T: number): Hour[] => {
    const past = hours.filter(({ index }) => index < prefix);
    const last = { index: prefix, hour: wholeHour(T) };
    return isTangled && last.hour > (past.at(-1)?.hour ?? 0) ? [...past, last] : past;
  };
  const looksBefore = (at: Hour): Hour[] =>
    hours.filter(({ index, hour }) => index <= at.index && hour < at.hour);

  const memoryOf = (id: string, prefix: number, looks: readonly Hour[]): Memory => {
    const own = told(id, prefix) ?? [];
    const key = `${id}/${own.length}/${looks.at(-1)?.index}/${looks.at(-1)?.hour}`;
    const kept = memories.get(key);
    if (kept) return kept;
    const made = remember(id, own, looks, { circumstancesAt, isHeldBack });
    memories.set(key, made);
    return made;
  };
  const isHeldBack = (id: string, { index, hour }: Hour): boolean => {
    if (!isTangled) return false;
    const { words } = circumstancesAt(index);
    return words.retracted.has(id) || familiesAt(index, looksBefore({ index, hour })).isMerged(id);
  };
  const familiesAt = (prefix: number, looks: readonly Hour[]): Families => {
    const key = `${prefix}/${looks.at(-1)?.index}/${looks.at(-1)?.hour}`;
    const kept = families.get(key);
    if (kept) return kept;
    const { words } = circumstancesAt(prefix);
    const ids = [...placed.keys()].filter((id) => told(id, prefix) !== null);
    const made = new Families(
      ids.map((id) => holdingOf(id, told(id, prefix)!, memoryOf(id, prefix, looks), words)),
      words,
    );
    families.set(key, made);
    return made;
  };
  const nowAt = (prefix: number, T: number): Families | null =>
    isTangled ? familiesAt(prefix, looksBy(prefix, T)) : null;

  const storyOf = (id: string, prefix: number, T: number, now: Known): Story => {
    const found = nowAt(prefix, T);
    const { past, facts: kept } = memoryOf(id, prefix, looksBy(prefix, T));
    const ever = told(id, prefix)!.map(({ fact }) => fact);
    const parts = (found?.partsOf(id) ?? []).map((part) => {
      const alone = { id: part, words: now.words, merged: null, parts: [] };
      const memory = memoryOf(part, prefix, looksBy(prefix, T));
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
    versionOf(id, prefix, T) {
      const found = nowAt(prefix, T);
      const all = [id, ...(found?.partsOf(id) ?? [])];
      const counts = all.map((one) => `${one}:${told(one, prefix)?.length}`);
      const { chapters } = memoryOf(id, prefix, looksBy(prefix, T));
      const into = found?.parentOf(id);
      return `${counts.join()}/${into?.into}/${into?.at}/${chapters.length}`;
    },
    storyOf(id, prefix, T, now) {
      const { chapters } = memoryOf(id, prefix, looksBy(prefix, T));
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

function hoursOf(facts: readonly Fact[]): Hour[] {
  const hours: Hour[] = [];
  let T = 0;
  for (const [index, { recordedAt }] of facts.entries()) {
    const hour = wholeHour(Math.max(T, recordedAt));
    if (index > 0 && hour > wholeHour(T)) hours.push({ index, hour });
    T = Math.max(T, recordedAt);
  }
  return hours;
}

/** What a read found in it, of what is not forgotten. */
function holdingOf(
  id: string,
  ever: readonly Told[],
  { past, facts }: Memory,
  words: Words,
): Holding {
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
  const about = { ever: ever.map(({ fact }) => fact), told: alone };
  const story = tellStory(facts, true, past, about);
  return {
    id,
    isDone: story.isGone || isClosed(story),
    ever: new Set(seenAt.keys()),
    still: new Set(still.map(([message]) => message)),
  };
}
