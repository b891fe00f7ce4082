/** What later chapters of a conversation need of those that are closed and forgotten. */
import type { Interval } from './intervals.ts';
import type { Dimensions, Transition } from './transition.ts';

/** The start of the conversation for the customer (metrics.md 1.4, `opened`). */
export interface Start {
  readonly at: number;
  readonly live: boolean;
  /** From `createdAt` while the thread is unread: counted, and the value is `partial`. */
  readonly provisional: boolean;
  readonly channel: string | null;
  /** A message, with which changes compare by second; or the making of the issue. */
  readonly isMessage: boolean;
  /** Who asked; null: nobody knows. */
  readonly contact: string | null;
}

/** When a person first took part: the first `hum`, or what stands for it without messages. */
export interface FirstHuman {
  readonly at: number;
  readonly authorId: string | null;
  readonly live: boolean;
  /** A message, with which changes compare by second; or an instant of a look. */
  readonly isMessage: boolean;
}

/** Who of the team ever wrote publicly. */
export interface Spoken {
  readonly human: boolean;
  readonly bot: boolean;
}

/** A clock that goes on if the conversation is reopened, unless it was breached. */
export interface PastSla {
  /** Disjoint, in order, up to the last close. */
  readonly pauses: readonly Interval[];
  readonly isBreached: boolean;
  /** Stands until it is reopened. */
  readonly met: Transition | null;
}

/** The first close, of a customer and a topic that are known. */
export interface PastClose {
  readonly told: Transition;
  /** The customer reopened it. */
  readonly isReturned: boolean;
}

/** A closed chapter: its transitions stand for ever, and nothing dated in it is heard any more. */
export interface Past {
  /** Newest instant of it. */
  readonly through: number;
  readonly closedAt: number;
  readonly start: Start | null;
  readonly firstHuman: FirstHuman | null;
  /** The last that had it, whoever has it now. */
  readonly lastOwner: string | null;
  readonly lastTeam: string | null;
  /** How often a customer had waited for a person in it. */
  readonly turns: number;
  /** Who of the team wrote in it. */
  readonly spoken: Spoken;
  /** When a bot gave it to a person, if one did. */
  readonly aiHandedAt: number | null;
  /** An AI took the credit for a close in it: what became of that is settled. */
  readonly aiClaimed?: true;
  /** Whose it was at the last close, where that is not who has it at the end. */
  readonly closedOwners?: Pick<Dimensions, 'team' | 'assignee'>;
  /** Who of the team wrote last, a person. */
  readonly lastHumanBy?: string;
  /** What people are taken to have worked in it, ms; left out: nothing. */
  readonly handlingMs?: number;
  /** How often it was handed on in it; left out: never. */
  readonly handoffs?: number;
  /** Stands until another rating comes. */
  readonly rated?: Transition;
  /** Why it was out of the numbers, and how it came back. */
  readonly removed?: readonly Transition[];
  /** What the clock of its resolution came to; left out: it has no start, or there was no policy. */
  readonly resolutionSla?: PastSla;
  /** What became of it since it was opened: a later close, or none, may change that. */
  readonly opened?: Transition;
  /** Whether what it first ended comes back is told for ever: others may yet be told of. */
  readonly closed?: PastClose;
  /** Stands until it is reopened. */
  readonly resolved: Transition | null;
}
