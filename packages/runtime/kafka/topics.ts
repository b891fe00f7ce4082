/** Topics as they have to be: every setting named, because changing one resets the others. */
import type { Admin, ITopicConfig } from 'kafkajs';
import type { TopicFacts } from '../topic-facts.ts';
import type { Ask } from './ask.ts';
import { fetchOffsets } from './offsets.ts';

const DAY_MS = 86_400_000;
const MESSAGE_BYTES_MAX = 1_048_576;
/**
 * The newest segment is never compacted, and who starts reads it whole: of the usual gigabyte that is
 * minutes of values that were replaced long ago.
 */
const COMPACTED_SEGMENT_BYTES = 8 * 1_048_576;
/** Beyond this the replicas of one record are not all needed for its acknowledgement. */
const IN_SYNC_MIN = 2;

export interface TopicSettings extends TopicFacts {
  /** Null: for ever. */
  readonly keptDays?: number | null;
}

export interface Durability {
  readonly replicationFactor: number;
  /** A single broker has no replica to fall back on: it has to sync what it acknowledges. */
  readonly flushEach: boolean;
}

/** By name of the setting. What has a term and is compacted is deleted at its end as well. */
export function settingsOf(topic: TopicSettings, durability: Durability): Record<string, string> {
  const keptMs = topic.keptDays ? topic.keptDays * DAY_MS : -1;
  const expires = topic.retention === 'compact' && topic.keptDays;
  return {
    'cleanup.policy': expires ? 'compact,delete' : topic.retention,
    'compression.type': 'producer',
    'message.timestamp.type': 'LogAppendTime',
    'max.message.bytes': String(MESSAGE_BYTES_MAX),
    'min.insync.replicas': String(Math.min(IN_SYNC_MIN, durability.replicationFactor)),
    'retention.ms': String(keptMs),
    'retention.bytes': '-1',
    'unclean.leader.election.enable': 'false',
    ...(topic.retention === 'compact' ? { 'segment.bytes': String(COMPACTED_SEGMENT_BYTES) } : {}),
    ...(durability.flushEach ? { 'flush.messages': '1' } : {}),
  };
}

/** Creates the topics that are missing, and answers their names; those that exist stay as they are. */
export async function createTopics(
  { admin, ask }: { readonly admin: Admin; readonly ask: Ask },
  topics: readonly TopicSettings[],
  partitions: number,
  durability: Durability,
): Promise<readonly string[]> {
  const wanted = topics.map(
    (topic): ITopicConfig => ({
      topic: topic.name,
      numPartitions: partitions,
      replicationFactor: durability.replicationFactor,
      configEntries: Object.entries(settingsOf(topic, durability)).map(([name, value]) => ({
        name,
        value,
      })),
    }),
  );
  const existing = new Set(await admin.listTopics());
  const missing = wanted.filter(({ topic }) => !existing.has(topic));
  if (missing.length === 0) return [];
  const names = missing.map(({ topic }) => topic);
  // kafkajs's own wait for the leaders gives up where a broker has not heard of the topic yet.
  await admin.createTopics({ topics: missing, waitForLeaders: false });
  await ask(() => requireLeaders(admin, names));
  // Only a leader that knows that it leads can say where its log ends: the first append finds it.
  for (const name of names) await ask(() => fetchOffsets(admin, name));
  return names;
}

async function requireLeaders(admin: Admin, names: readonly string[]): Promise<void> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [...names] });
  const isLed = topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0));
  if (!isLed) throw Object.assign(new Error('a partition has no leader yet'), { retriable: true });
}
