/** A conversation: as it is told, as the rules see it, and what is left of its closed chapters. */
import type { SlaPolicy } from '@sapwood/core/config';
import type { RawPosition } from '@sapwood/core/facts';
import type { Attribute, Change, Value } from './attribute.ts';
import type { Declared } from './declared.ts';
import type { Version } from './hours.ts';
import type { Message, Observation } from './observed.ts';
import type { Giver } from './rows.ts';
import type { Transition } from './transition.ts';
import type { SaidCloser, Words } from './words.ts';

export interface Circumstances {
  readonly hasMessages: boolean;
  /** Users that are bots or automations own nothing. */
  isNobody(userId: string): boolean;
  /** Silence after which an automation closes, where it is declared. */
  readonly autoCloseAfterMs: number | null;
  readonly declared: Declared;
  /** What somebody says beside the sources. */
  readonly words: Words;
  /** The calendars declared so far, by the log time from which each holds. */
  readonly calendars: readonly Version[];
  /** What it promises, if anything. */
  readonly sla: SlaPolicy | null;
  /** As known now; null: none. */
  tierOf(accountId: string): Value;
  /** As it became known, nothing before its first read. */
  tierOver(accountId: string): Attribute;
}

export interface Start {
  readonly at: number;
  /** The customer's message; null: the issue's creation. */
  readonly message: Message | null;
  readonly live: boolean;
}

/** Everything the rules look at. */
export interface Case extends Circumstances {
  readonly story: Story;
  readonly state: Attribute;
  readonly team: Attribute;
  readonly assignee: Attribute;
  readonly account: Attribute;
  readonly contact: Attribute;
  readonly priority: Attribute;
  readonly category: Attribute;
  readonly tags: Attribute;
  readonly fields: Attribute;
  /** Whether it is linked to issues elsewhere: null or not. */
  readonly external: Attribute;
  readonly csat: Attribute;
  readonly closes: readonly Change[];
  readonly createdAt: number | null;
  readonly source: Value;
  readonly start: Start | null;
}

/** What is said of a conversation beside its facts, and what is part of it. */
export interface Told {
  readonly id: string;
  readonly words: Words;
  /** null: it is part of none. `at` null: since its own last close, or since it is gone. */
  readonly merged: { readonly at: number | null } | null;
  readonly parts: readonly { readonly id: string; readonly story: Story }[];
}

export interface Story {
  readonly past: Past | null;
  readonly observations: readonly Observation[];
  readonly messages: readonly Message[];
  /** Those of its own thread, whatever somebody says of them. */
  readonly own: readonly Message[];
  /** Who closed it, the weakest word first. */
  readonly closers: readonly SaidCloser[];
  /** Out by somebody's word, or as a part of another: since when. */
  readonly out: { readonly kind: string; readonly at: number | null } | null;
  readonly isThreadRead: boolean;
  /** Start of the newest read that found nothing, and of the newest that found it; -1 and 0: none. */
  readonly goneAt: number;
  readonly readAt: number;
  readonly isGone: boolean;
  /** When the customer or the team last wrote by what was read, ever; null: nobody; undefined: unread. */
  readonly latestMessageAt: number | null | undefined;
}

/** Who of the team has spoken in public, forgotten chapters included. */
export interface Spoken {
  readonly human: boolean;
  readonly bot: boolean;
}

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
  /** What people are taken to have worked in it and before, ms. */
  readonly handlingMs: number;
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
  /** That it was resolved in time, which is taken back with `resolved`; whether it ever was late. */
  readonly slaMet: Transition | null;
  readonly isSlaBreached: boolean;
  /** All closed chapters, for what a clock that runs on did not count in them. */
  readonly earlier: readonly Case[];
}
