/** What happened in a conversation, and what it carries beside its instant (metrics.md 1.4). */
import type { Value } from './attribute.ts';
import type { Lasted } from './lasted.ts';
import type { Said } from './observed.ts';
import type { Row } from './rows.ts';

export interface Transition {
  readonly kind: string;
  readonly at: number;
  readonly live: boolean;
  readonly row: Row;
  /** Duration it ends; null if none. */
  readonly lasted: Lasted | null;
  /** An answer's: since the customer's last message before it. */
  readonly sinceLast?: Lasted;
  /** A close's: nobody of the team had spoken; of the first since S, its duration. */
  readonly isUnanswered?: boolean;
  readonly first?: Lasted | null;
  /** A close's: it became part of another conversation. */
  readonly isMerge?: boolean;
  /** A resolution's: less what was held; since a person has it. */
  readonly active?: Lasted | null;
  readonly human?: Lasted | null;
  /** Work's that a person wrote, a resolution's: how long it is taken to have taken, ms. */
  readonly handlingMs?: number | null;
  /** A first reply's and a resolution's that had a target. */
  readonly target?: 'met' | 'late';
  /** A bot's handoff's: it went to another team or back to a bot within 24 h. */
  readonly isBounced?: boolean;
  /** A first reply's, a resolution's: what Pylon says it took. */
  readonly vendor?: Took;
  /** A reopening's: closed again without a word. */
  readonly isCourtesy?: boolean;
  /** Of a closed chapter: who had handled the conversation by its end. */
  readonly handledBy?: HandledBy;
  /** A handoff's: its new owner gave it away again within 24 h. */
  readonly isPingpong?: boolean;
  /** A rating's. */
  readonly isPositive?: boolean;
  /** A close's: it had a tag; null: no look ever saw tags. */
  readonly isTagged?: boolean | null;
  /** A close's, and a bot's handoff's: custom fields that were filled; null: no look ever saw them. */
  readonly filled?: readonly string[] | null;
  /** Work's that somebody wrote: who. */
  readonly author?: Said;
  /** An opening's: the contact who wrote; it was escalated within 28 days. */
  readonly contact?: Value;
  readonly isEscalated?: boolean;
  /** A close's: what became of it. */
  readonly fate?: Fate;
  /** A first handling's: an AI ends the conversation, as far as it is known by now, and how. */
  readonly byAi?: 'settled' | 'pending' | null;
  /** An outcome's: the close that an AI may claim. */
  readonly claimedAt?: number;
  /** A close's, an outcome's and a first handling's: how long it takes until one knows what became of it, ms. */
  readonly openMs?: number;
  /** 0 for a message, 1 for what an observation dates: the order within a second. */
  readonly rank: 0 | 1;
}

/** null: nobody says. */
export interface Took {
  readonly wall: number | null;
  readonly business: number | null;
}

/** What became of a close. */
export interface Fate {
  /** Within X, by whomever and why. */
  readonly isReopened: boolean;
  /** By the customer, for more than thanks. */
  readonly isReturned: boolean;
  /** Distinct persons who had written in public by then, and all that the team had. */
  readonly writers: number;
  readonly touches: number;
}

export type HandledBy = 'human' | 'ai' | 'mixed' | 'none';
