/**
 * An accountant outside the process under test: a sender of signed webhooks that writes down, before
 * and after each post, what it sent and what was acknowledged, and the readers that compare the
 * journal with the store once the process has ended.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { quarantinedCodec, rawCodec } from '@sapwood/contracts/codec';
import { factCodec } from '@sapwood/contracts/facts';
import { TOPICS } from '@sapwood/contracts/topics';
import { signBody } from '@sapwood/pylon/signature';
import type { EventLog, LogRecord } from '@sapwood/runtime/ports';
import { createSqlite } from '@sapwood/runtime/sqlite';
import { clock } from './process.ts';

export interface Letter {
  /** Of the issue that it opens or touches. */
  readonly issue: string;
  readonly body: string;
}

export interface SenderOptions {
  readonly url: string;
  readonly secret: string;
  /** One line per post and answer: `sent|acked|<status> <sha256 of the body> <issue>`. */
  readonly journal: string;
  readonly next: () => Letter;
  /** Posts in flight at once. */
  readonly lanes: number;
}

export interface Sender {
  /** Acknowledged so far. */
  acked(): number;
  /** How often each status came; 0: no answer. */
  statuses(): ReadonlyMap<number, number>;
  stop(): Promise<void>;
}

/** How long a lane rests after a post that was not acknowledged: the process may be starting. */
const REST_MS = 20;
const ANSWER_MS = 10_000;

export const sha256 = (text: string | Uint8Array): string =>
  createHash('sha256').update(text).digest('hex');

export function startSender({ url, secret, journal, next, lanes }: SenderOptions): Sender {
  const statuses = new Map<number, number>();
  let running = true;
  let acked = 0;
  const write = (word: string, { issue, body }: Letter): void =>
    appendFileSync(journal, `${word} ${sha256(body)} ${issue}\n`);
  async function post(letter: Letter): Promise<number> {
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-pylon-signature': signBody(secret, Buffer.from(letter.body)),
        },
        body: letter.body,
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      return 0;
    }
  }
  async function lane(): Promise<void> {
    while (running) {
      const letter = next();
      write('sent', letter);
      const status = await post(letter);
      write(status === 200 ? 'acked' : String(status), letter);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status === 200) acked += 1;
      else await clock.sleep(REST_MS);
    }
  }
  const done = Promise.all(Array.from({ length: lanes }, lane));
  return {
    acked: () => acked,
    statuses: () => statuses,
    async stop() {
      running = false;
      await done;
    },
  };
}

export interface Entry {
  readonly sha256: string;
  readonly issue: string;
}

/** The entries of a journal that begin with `word`. */
export function journalled(journal: string, word: 'sent' | 'acked'): readonly Entry[] {
  return readFileSync(journal, 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([first]) => first === word)
    .map(([, hash, issue]) => ({ sha256: hash!, issue: issue! }));
}

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

export interface RawFate extends Entry {
  readonly offset: number;
  /** False: no fact, hint or quarantine names this delivery. */
  readonly ended: boolean;
}

/** Runs `read` over the store in `data`; a process may be writing it. */
export async function withLog<T>(data: string, read: (log: EventLog) => Promise<T>): Promise<T> {
  const engine = createSqlite({ file: join(data, 'sapwood.db'), clock, readOnly: true });
  try {
    return await read(engine.log);
  } finally {
    await engine.close();
  }
}

/** Each delivery in `raw.pylon.v1`, and whether something downstream names it. */
export async function rawFates(log: EventLog): Promise<readonly RawFate[]> {
  const ended = await endedOffsets(log);
  return (await readTopic(log, TOPICS.rawPylon.name)).flatMap(({ offset, value }) => {
    const { delivery } = rawCodec.decode(value!);
    if (!delivery) return [];
    const raw = Buffer.from(delivery.raw);
    const issue = /"issue_id":\s*"([^"]+)"/.exec(raw.toString('utf8'))?.[1] ?? '';
    return [{ offset, sha256: sha256(raw), issue, ended: ended.has(offset) }];
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
