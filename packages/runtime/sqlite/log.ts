/** EventLog over two tables: `log` for kept records, `compacted` for the newest one of each key. */
import { logShorter, RuntimeError } from '../errors.ts';
import type {
  AppendOutcome,
  Bounds,
  Clock,
  EventLog,
  LogRecord,
  NewRecord,
  ReadOptions,
} from '../ports.ts';
import type { TopicFacts } from '../topic-facts.ts';
import { createWaiters } from '../waiters.ts';
import type { Database } from './database.ts';
import type { Writer } from './writer.ts';

/** One read returns no more than this, whatever `max` says: memory has a bound. */
const READ_BYTES_MAX = 4 * 1024 * 1024;
/** Rows deleted in one transaction of `trim`. */
const TRIM_ROWS = 2_000;
/** How often a read-only log looks for another process's records: nothing can wake it. */
const READER_LOOK_MS = 250;

interface Part {
  readonly topic: number;
  readonly part: number;
  readonly compacted: boolean;
  readonly name: string;
  low: number;
  high: number;
}

export interface SqliteLog extends EventLog {
  /** Inside a transaction of the writer: the outbox of a commit. Returns the first offset. */
  insert(topic: string, partition: number, records: readonly NewRecord[]): number;
  /** After that transaction: wakes the readers. */
  inserted(topic: string, partition: number): void;
  /** After a roll-back: counters as the file has them. */
  reload(): void;
}

type Row = Record<string, unknown>;

/** Plain numbers and text come out as they went in; only headers need a parse. */
function recordOf(row: Row): LogRecord {
  return {
    key: row['key'] as string | null,
    value: row['value'] as Uint8Array | null,
    headers: row['headers'] === null ? {} : JSON.parse(row['headers'] as string),
    offset: row['off'] as number,
    appendedAt: row['at'] as number,
  };
}

/** Reads the topics of the file and adds those it lacks; partitions are fixed for ever. */
function loadTopics(
  db: Database,
  wanted: readonly TopicFacts[],
  partitions: number,
): Map<string, readonly Part[]> {
  const rows = (): Row[] => db.statement('topics').all() as Row[];
  const known = new Map(rows().map((row) => [row['name'] as string, row]));
  for (const { name, retention } of db.readOnly ? [] : wanted) {
    const row = known.get(name);
    if (row && row['partitions'] !== partitions) {
      throw new RuntimeError(
        'SAPWOOD_PARTITIONS_CHANGED',
        `This store was made with ${row['partitions']} partitions, not ${partitions}; that number is fixed for ever.`,
      );
    }
    if (row) continue;
    const made = db.statement('topicInsert').run(name, partitions, retention === 'compact' ? 1 : 0);
    for (let p = 0; p < partitions; p++) db.statement('partInsert').run(made.lastInsertRowid, p);
  }
  const bounds = db.statement('parts').all() as Row[];
  return new Map(
    rows().map((topic) => {
      const parts = bounds
        .filter((row) => row['topic'] === topic['id'])
        .sort((a, b) => (a['part'] as number) - (b['part'] as number))
        .map(
          (row): Part => ({
            topic: topic['id'] as number,
            part: row['part'] as number,
            compacted: topic['compacted'] === 1,
            name: `${topic['name']}|${row['part']}`,
            low: row['low'] as number,
            high: row['high'] as number,
          }),
        );
      return [topic['name'] as string, parts];
    }),
  );
}

export interface SqliteLogDeps {
  readonly db: Database;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly topics: readonly TopicFacts[];
  readonly partitions: number;
}

export function createSqliteLog({
  db,
  writer,
  clock,
  topics,
  partitions,
}: SqliteLogDeps): SqliteLog {
  const parts = loadTopics(db, topics, partitions);
  const waiters = createWaiters(clock);
  let closed = false;

  const partsOf = (topic: string): readonly Part[] => {
    const found = parts.get(topic);
    if (!found) throw new RuntimeError('SAPWOOD_TOPIC_UNKNOWN', `There is no topic ${topic}.`);
    return found;
  };
  const partOf = (topic: string, partition: number): Part => {
    const found = partsOf(topic)[partition];
    if (found) return found;
    throw new RuntimeError(
      'SAPWOOD_TOPIC_UNKNOWN',
      `Topic ${topic} has no partition ${partition}.`,
    );
  };
  const refresh = (part: Part): void => {
    const row = db.statement('part').get(part.topic, part.part) as Row;
    part.low = row['low'] as number;
    part.high = row['high'] as number;
  };
  const move = (part: Part): void => {
    db.statement('partMove').run(part.low, part.high, part.topic, part.part);
  };
  const insert = (topic: string, partition: number, records: readonly NewRecord[]): number => {
    const part = partOf(topic, partition);
    const statement = db.statement(part.compacted ? 'compactedUpsert' : 'logInsert');
    const first = part.high;
    const at = clock.now();
    for (const { key, value, headers } of records) {
      const text = headers && Object.keys(headers).length > 0 ? JSON.stringify(headers) : null;
      statement.run(part.topic, part.part, part.high++, key, value, text, at);
    }
    move(part);
    return first;
  };
  const append = (
    topic: string,
    partition: number,
    records: readonly NewRecord[],
  ): Promise<AppendOutcome> =>
    new Promise((resolve) => {
      const part = parts.get(topic)?.[partition];
      const refuse = (reason: string): void => resolve({ kind: 'rejected', reason });
      if (db.readOnly) return refuse('read_only');
      if (!part) return refuse('unknown_partition');
      if (records.length === 0) return refuse('no_records');
      if (part.compacted && records.some(({ key }) => key === null)) return refuse('key_missing');
      let firstOffset = 0;
      let appendedAt = 0;
      writer.enqueue({
        rows: records.length,
        apply: () => {
          appendedAt = clock.now();
          firstOffset = insert(topic, partition, records);
        },
        done: () => {
          resolve({ kind: 'durable', firstOffset, appendedAt });
          waiters.wake(part.name);
        },
        failed: (error, unknown) =>
          resolve({ kind: unknown ? 'outcomeUnknown' : 'rejected', reason: error.message }),
      });
    });

  const readNow = (part: Part, from: number, max: number): LogRecord[] => {
    const statement = db.statement(part.compacted ? 'compactedRead' : 'logRead');
    const records: LogRecord[] = [];
    let bytes = 0;
    for (const row of statement.iterate(part.topic, part.part, from, max)) {
      const record = recordOf(row as Row);
      records.push(record);
      bytes += record.value?.length ?? 0;
      if (bytes >= READ_BYTES_MAX) break;
    }
    return records;
  };
  const read = async (
    topic: string,
    partition: number,
    from: number,
    { max, waitMs, signal }: ReadOptions,
  ): Promise<readonly LogRecord[]> => {
    const part = partOf(topic, partition);
    const untilMs = clock.monotonic() + waitMs;
    for (;;) {
      if (closed || signal?.aborted) return [];
      if (db.readOnly) refresh(part);
      if (from > part.high) throw logShorter(part.name, part.high, from);
      const found = from < part.high ? readNow(part, from, max) : [];
      const leftMs = untilMs - clock.monotonic();
      if (found.length > 0 || leftMs <= 0) return found;
      await waiters.wait(
        part.name,
        db.readOnly ? Math.min(READER_LOOK_MS, leftMs) : leftMs,
        signal,
      );
    }
  };
  const bounds = async (topic: string, partition: number): Promise<Bounds> => {
    const part = partOf(topic, partition);
    if (db.readOnly) refresh(part);
    return { low: part.low, high: part.high };
  };

  /** One small transaction; returns the rows it deleted. */
  const trimSome = (part: Part, before: number): Promise<number> =>
    new Promise((resolve, reject) => {
      let deleted = 0;
      writer.enqueue({
        rows: TRIM_ROWS,
        apply: () => {
          if (part.compacted) {
            const { changes } = db
              .statement('compactedTrim')
              .run(part.topic, part.part, before, part.high);
            deleted = Number(changes);
            return;
          }
          const to = Math.min(before, part.high, part.low + TRIM_ROWS);
          const { changes } = db.statement('logTrim').run(part.topic, part.part, part.low, to);
          deleted = Number(changes);
          part.low = Math.max(part.low, to);
          move(part);
        },
        done: () => resolve(deleted),
        failed: reject,
      });
    });

  return {
    append,
    read,
    bounds,
    insert,
    inserted: (topic, partition) => waiters.wake(partOf(topic, partition).name),
    reload: () => {
      for (const list of parts.values()) for (const part of list) refresh(part);
    },
    partitions: async (topic) => partsOf(topic).length,
    assign: async (_group, topic, listener) => {
      listener(partsOf(topic).map((part) => part.part));
      return { close: async () => {} };
    },
    trim: async (topic, partition, before) => {
      const part = partOf(topic, partition);
      let total = 0;
      for (;;) {
        const deleted = await trimSome(part, before);
        total += deleted;
        if (part.compacted || part.low >= Math.min(before, part.high)) return total;
      }
    },
    close: async () => {
      closed = true;
      waiters.close();
    },
  };
}
