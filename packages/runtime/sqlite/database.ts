/** Opens the one file of the embedded engine, and keeps other processes from writing it. */
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { RuntimeError } from '../errors.ts';
import { damaged, isCheckedAtOnce } from './check.ts';
import { SCHEMA, SCHEMA_VERSION, SQL, type StatementName } from './sql.ts';

/** 4 KiB pages would take three and a half times the room for records of about a kilobyte. */
const PAGE_BYTES = 16_384;
/** How long a reader waits for a writer's checkpoint. */
const READER_TIMEOUT_MS = 2_000;
const SQLITE_BUSY = 5;
const SQLITE_IOERR = 10;
const SQLITE_FULL = 13;
/** What is left of the WAL file after a checkpoint; a usual one is about 16 MiB. */
const WAL_BYTES = 64 * 1024 * 1024;

/**
 * FULL survives power loss; NORMAL may lose the last commits then, never on a crash of the process.
 * RELAXED acknowledges before COMMIT: a crash goes back, whole, to one of the last seconds. For a
 * store that can be made again, such as a replay's.
 */
export type Durability = 'FULL' | 'NORMAL' | 'RELAXED';

export interface Database {
  readonly readOnly: boolean;
  statement(name: StatementName): StatementSync;
  exec(sql: string): void;
  /** True inside BEGIN … COMMIT: a failed commit may have ended the transaction by itself. */
  inTransaction(): boolean;
  close(): void;
}

export interface OpenOptions {
  readonly file: string;
  readonly durability: Durability;
  readonly readOnly: boolean;
  /** Larger files are not checked here: see check.ts. */
  readonly checkedAtOnce?: number;
}

const isCode = (error: unknown, code: number): boolean =>
  ((error as { errcode?: number }).errcode ?? 0) % 256 === code;

/** Who may read the raw log may read what customers wrote: its owner alone. SQLite's other files follow. */
function make(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  closeSync(openSync(file, 'a', 0o600));
}

/** Held for the life of the process; the kernel frees it even after kill -9. */
function takeLock(file: string): DatabaseSync {
  const lockFile = join(dirname(file), 'sapwood.lock');
  const lock = new DatabaseSync(lockFile, { timeout: 0 });
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    lock.close();
    if (!isCode(cause, SQLITE_BUSY)) throw cause;
    throw new RuntimeError(
      'SAPWOOD_STORE_LOCKED',
      `Another Sapwood process is already writing ${file}.`,
      { cause },
    );
  }
}

/** Nothing is written into what another program keeps, nor read from it. */
function expectOurs(db: DatabaseSync, file: string): void {
  const first = (sql: string): number => Number(Object.values(db.prepare(sql).get() ?? {})[0]);
  const version = first('PRAGMA user_version');
  const refuse = (text: string): never => {
    throw new RuntimeError('SAPWOOD_STORE_CORRUPT', `${file} ${text}`);
  };
  if (version > SCHEMA_VERSION)
    refuse('was written by a newer Sapwood; start that version instead.');
  // A store has its version from the commit that made its first table.
  if (version === 0 && first('SELECT count(*) FROM sqlite_schema') > 0) {
    refuse('is the database of another program; name another folder.');
  }
}

function prepareWriter(db: DatabaseSync, options: OpenOptions): void {
  db.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL`);
  const synchronous = options.durability === 'FULL' ? 'FULL' : 'NORMAL';
  db.exec(`PRAGMA synchronous = ${synchronous}; PRAGMA fullfsync = 1`);
  // A reader such as a backup lets the WAL grow; the first checkpoint after it cuts it back.
  db.exec(`PRAGMA journal_size_limit = ${WAL_BYTES}`);
  db.exec(`BEGIN IMMEDIATE; ${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
}

/** SQLite tells some damage in several lines; ours is one sentence. */
export function verdictOf(db: DatabaseSync, check: 'quick_check' | 'integrity_check'): string {
  const row = db.prepare(`PRAGMA ${check}(1)`).get();
  return String(Object.values(row ?? {})[0])
    .replaceAll(/[\s*]+/g, ' ')
    .trim();
}

function quickCheck(db: DatabaseSync, { file, checkedAtOnce }: OpenOptions): void {
  if (!isCheckedAtOnce(file, checkedAtOnce)) return;
  const verdict = verdictOf(db, 'quick_check');
  if (verdict !== 'ok') throw damaged(file, verdict);
}

/** Every index and constraint too: slower than `quickCheck`, for a copy that is to be trusted. */
export function checkIntegrity(db: DatabaseSync, file: string): void {
  const verdict = verdictOf(db, 'integrity_check');
  if (verdict !== 'ok') throw damaged(file, verdict);
}

function openChecked(options: OpenOptions): DatabaseSync {
  const { file, readOnly } = options;
  let db: DatabaseSync | null = null;
  try {
    db = new DatabaseSync(file, { readOnly, timeout: READER_TIMEOUT_MS });
    // SQLite looks at a file only when it is first asked something.
    db.prepare('PRAGMA schema_version').get();
    expectOurs(db, file);
    if (!readOnly) {
      prepareWriter(db, options);
      quickCheck(db, options);
    }
    return db;
  } catch (cause) {
    db?.close();
    if (cause instanceof RuntimeError) throw cause;
    const { message } = cause as Error;
    if (isCode(cause, SQLITE_FULL) || isCode(cause, SQLITE_IOERR)) {
      const text = `The disk of ${file} is full or fails (${message}).`;
      throw new RuntimeError('SAPWOOD_STORE_UNREACHABLE', text, { cause });
    }
    const text = `${file} cannot be opened as a Sapwood store (${message}).`;
    throw new RuntimeError('SAPWOOD_STORE_CORRUPT', text, { cause });
  }
}

/** Throws `RuntimeError`: locked by another process, missing, damaged. */
export function openDatabase(options: OpenOptions): Database {
  const { file, readOnly } = options;
  if (readOnly && !existsSync(file)) {
    throw new RuntimeError('SAPWOOD_STORE_MISSING', `There is no Sapwood store at ${file}.`);
  }
  if (!readOnly) make(file);
  const lock = readOnly ? null : takeLock(file);
  let db: DatabaseSync;
  try {
    db = openChecked(options);
  } catch (error) {
    lock?.close();
    throw error;
  }
  const prepared = new Map<StatementName, StatementSync>();
  return {
    readOnly,
    statement: (name) => {
      const found = prepared.get(name) ?? db.prepare(SQL[name]);
      prepared.set(name, found);
      return found;
    },
    exec: (sql) => db.exec(sql),
    inTransaction: () => db.isTransaction,
    close: () => {
      db.close();
      lock?.close();
    },
  };
}
