/**
 * The embedded engine: log, state and offset in one SQLite file, written by one process
 * (design D6, reliability.md 1.10).
 */
import { TOPICS } from '@sapwood/contracts/topics';
import type { Clock, EventLog, StateStore } from '../ports.ts';
import type { TopicFacts } from '../topic-facts.ts';
import { type Durability, openDatabase } from './database.ts';
import { createSqliteLog } from './log.ts';
import { createSqliteStore } from './store.ts';
import { createWriter } from './writer.ts';

export interface SqliteOptions {
  /** The database file; `sapwood.lock` is made beside it. */
  readonly file: string;
  readonly clock: Clock;
  /** Default FULL: an acknowledged append survives power loss. */
  readonly durability?: Durability;
  /** Fixed for ever at the first start. Default 1. */
  readonly partitions?: number;
  /** Default: the topic registry. */
  readonly topics?: readonly TopicFacts[];
  /** For `verify` and `get` beside a running writer: takes no lock, appends are rejected. */
  readonly readOnly?: boolean;
}

export interface Sqlite {
  readonly log: EventLog;
  readonly store: StateStore;
  /** Commits what is queued, frees the lock. Nothing may be in use afterwards. */
  close(): Promise<void>;
}

/** Throws `RuntimeError`: SAPWOOD_STORE_LOCKED, _MISSING, _CORRUPT, SAPWOOD_PARTITIONS_CHANGED. */
export function createSqlite(options: SqliteOptions): Sqlite {
  const { file, clock, durability = 'FULL', partitions = 1, readOnly = false } = options;
  const db = openDatabase({ file, durability, readOnly });
  try {
    const writer = createWriter({ db, clock, durability, onRollback: () => log.reload() });
    const topics = options.topics ?? Object.values(TOPICS);
    const log = createSqliteLog({ db, writer, clock, topics, partitions });
    const store = createSqliteStore(db, writer, log);
    let closed = false;
    return {
      log,
      store,
      close: async () => {
        if (closed) return;
        closed = true;
        await log.close();
        writer.close();
        db.close();
      },
    };
  } catch (error) {
    db.close();
    throw error;
  }
}
