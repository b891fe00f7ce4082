/** A copy of the store as of one instant, made beside a running writer (reliability.md 1.10). */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { RuntimeError } from '../errors.ts';
import { checkIntegrity } from './database.ts';

const BUSY_MS = 5_000;

export interface Backup {
  readonly bytes: number;
}

/** On disk, not only in the kernel's memory: a backup that a power cut takes is none. */
function flush(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Copies `file` to `target` whole, checks the copy, and only then gives it its name: a file of that
 * name is a good backup. Throws `RuntimeError`: _MISSING, SAPWOOD_BACKUP_EXISTS, _CORRUPT.
 */
export function backupDatabase(file: string, target: string): Backup {
  if (!existsSync(file)) {
    throw new RuntimeError('SAPWOOD_STORE_MISSING', `There is no Sapwood store at ${file}.`);
  }
  refuseTaken(target);
  const draft = `${target}.part-${process.pid}`;
  try {
    // VACUUM fills an empty file: so it is its owner's alone from the first byte.
    closeSync(openSync(draft, 'wx', 0o600));
    withReader(file, (db) => db.prepare('VACUUM INTO ?').run(draft));
    withReader(draft, (copy) => checkIntegrity(copy, draft));
    flush(draft);
    refuseTaken(target);
    renameSync(draft, target);
    flush(dirname(target));
    return { bytes: statSync(target).size };
  } finally {
    rmSync(draft, { force: true });
  }
}

function refuseTaken(target: string): void {
  if (!existsSync(target)) return;
  throw new RuntimeError(
    'SAPWOOD_BACKUP_EXISTS',
    `${target} is there already, and a backup never replaces a file; choose another name.`,
  );
}

function withReader(file: string, work: (db: DatabaseSync) => void): void {
  const db = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS });
  try {
    work(db);
  } finally {
    db.close();
  }
}
