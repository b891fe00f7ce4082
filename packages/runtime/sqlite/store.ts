/** StateStore in the log's own file: state, offset and outbox move in one transaction (1.10). */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { RuntimeError } from '../errors.ts';
import type {
  ClaimAnswer,
  Commit,
  CommitAnswer,
  Meta,
  OutboxRecord,
  Scope,
  StateStore,
  StoredPut,
} from '../ports.ts';
import type { Database } from './database.ts';
import type { SqliteLog } from './log.ts';
import type { Writer } from './writer.ts';

/** Rows read between two turns of the event loop. */
const LOAD_ROWS = 2_000;

interface ScopeRow extends Meta {
  readonly id: number;
}

const unreachable = (cause: Error): RuntimeError =>
  new RuntimeError('SAPWOOD_STORE_UNREACHABLE', `The store refused a write: ${cause.message}.`, {
    cause,
    retriable: true,
  });

export function createSqliteStore(db: Database, writer: Writer, log: SqliteLog): StateStore {
  const rowOf = (scope: Scope): ScopeRow | null =>
    (db.statement('scope').get(scope.fold, scope.topology, scope.partition) as
      | ScopeRow
      | undefined) ?? null;
  const metaOf = ({ own, off, tail, cid, code, T }: Meta): Meta => ({
    own,
    off,
    tail,
    cid,
    code,
    T,
  });

  /** Runs `work` in a transaction and answers what it returned, once that is durable. */
  const write = <Answer>(
    rows: number,
    work: () => Answer,
    after: (answer: Answer) => void = () => {},
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      let answer: Answer;
      writer.enqueue({
        rows,
        apply: () => {
          answer = work();
        },
        done: () => {
          resolve(answer);
          after(answer);
        },
        failed: (error) => reject(unreachable(error)),
      });
    });

  const putAll = (id: number, puts: Iterable<StoredPut>): void => {
    for (const [space, field, bytes] of puts) {
      if (bytes === null) db.statement('stateDelete').run(id, space, field);
      else db.statement('statePut').run(id, space, field, bytes);
    }
  };
  const insertOutbox = (outbox: readonly OutboxRecord[]): void => {
    for (const { topic, partition, key, value, headers } of outbox) {
      log.insert(topic, partition, [headers ? { key, value, headers } : { key, value }]);
    }
  };
  const wakeReaders = (outbox: readonly OutboxRecord[]): void => {
    const names = new Map(outbox.map((entry) => [`${entry.topic}|${entry.partition}`, entry]));
    for (const { topic, partition } of names.values()) log.inserted(topic, partition);
  };

  const claim = (scope: Scope, own: string, code: string): Promise<ClaimAnswer> =>
    write(1, (): ClaimAnswer => {
      const row = rowOf(scope);
      if (!row) return { kind: 'EMPTY' };
      if (row.code !== code) return { kind: 'CODE', stored: row.code };
      db.statement('scopeOwn').run(own, row.id);
      return { kind: 'claimed', meta: metaOf({ ...row, own }) };
    });

  const bootstrap = (
    scope: Scope,
    meta: Meta,
    puts: Iterable<StoredPut>,
  ): Promise<'OK' | 'EXISTS'> =>
    write(1, () => {
      const row = rowOf(scope);
      if (row && row.code === meta.code) return 'EXISTS';
      const { own, off, tail, cid, code, T } = meta;
      if (row) db.statement('scopeReset').run(own, off, tail, cid, code, T, row.id);
      else {
        const { fold, topology, partition } = scope;
        db.statement('scopeInsert').run(fold, topology, partition, own, off, tail, cid, code, T);
      }
      const { id } = rowOf(scope)!;
      db.statement('stateClear').run(id);
      putAll(id, puts);
      return 'OK';
    });

  const commit = (
    scope: Scope,
    { own, expected, next, tail, cid, code, T }: Commit,
    puts: readonly StoredPut[],
    outbox: readonly OutboxRecord[],
  ): Promise<CommitAnswer> =>
    write(
      1 + puts.length + outbox.length,
      (): CommitAnswer => {
        const row = rowOf(scope);
        if (!row) return 'EMPTY';
        if (row.cid === cid) return 'APPLIED';
        if (row.own !== own) return 'FENCED';
        if (row.code !== code) return 'CODE';
        if (row.off !== expected) return 'OFFSET';
        putAll(row.id, puts);
        insertOutbox(outbox);
        db.statement('scopeMove').run(next, tail, cid, T, row.id);
        return 'OK';
      },
      (answer) => {
        if (answer === 'OK') wakeReaders(outbox);
      },
    );

  async function* load(scope: Scope): AsyncIterable<StoredPut> {
    const row = rowOf(scope);
    if (!row) return;
    let last: StoredPut | null = null;
    for (;;) {
      const page = (last
        ? db.statement('stateNext').all(row.id, last[0], last[1], LOAD_ROWS)
        : db.statement('stateFirst').all(row.id, LOAD_ROWS)) as unknown as {
        space: StoredPut[0];
        field: string;
        bytes: Uint8Array;
      }[];
      for (const { space, field, bytes } of page) {
        last = [space, field, bytes];
        yield last;
      }
      if (page.length < LOAD_ROWS) return;
      await nextTurn();
    }
  }

  return {
    claim,
    meta: async (scope) => {
      const row = rowOf(scope);
      return row && metaOf(row);
    },
    load,
    bootstrap,
    commit,
    pending: async () => [],
    settle: async () => {},
    getRecord: async (name) =>
      (db.statement('recordGet').get(name)?.['bytes'] as Uint8Array | undefined) ?? null,
    putRecord: (name, bytes) =>
      write(1, () => {
        if (bytes === null) db.statement('recordDelete').run(name);
        else db.statement('recordPut').run(name, bytes);
      }),
    close: async () => {},
  };
}
