/** The distributed engine's log: Apache Kafka through kafkajs (reliability.md 2, 3). */
import { TOPICS } from '@sapwood/contracts/topics';
import { logShorter, RuntimeError } from '../errors.ts';
import type { AppendOutcome, Bounds, Clock, EventLog, NewRecord, Rng } from '../ports.ts';
import type { Telemetry } from '../telemetry.ts';
import { createWaiters } from '../waiters.ts';
import { createAsk } from './ask.ts';
import { type ClientDeps, createClient, type KafkaConnection } from './client.ts';
import { connectAdmin } from './connect-admin.ts';
import { createFetcher } from './fetcher.ts';
import { joinGroup } from './membership.ts';
import { createOffsets, fetchOffsets } from './offsets.ts';
import { patchKafkajs } from './patches.ts';
import { createProducer } from './producer.ts';
import { createReader } from './reader.ts';
import { createTopics, type Durability, type TopicSettings } from './topics.ts';

export type { KafkaConnection } from './client.ts';

/** How long a record that is known to be there may take to arrive. */
const ARRIVE_MS = 10_000;

export interface KafkaOptions {
  readonly connection: KafkaConnection;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly telemetry: Telemetry;
  /** Default: the topic registry. */
  readonly topics?: readonly TopicSettings[];
  readonly sessionMs?: number;
  readonly heartbeatMs?: number;
}

export interface KafkaLog extends EventLog {
  /** Creates the missing topics; their partitions are fixed for ever. */
  createTopics(partitions: number, durability: Durability): Promise<void>;
}

/** Connects one admin client; producers, readers and members are made when first needed. */
export async function createKafka(options: KafkaOptions): Promise<KafkaLog> {
  const { clock, rng, telemetry, sessionMs = 10_000, heartbeatMs = 3_000 } = options;
  for (const method of patchKafkajs()) {
    telemetry({ type: 'Notice', level: 'warn', text: `kafkajs has another ${method}; unpatched.` });
  }
  const topics: readonly TopicSettings[] = options.topics ?? Object.values(TOPICS);
  const facts = new Map(topics.map((topic) => [topic.name, topic]));
  const deps: ClientDeps = { connection: options.connection, rng, telemetry };
  const admin = await connectAdmin(deps);
  const producer = createProducer(() => createClient(deps, 'short'), clock);
  const waiters = createWaiters(clock);
  const fetcher = createFetcher({
    newClient: (sockets) => createClient(deps, 'short', sockets),
    clock,
    waiters,
  });
  const reader = createReader({ fetcher, clock, waiters });
  const counts = new Map<string, number>();

  const ask = createAsk(clock);
  const offsetsOf = createOffsets((topic) => ask(() => fetchOffsets(admin, topic)));
  /** One answer tells of every topic there is. */
  const learnCounts = async (): Promise<void> => {
    const { topics: found } = await ask(() => admin.fetchTopicMetadata());
    for (const { name, partitions: those } of found) counts.set(name, those.length);
  };
  const partitions = async (topic: string): Promise<number> => {
    if (!counts.has(topic)) await learnCounts();
    const count = counts.get(topic);
    if (count !== undefined) return count;
    throw new RuntimeError('SAPWOOD_TOPIC_UNKNOWN', `There is no topic ${topic}.`);
  };
  const requirePartition = async (topic: string, partition: number): Promise<void> => {
    if (partition < (await partitions(topic))) return;
    throw new RuntimeError(
      'SAPWOOD_TOPIC_UNKNOWN',
      `Topic ${topic} has no partition ${partition}.`,
    );
  };
  const append = async (
    topic: string,
    partition: number,
    records: readonly NewRecord[],
  ): Promise<AppendOutcome> => {
    const keyless = records.some(({ key }) => key === null);
    if (records.length === 0) return { kind: 'rejected', reason: 'no_records' };
    if (keyless && facts.get(topic)?.retention === 'compact') {
      return { kind: 'rejected', reason: 'key_missing' };
    }
    return producer.send(topic, partition, records);
  };
  const bounds = async (topic: string, partition: number): Promise<Bounds> => {
    await requirePartition(topic, partition);
    const offsets = await offsetsOf(topic);
    const found = offsets.find((entry) => entry.partition === partition)!;
    return { low: Number(found.low), high: Number(found.high) };
  };

  return {
    append,
    bounds,
    partitions,
    createTopics: async (count, durability) => {
      await createTopics({ admin, ask }, topics, count, durability);
    },
    read: async (topic, partition, from, readOptions) => {
      await requirePartition(topic, partition);
      const { waitMs, signal } = readOptions;
      const found = await reader.read(topic, partition, from, readOptions);
      if (found.length > 0 || waitMs >= ARRIVE_MS || signal?.aborted) return found;
      // A fetch takes time even for what is there: an answer "at once" waits for exactly that.
      const { high } = await bounds(topic, partition);
      if (from > high) throw logShorter(`${topic}/${partition}`, high, from);
      if (from === high) return found;
      const late = { ...readOptions, waitMs: ARRIVE_MS, expected: true };
      return reader.read(topic, partition, from, late);
    },
    assign: async (group, topic, listener) => {
      await requirePartition(topic, 0);
      const newClient = (): ReturnType<typeof createClient> => createClient(deps, 'patient');
      // A leader shares out the topics that it knows of itself: members of one group must agree.
      const own = `sapwood.${group}.${topic}`;
      return joinGroup({ newClient, group: own, topic, listener, clock, sessionMs, heartbeatMs });
    },
    trim: async (topic, partition, before) => {
      const { low, high } = await bounds(topic, partition);
      const to = Math.min(before, high);
      // A compacted topic is trimmed by the broker's own cleaner.
      if (to <= low || facts.get(topic)?.retention === 'compact') return 0;
      await ask(() =>
        admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(to) }] }),
      );
      return to - low;
    },
    close: async () => {
      waiters.close();
      reader.close();
      await Promise.all([producer.close(), admin.disconnect()]);
    },
  };
}
