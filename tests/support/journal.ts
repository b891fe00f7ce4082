/** Readers of an embedded store from outside, for tests that keep a journal of what they sent. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { quarantinedCodec, rawCodec } from '@sapwood/contracts/codec';
import { factCodec } from '@sapwood/contracts/facts';
import { TOPICS } from '@sapwood/contracts/topics';
import type { EventLog, LogRecord } from '@sapwood/runtime/ports';
import { createSqlite, type Sqlite } from '@sapwood/runtime/sqlite';
import { clock } from './process.ts';

export const sha256 = (text: string | Uint8Array): string =>
  createHash('sha256').update(text).digest('hex');

export async function readTopic(log: EventLog, topic: string): Promise<LogRecord[]> {
  const { low, high } = await log.bounds(topic, 0);
  const records: LogRecord[] = [];
  for (let from = low; from < high; ) {
    const more = await log.read(topic, 0, from, { max: 1_000, waitMs: 0 });
    if (more.length === 0) break;
    records.push(...more);
    from = more.at(-1)!.offset + 1;
  }
  return records;
}

export interface RawFate {
  readonly offset: number;
  /** Of the body. */
  readonly sha256: string;
  /** '' where the body names none. */
  readonly issue: string;
  /** Epoch ms; NaN where the body does not say. */
  readonly createdAt: number;
  /** False: no fact, hint or quarantine names this delivery. */
  readonly ended: boolean;
}

/** Runs `read` over the store in `data`; a process may be writing it. */
export async function withEngine<T>(
  data: string,
  read: (engine: Sqlite) => Promise<T>,
): Promise<T> {
  const engine = createSqlite({ file: join(data, 'sapwood.db'), clock, readOnly: true });
  try {
    return await read(engine);
  } finally {
    await engine.close();
  }
}

export const withLog = <T>(data: string, read: (log: EventLog) => Promise<T>): Promise<T> =>
  withEngine(data, ({ log }) => read(log));

/** Each delivery in `raw.pylon.v1`, and whether something downstream names it. */
export async function rawFates(log: EventLog): Promise<readonly RawFate[]> {
  const ended = await endedOffsets(log);
  return (await readTopic(log, TOPICS.rawPylon.name)).flatMap(({ offset, value }) => {
    const { delivery } = rawCodec.decode(value!);
    if (!delivery) return [];
    const raw = Buffer.from(delivery.raw);
    const text = raw.toString('utf8');
    const said = (name: string): string =>
      new RegExp(`"${name}":\\s*"([^"]+)"`).exec(text)?.[1] ?? '';
    const createdAt = Date.parse(said('issue_created_at'));
    return [
      { offset, sha256: sha256(raw), issue: said('issue_id'), createdAt, ended: ended.has(offset) },
    ];
  });
}

async function endedOffsets(log: EventLog): Promise<ReadonlySet<number>> {
  const facts = (await readTopic(log, TOPICS.facts.name)).map(({ value }) =>
    factCodec.decode(value!),
  );
  const quarantined = (await readTopic(log, TOPICS.dlqRaw.name)).map(({ value }) =>
    quarantinedCodec.decode(value!),
  );
  const named = [...facts.flatMap(({ srcs }) => srcs), ...quarantined];
  return new Set(
    named.filter(({ topic }) => topic === TOPICS.rawPylon.name).map(({ offset }) => offset),
  );
}
