/**
 * Group commit without a timer (ecosystem.md 3): everything that was asked for since the last turn of
 * the event loop shares one transaction. A slow disk makes larger groups by itself.
 */
import { RuntimeError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { Database, Durability } from './database.ts';

export interface WriteOp {
  /** Rows it may write: what a group's size is counted in. */
  readonly rows: number;
  /** Inside the transaction, synchronous. Throws to undo. */
  apply(): void;
  done(): void;
  /** `unknown`: COMMIT itself failed, so the rows may be there after a restart. */
  failed(error: Error, unknown: boolean): void;
}

export interface Writer {
  enqueue(op: WriteOp): void;
  /** Commits what is queued; later ops fail. */
  close(): void;
}

const GROUP_ROWS_MAX = 5_000;
/** The API is synchronous: a longer group would hold the event loop. */
const GROUP_MS_MAX = 10;

export interface WriterDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly durability: Durability;
  /** The file went back to its last commit: forget what was counted since. */
  readonly onRollback: () => void;
}

export function createWriter(deps: WriterDeps): Writer {
  const { db, clock, onRollback } = deps;
  let queue: WriteOp[] = [];
  let scheduled = false;
  let closed = false;
  /** Rows acknowledged in a transaction that is still open (RELAXED). */
  let openRows = 0;

  const rollback = (): void => {
    if (db.inTransaction()) db.exec('ROLLBACK');
    onRollback();
  };
  const commit = (ops: readonly WriteOp[]): void => {
    try {
      db.exec('COMMIT');
    } catch (error) {
      rollback();
      for (const op of ops) op.failed(error as Error, true);
      return;
    }
    for (const op of ops) op.done();
  };
  /** Acknowledges now, commits later; what went wrong once can no longer be taken back. */
  const runRelaxed = (): void => {
    const ops = queue;
    queue = [];
    try {
      if (!db.inTransaction()) db.exec('BEGIN IMMEDIATE');
      for (const op of ops) {
        op.apply();
        openRows += op.rows;
      }
      if (openRows >= GROUP_ROWS_MAX || closed) {
        db.exec('COMMIT');
        openRows = 0;
      }
    } catch (error) {
      closed = true;
      rollback();
      for (const op of ops) op.failed(error as Error, true);
      return;
    }
    for (const op of ops) op.done();
  };
  const runAlone = (op: WriteOp): void => {
    try {
      db.exec('BEGIN IMMEDIATE');
      op.apply();
    } catch (error) {
      rollback();
      op.failed(error as Error, false);
      return;
    }
    commit([op]);
  };
  /** Applies ops until the group is full; returns how many. Undoes all when one fails. */
  const runGroup = (): void => {
    const startMs = clock.monotonic();
    let count = 0;
    let rows = 0;
    try {
      db.exec('BEGIN IMMEDIATE');
      for (const op of queue) {
        if (count > 0 && rows + op.rows > GROUP_ROWS_MAX) break;
        op.apply();
        count++;
        rows += op.rows;
        if (clock.monotonic() - startMs > GROUP_MS_MAX) break;
      }
    } catch {
      // One bad op must not fail its neighbours: each of them again, by itself.
      rollback();
      const suspects = queue.slice(0, count + 1);
      queue = queue.slice(count + 1);
      for (const op of suspects) runAlone(op);
      return;
    }
    const group = queue.slice(0, count);
    queue = queue.slice(count);
    commit(group);
  };
  const run = deps.durability === 'RELAXED' ? runRelaxed : runGroup;
  const turn = (): void => {
    scheduled = false;
    if (queue.length > 0) run();
    schedule();
  };
  const schedule = (): void => {
    if (scheduled || queue.length === 0) return;
    scheduled = true;
    setImmediate(turn);
  };
  return {
    enqueue: (op) => {
      if (closed)
        return op.failed(new RuntimeError('SAPWOOD_CLOSED', 'The store is closed.'), false);
      queue.push(op);
      schedule();
    },
    close: () => {
      closed = true;
      while (queue.length > 0) run();
      if (db.inTransaction()) db.exec('COMMIT');
    },
  };
}
