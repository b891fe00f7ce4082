/** What was seen of an issue and its thread, each look and message once (metrics.md 1.3). */
import type { FactOf, IssueObserved } from '@sapwood/core/facts';

export type IssueFact = FactOf<'issue.observed'>;

/** One recording of a fact: what makes a transition live or history. */
export interface Recording {
  readonly isLiveOrigin: boolean;
  readonly recordedAt: number;
}

/** The issue as of `u`. */
export interface Observation {
  readonly u: number;
  readonly body: IssueObserved;
  readonly recordings: readonly Recording[];
  /** Its last recording; null: the last look of a closed chapter. */
  readonly fact: IssueFact | null;
}

export interface Message {
  readonly id: string;
  readonly at: number;
  readonly author: 'customer' | 'bot' | 'human' | 'automation';
  readonly authorId: string | null;
  readonly isPrivate: boolean;
  readonly channel: string | null;
  readonly recordings: readonly Recording[];
  /** Start of the look that saw it last. */
  readonly seenAt: number;
}

export type Said = Message['author'];
