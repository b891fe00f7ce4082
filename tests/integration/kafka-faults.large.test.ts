/**
 * The aggregator on a real Kafka and a real Redis: processes come and go, the broker and the store
 * die, and what is stored, sent and shown is what one undisturbed fold over the log gives.
 */

import { type Aggregator, createAggregator } from '@sapwood/aggregator/app';
import { eventCodec, metricCodec } from '@sapwood/contracts/codec';
import { factCodec } from '@sapwood/contracts/facts';
import { type Appender, createAppender } from '@sapwood/runtime/appender';
import { applyRecord } from '@sapwood/runtime/apply';
import { createSystemClock, createSystemRng } from '@sapwood/runtime/clock/system';
import { createKafka, type KafkaLog } from '@sapwood/runtime/kafka';
import type { LogRecord, StateStore } from '@sapwood/runtime/ports';
import { createRedis } from '@sapwood/runtime/redis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Broker, startBroker } from '../../deploy/kafka/broker.ts';
import { type RedisServer, startRedis } from '../../deploy/kafka/redis.ts';
import { createCountingFold, issueDraft } from '../support/counting-fold.ts';
import { localEnginesOr } from '../support/engines.ts';

const local = await localEnginesOr('tests that kill Kafka and Redis');
const clock = createSystemClock();
const rng = createSystemRng();
const PARTITIONS = 3;
const WORKSPACES = ['acme', 'globex', 'initech', 'umbrella', 'hooli'];
const WAIT_MS = 45_000;

interface Process {
  readonly log: KafkaLog;
  readonly store: StateStore;
  readonly aggregator: Aggregator;
  stop(): Promise<void>;
}

async function until(what: string, done: () => Promise<boolean>): Promise<void> {
  const endMs = clock.monotonic() + WAIT_MS;
  while (!(await done().catch(() => false))) {
    if (clock.monotonic() > endMs) throw new Error(`waited in vain until ${what}`);
    await clock.sleep(50);
  }
}

async function readWhole(log: KafkaLog, topic: string, partition: number): Promise<LogRecord[]> {
  const all: LogRecord[] = [];
  const { low, high } = await log.bounds(topic, partition);
  for (let from = low; from < high; from = all.at(-1)!.offset + 1) {
    const some = await log.read(topic, partition, from, { max: 1_000, waitMs: 0 });
    if (some.length === 0) break;
    all.push(...some);
  }
  return all;
}

/** State, events and last values of a partition, by an undisturbed fold over its log. */
async function truth(log: KafkaLog, partition: number) {
  const fold = createCountingFold();
  for (const record of await readWhole(log, 'facts.v1', partition)) {
    applyRecord(fold, factCodec, record);
  }
  return {
    puts: [...fold.encode()].map((put) => put.join(' ')),
    events: fold.touched().outbox.map(({ seq, key }) => `${seq} ${key}`),
    live: [...fold.keys()].map((key) => `${key} ${fold.read(key)!.series!.waiting!.count}`).sort(),
  };
}

async function found(log: KafkaLog, store: StateStore, partition: number) {
  const puts: string[] = [];
  for await (const [space, field, bytes] of store.load({ fold: 'facts', topology: 1, partition })) {
    puts.push(`${space} ${field} ${Buffer.from(bytes!)}`);
  }
  const events: string[] = [];
  let last = 0;
  for (const { key, value } of await readWhole(log, 'events.v1', partition)) {
    const { seq } = eventCodec.decode(value!);
    if (seq <= last) continue;
    if (seq !== last + 1) throw new Error(`event ${seq} after ${last}`);
    last = seq;
    events.push(`${seq} ${key}`);
  }
  const values = new Map<string, string>();
  for (const { key, value } of await readWhole(log, 'metrics.v1', partition)) {
    const series = value && metricCodec.decode(value).series;
    if (series) values.set(key!, `${key} ${series.waiting!.count}`);
    else if (!key!.startsWith('frame/')) values.delete(key!);
  }
  return { puts: puts.sort(byPlace), events, live: [...values.values()].sort() };
}
const byPlace = (a: string, b: string): number => {
  const place = (line: string): string => line.split(' ').slice(0, 2).join('');
  return place(a) < place(b) ? -1 : 1;
};

/** Two JVM starts and a session that has to expire, on a busy machine. */
const TEST_MS = 150_000;

describe.skipIf(!local)('aggregator on Kafka and Redis', { timeout: TEST_MS }, () => {
  let broker: Broker;
  let redis: RedisServer;
  let home: KafkaLog;
  let appender: Appender;
  let processes: Process[] = [];
  let prefix = '';
  let sent = 0;
  let told: string[] = [];

  const connectLog = (): Promise<KafkaLog> =>
    createKafka({
      connection: { brokers: [broker.address], clientId: 'test' },
      clock,
      rng,
      telemetry: () => {},
      sessionMs: 2_000,
      heartbeatMs: 300,
    });
  const run = async (): Promise<Process> => {
    const log = await connectLog();
    const store = await createRedis({ url: redis.address, telemetry: () => {}, prefix });
    const aggregator = createAggregator({
      log,
      store,
      clock,
      rng,
      telemetry: (event) => {
        if (event.type === 'Notice') told.push(event.text);
      },
      createFold: createCountingFold,
      topology: 1,
      foreignCode: 'stop',
      snapshots: { records: 20, everyMs: 1e9, recordsMin: 1e9 },
    });
    await aggregator.start();
    const process: Process = {
      log,
      store,
      aggregator,
      stop: async () => {
        await aggregator.stop();
        await log.close();
        await store.close();
      },
    };
    processes.push(process);
    return process;
  };
  const stop = async (process: Process): Promise<void> => {
    processes = processes.filter((other) => other !== process);
    await process.stop();
  };
  /** Appends until each is acknowledged: a retry may double one, which is harmless. */
  const send = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      const workspace = WORKSPACES[sent % WORKSPACES.length]!;
      const channel = sent % 3 === 0 ? 'slack' : 'email';
      const draft = issueDraft(`i${sent++}`, channel, workspace);
      for (;;) {
        if ((await appender.append([draft])).kind === 'durable') break;
        await clock.sleep(100);
      }
    }
  };
  const expectTruth = async (): Promise<void> => {
    const store = await createRedis({ url: redis.address, telemetry: () => {}, prefix });
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const expected = await truth(home, partition);
      await until(`partition ${partition} is right`, async () => {
        const seen = await found(home, store, partition);
        return JSON.stringify(seen) === JSON.stringify(expected);
      }).catch(async () => {
        expect(await found(home, store, partition)).toEqual(expected);
      });
    }
    await store.close();
  };

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis?.stop());
  beforeEach(async () => {
    broker = await startBroker();
    prefix = `test-${rng.id().slice(0, 8)}.`;
    sent = 0;
    told = [];
    home = await connectLog();
    await home.createTopics(PARTITIONS, { replicationFactor: 1, flushEach: false });
    appender = createAppender({ log: home, clock, telemetry: () => {} });
    await appender.start();
  });
  afterEach(async () => {
    for (const process of processes) await stop(process);
    await home.close();
    await broker.stop();
  });

  it('RUN-20 processes join and leave under load, and nothing is lost or counted twice', async () => {
    const first = await run();
    const load = send(300);
    const second = await run();
    await until('both have work', async () =>
      [first, second].every(({ aggregator }) => aggregator.assigned().length > 0),
    );
    await load;
    const more = send(200);
    await stop(first);
    await until('one has it all', async () => second.aggregator.assigned().length === PARTITIONS);
    await more;
    await expectTruth();
  });

  it('F11 F13 SNAP-1 Redis killed, and Redis back without its data: snapshot and log rebuild the state', async () => {
    const { store } = await run();
    await send(100);
    await redis.kill();
    const load = send(50);
    await redis.restart('kept');
    await load;
    await expectTruth();
    const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
    const slots = (): Promise<(Uint8Array | null)[]> =>
      Promise.all(partitions.map((p) => store.getRecord(`snapshot/facts/1/${p}`)));
    await until('a snapshot is whole', async () => (await slots()).some(Boolean));
    await redis.kill();
    await redis.restart('lost');
    await send(30);
    await expectTruth();
    expect(told.join('\n')).toMatch(/begins from a snapshot at offset [1-9]/);
  });

  it('F8 the broker killed and back: every acknowledged fact is there and counted once', async () => {
    await run();
    await send(50);
    const load = send(100);
    await clock.sleep(100);
    await broker.kill();
    await broker.restart();
    await load;
    await expectTruth();
  });
});
