/**
 * The embedded engine: log, state and offset in one SQLite file, written by one process
 * (design D6, reliability.md 1.10).
 */
import { TOPICS } from '@sapwood/contracts/topics';
import type { RuntimeError } from '../errors.ts';
import type { Clock, EventLog, StateStore } from '../ports.ts';
import type { TopicFacts } from '../topic-facts.ts';
import { checkBeside, isCheckedAtOnce } from './check.ts';
import { type Durability, openDatabase } from './database.ts';
import { createSqliteLog } from './log.ts';
import { createSqliteStore } from './store.ts';
import { createWriter } from './writer.ts';

export { backupDatabase } from './backup.ts';
export type { Durability } from './database.ts';

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
  /**
   * A large file is checked while it is in use; if it turns out damaged, the process should end with
   * this error's sentence. Left out: it is not checked.
   */
  readonly onDamage?: (error: RuntimeError) => void;
  /** Bytes up to which a file is checked before it is used. */
  readonly checkedAtOnce?: number;
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
  const limit = options.checkedAtOnce === undefined ? {} : { checkedAtOnce: options.checkedAtOnce };
  const db = openDatabase({ file, durability, readOnly, ...limit });
  try {
    const writer = createWriter({ db, clock, durability, onRollback: () => log.reload() });
    const topics = options.topics ?? Object.values(TOPICS);
    const log = createSqliteLog({ db, writer, clock, topics, partitions });
    const store = createSqliteStore(db, writer, log);
    const check =
      options.onDamage && !readOnly && !isCheckedAtOnce(file, options.checkedAtOnce)
        ? checkBeside(file, options.onDamage)
        : null;
    let closed = false;
    return {
      log,
      store,
      close: async () => {
        if (closed) return;
        closed = true;
        await check?.stop();
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
