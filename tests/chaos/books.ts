/** What the verdict reads of an engine once the services on it have ended: one workspace's log and state. */
import type { EventLog, StateStore } from '@sapwood/runtime/ports';

/** Of one partition, which is asked for as 0. */
export interface Stored {
  readonly log: EventLog;
  readonly store: StateStore;
}

export interface Counts {
  readonly transitions: Readonly<Record<string, number>>;
  readonly firstReply: { readonly n: number };
  readonly fates: Readonly<Record<string, number>>;
}

export interface Verified {
  /** Compared with the oracle; null: it was not asked. */
  readonly cells: number | null;
  /** Differences of any kind, each in one line. */
  readonly problems: readonly string[];
}

export interface Books {
  readonly stored: Stored;
  /**
   * What leaves with a commit is appended after it, so that a record may stand there again, and more
   * than one process writes facts. Else one transaction does all, once, in the order of its stamps.
   */
  readonly isAtLeastOnce: boolean;
  /** All-time numbers by the product's own count. */
  counts(): Promise<Counts>;
  verify(): Promise<Verified>;
}
