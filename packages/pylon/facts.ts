/**
 * What the mapping of Pylon to facts depends on (pylon.md 3.6, metrics.md 1.1 and 1.2). Facts carry
 * ids, slugs, numbers and times only; contacts are hashed with the workspace's key on the way.
 */
import { createHmac, type KeyObject } from 'node:crypto';
import {
  type AuthorKind,
  type DraftFact,
  STATE_CATEGORIES,
  type StateCategory,
} from '@sapwood/core/facts';

/** Declared, never guessed by name: who is a person, an AI agent, an automation (metrics.md 9). */
export interface Roster {
  readonly humans: ReadonlySet<string>;
  readonly bots: ReadonlySet<string>;
  readonly automations: ReadonlySet<string>;
  /** Mail domains whose contacts are colleagues, lower case. */
  readonly internalDomains: ReadonlySet<string>;
}

export const EMPTY_ROSTER: Roster = {
  humans: new Set(),
  bots: new Set(),
  automations: new Set(),
  internalDomains: new Set(),
};

/** What the mapping of one source depends on. */
export interface FactContext {
  readonly workspace: string;
  /** Status slug to category: the five defaults, the declared map, and what REST listed. */
  readonly statuses: ReadonlyMap<string, StateCategory>;
  readonly roster: Roster;
  /** Slug of the custom field that holds the priority. */
  readonly priorityField: string;
  /** Slug of the custom field that holds the topic; null where none is declared. */
  readonly categoryField: string | null;
  readonly messages: 'read' | 'none';
  /** A contact's id to 32 hex, the same for ever under one workspace key. */
  readonly pseudonym: (id: string) => string;
}

const PSEUDONYMS_MAX = 10_000;

/** HMAC-SHA256 under the workspace's key, first 32 hex: losing the key makes all contacts new. */
export function createPseudonym(key: KeyObject | Uint8Array | string): (id: string) => string {
  const recent = new Map<string, string>();
  return (id) => {
    const known = recent.get(id);
    if (known !== undefined) return known;
    const made = createHmac('sha256', key).update(id, 'utf8').digest('hex').slice(0, 32);
    if (recent.size >= PSEUDONYMS_MAX) recent.clear();
    recent.set(id, made);
    return made;
  };
}

/** The five slugs that every Pylon tenant starts with. */
export const DEFAULT_STATUSES: ReadonlyMap<string, StateCategory> = new Map(
  STATE_CATEGORIES.filter((c) => c !== 'unknown').map((category) => [category, category]),
);

/** Pylon's `source` as a channel: one word for the chat widget, one for both kinds of Teams. */
export function channelOf(source: string): string {
  const word = source.toLowerCase();
  if (word === 'chat_widget') return 'chat';
  return word.startsWith('microsoft_teams') ? 'teams' : word;
}

/** `critical` is another word for `urgent` (metrics.md 4). */
export const priorityOf = (slug: string): string =>
  slug.toLowerCase() === 'critical' ? 'urgent' : slug;

/** `unknown` for a slug that nobody declared or listed. */
export const categoryOf = (slug: string, context: FactContext): StateCategory =>
  context.statuses.get(slug) ?? 'unknown';

export function userKind(id: string, roster: Roster): AuthorKind | null {
  if (roster.bots.has(id)) return 'bot';
  if (roster.automations.has(id)) return 'automation';
  return roster.humans.has(id) ? 'human' : null;
}

/** Facts of one delivery or one read say so, and the fold derives at the last of them. */
export function grouped(drafts: readonly DraftFact[]): readonly DraftFact[] {
  if (drafts.length < 2) return drafts;
  return drafts.map((draft, i) => ({ ...draft, group: { i, n: drafts.length } }));
}
