/**
 * What is kept of a conversation: the *set* of its facts in canonical form (metrics.md 1.3).
 * Two logs with the same facts in another order build the same model, so a duplicate, a
 * reordering or a late delivery repairs itself.
 */
import type {
  AuthorKind,
  IssueObserved,
  RawPosition,
  StateCategory,
  VendorSeconds,
} from '../facts/fact.ts';
import type { Past } from './chapter.ts';
import type { Closer } from './closer.ts';
import { ALONE, type Asked, type Joined } from './joined.ts';
import type { Dimensions, HandledBy, Transition } from './transition.ts';

/** One look at the issue, by REST or claimed by a body. Absent fields were not observed. */
export interface Observation {
  readonly id: string;
  /** `body` claims yield to a REST read that began after them. */
  readonly via: 'rest' | 'body';
  readonly updatedAt: number;
  /** Start of the read; not compared when facts are called redundant. */
  observedAt: number;
  readonly raw: RawPosition | null;
  /** May feed live windows: not an import, recorded within 24 h of `updatedAt`. */
  live: boolean;
  readonly fields: CompactIssue;
  /** Of the newest read that observed it alone. */
  vendorSeconds?: VendorSeconds | null;
}

/** The compared fields of `issue.observed`. */
export type CompactIssue = Pick<
  IssueObserved,
  | 'number'
  | 'stateCategory'
  | 'stateSlug'
  | 'isGroup'
  | 'channel'
  | 'accountId'
  | 'requesterId'
  | 'assigneeId'
  | 'teamId'
  | 'tags'
  | 'priority'
  | 'category'
  | 'createdAt'
  | 'resolutionAt'
  | 'snoozedUntil'
  | 'fieldsFilled'
  | 'external'
  | 'csat'
  | 'aiResolved'
  | 'breachAt'
>;

export interface Message {
  readonly id: string;
  readonly at: number;
  readonly author: AuthorKind;
  readonly authorId: string | null;
  readonly private: boolean;
  readonly channel: string | null;
  readonly observedAt: number;
  readonly raw: RawPosition | null;
  readonly live: boolean;
}

/** A hint or claim that no read has settled yet. */
export interface Hint {
  readonly raw: RawPosition;
  readonly receivedAt: number;
}

export interface Conversation {
  readonly id: string;
  /** A closed chapter that was forgotten; the first observation is its last look. */
  past: Past | null;
  observations: Observation[];
  /** By message id: what REST read and what a body claimed, each the last observed. */
  readonly restMessages: Map<string, Message>;
  readonly bodyMessages: Map<string, Message>;
  /** Message id to the start of the read that missed it. */
  readonly vanished: Map<string, number>;
  hints: Hint[];
  /** What its source and its audit log say of who closed it, by identity. */
  closers: Closer[];
  /** Start of the newest read that found nothing; a later read that finds it ends that. */
  goneAt: number | null;
  /** Highest raw position that a REST read of the issue, of its thread, has superseded. */
  issueReadAfter: RawPosition | null;
  threadReadAfter: RawPosition | null;
  threadRead: boolean;
  latestMessage: LatestMessage | null;
  /** Of what was forgotten, the newest of each kind by which conversations are counted. */
  marks: readonly Transition[];
  /** What was derived last: the next derivation is compared with it. */
  transitions: readonly Transition[];
  changes: ChangeCounts;
  handledBy: HandledBy;
  open: Open | null;
  waiting: Waiting | null;
  sla: RunningSla | null;
  /** null: no customer opened it, or it is out of every number. */
  asked: Asked | null;
  /** What other conversations say of it: what it was derived with last. */
  joined: Joined;
  /** S rests on `createdAt` because the thread was not read yet. */
  provisional: boolean;
  /** When it has to be derived again though nothing new is known; null: not of itself. */
  dueAt: number | null;
}

/** When the newest message was written, as the newest read of the issue that says so saw it. */
export interface LatestMessage {
  readonly updatedAt: number;
  readonly observedAt: number;
  /** null: there is none. */
  readonly at: number | null;
}

/** Who is owed a human reply, since when, and in which row. */
export interface Waiting {
  readonly since: number;
  /** 1: the first reply of the conversation. */
  readonly turn: number;
  readonly dims: Dimensions;
  /** The first reply, which was promised by now. */
  readonly isLate?: true;
}

/** A conversation that is not closed, as it stands now. */
export interface Open {
  readonly createdAt: number;
  readonly state: StateCategory;
  /** On hold, or snoozed. */
  readonly isHeld: boolean;
  readonly dims: Dimensions;
}

/** The clocks of its targets that run now, and in which row. */
export interface RunningSla {
  readonly clocks: readonly {
    /** null: it was, or will not be as far as is known. */
    readonly dueAt: number | null;
    readonly isBreached: boolean;
  }[];
  readonly dims: Dimensions;
}

/** Differences between consecutive observations, before undo. */
export interface ChangeCounts {
  readonly state: number;
  readonly team: number;
  readonly assignee: number;
}

export const NO_CHANGES: ChangeCounts = { state: 0, team: 0, assignee: 0 };

export function newConversation(id: string): Conversation {
  return {
    id,
    past: null,
    observations: [],
    restMessages: new Map(),
    bodyMessages: new Map(),
    vanished: new Map(),
    hints: [],
    closers: [],
    goneAt: null,
    issueReadAfter: null,
    threadReadAfter: null,
    threadRead: false,
    latestMessage: null,
    marks: [],
    transitions: [],
    changes: NO_CHANGES,
    handledBy: 'none',
    open: null,
    waiting: null,
    sla: null,
    asked: null,
    joined: ALONE,
    provisional: false,
    dueAt: null,
  };
}

/** Not found by the newest read. */
export function isGone({ goneAt, observations }: Conversation): boolean {
  return goneAt !== null && !observations.some((o) => o.via === 'rest' && o.observedAt > goneAt);
}

/** The newest observed value of a field; undefined if it was never observed. */
export function latest<K extends keyof CompactIssue>(
  conversation: Conversation,
  field: K,
): CompactIssue[K] | undefined {
  for (let i = conversation.observations.length - 1; i >= 0; i--) {
    const value = conversation.observations[i]!.fields[field];
    if (value !== undefined) return value;
  }
  return undefined;
}
