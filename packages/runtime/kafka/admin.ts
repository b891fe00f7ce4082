/** What an operator asks of a cluster: which brokers and topics there are, and how they are set. */
import type { Admin } from 'kafkajs';
import type { Clock, Rng } from '../ports.ts';
import type { Telemetry } from '../telemetry.ts';
import { createAsk } from './ask.ts';
import type { KafkaConnection } from './client.ts';
import { connectAdmin } from './connect-admin.ts';
import { patchKafkajs } from './patches.ts';
import { createTopics, type Durability, type TopicSettings } from './topics.ts';

export { type Durability, settingsOf, type TopicSettings } from './topics.ts';

/** Kinds of what has settings: kafkajs names them in its types, and does not export the names. */
const TOPIC = 2;
const BROKER = 4;
/** Set on the topic itself, and not inherited from the brokers. */
const OF_THE_TOPIC = 1;

export interface FoundTopic {
  readonly name: string;
  readonly partitions: number;
  /** The fewest that any partition has. */
  readonly replicas: number;
  /** Partitions that have fewer replicas in sync than replicas. */
  readonly underReplicated: number;
  readonly settings: ReadonlyMap<string, string>;
  /** Those that are set on the topic itself. */
  readonly own: ReadonlyMap<string, string>;
}

export interface FoundBroker {
  readonly id: number;
  readonly address: string;
  readonly settings: ReadonlyMap<string, string>;
}

export interface KafkaAdmin {
  /** Null: there is no such topic. */
  topic(name: string): Promise<FoundTopic | null>;
  /** Names of those that were made. */
  create(
    topics: readonly TopicSettings[],
    partitions: number,
    durability: Durability,
  ): Promise<readonly string[]>;
  /** Sets these, and keeps whatever else is set on the topic itself. */
  alter(topic: FoundTopic, settings: Readonly<Record<string, string>>): Promise<void>;
  brokers(): Promise<readonly FoundBroker[]>;
  close(): Promise<void>;
}

export interface KafkaAdminOptions {
  readonly connection: KafkaConnection;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly telemetry: Telemetry;
}

/** Throws SAPWOOD_LOG_UNREACHABLE. */
export async function createKafkaAdmin(options: KafkaAdminOptions): Promise<KafkaAdmin> {
  patchKafkajs();
  const admin = await connectAdmin(options);
  const ask = createAsk(options.clock);
  return {
    topic: (name) => ask(() => topicOf(admin, name)),
    create: (topics, partitions, durability) =>
      createTopics({ admin, ask }, topics, partitions, durability),
    alter: async ({ name, own }, settings) => {
      const all = new Map([...own, ...Object.entries(settings)]);
      const configEntries = [...all].map(([entry, value]) => ({ name: entry, value }));
      const resource = { type: TOPIC, name, configEntries };
      await admin.alterConfigs({ validateOnly: false, resources: [resource] });
    },
    brokers: async () => {
      const { brokers } = await admin.describeCluster();
      return Promise.all(
        brokers.map(async ({ nodeId, host, port }) => ({
          id: nodeId,
          address: `${host}:${port}`,
          settings: (await settingsIn(admin, BROKER, String(nodeId))).all,
        })),
      );
    },
    close: () => admin.disconnect(),
  };
}

async function topicOf(admin: Admin, name: string): Promise<FoundTopic | null> {
  if (!(await admin.listTopics()).includes(name)) return null;
  const { topics } = await admin.fetchTopicMetadata({ topics: [name] });
  const { partitions } = topics[0]!;
  const { all, own } = await settingsIn(admin, TOPIC, name);
  return {
    name,
    partitions: partitions.length,
    replicas: Math.min(...partitions.map(({ replicas }) => replicas.length)),
    underReplicated: partitions.filter(({ isr, replicas }) => isr.length < replicas.length).length,
    settings: all,
    own,
  };
}

async function settingsIn(admin: Admin, type: number, name: string) {
  const answer = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type, name }],
  });
  const entries = answer.resources[0]!.configEntries;
  const pairs = entries.map((entry) => [entry.configName, entry.configValue] as const);
  const own = entries.filter((entry) => Number(entry.configSource) === OF_THE_TOPIC);
  return {
    all: new Map(pairs),
    own: new Map(own.map((entry) => [entry.configName, entry.configValue] as const)),
  };
}
