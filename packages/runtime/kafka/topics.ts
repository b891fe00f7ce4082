/** Topics as they have to be: every setting named, because changing one resets the others. */
import type { Admin, ITopicConfig } from 'kafkajs';
import type { TopicFacts } from '../topic-facts.ts';

const DAY_MS = 86_400_000;
const MESSAGE_BYTES_MAX = 1_048_576;

export interface TopicSettings extends TopicFacts {
  /** Null: for ever. */
  readonly keptDays?: number | null;
}

export interface Durability {
  readonly replicationFactor: number;
  /** A single broker has no replica to fall back on: it has to sync what it acknowledges. */
  readonly flushEach: boolean;
}

function configOf(topic: TopicSettings, durability: Durability): Record<string, string> {
  const keptMs = topic.keptDays ? topic.keptDays * DAY_MS : -1;
  return {
    'cleanup.policy': topic.retention,
    'compression.type': 'producer',
    'message.timestamp.type': 'LogAppendTime',
    'max.message.bytes': String(MESSAGE_BYTES_MAX),
    'min.insync.replicas': String(Math.min(2, durability.replicationFactor)),
    'retention.ms': String(keptMs),
    'retention.bytes': '-1',
    'unclean.leader.election.enable': 'false',
    ...(durability.flushEach ? { 'flush.messages': '1' } : {}),
  };
}

/** Creates the topics that are missing; those that exist are left as they are. */
export async function createTopics(
  admin: Admin,
  topics: readonly TopicSettings[],
  partitions: number,
  durability: Durability,
): Promise<void> {
  const wanted = topics.map(
    (topic): ITopicConfig => ({
      topic: topic.name,
      numPartitions: partitions,
      replicationFactor: durability.replicationFactor,
      configEntries: Object.entries(configOf(topic, durability)).map(([name, value]) => ({
        name,
        value,
      })),
    }),
  );
  const existing = new Set(await admin.listTopics());
  const missing = wanted.filter(({ topic }) => !existing.has(topic));
  if (missing.length > 0) await admin.createTopics({ topics: missing, waitForLeaders: true });
}
