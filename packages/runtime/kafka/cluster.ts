/**
 * What lies in kafkajs below its consumers, which cannot read without a group: the leaders of
 * partitions, and one fetch of any of them from any offset. It is not exported, so it is looked at
 * before it is used; a test does the same.
 */
import { createRequire } from 'node:module';
import type { Kafka } from 'kafkajs';

export interface FetchedMessage {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly offset: string;
  readonly timestamp: string;
}

export interface FetchedPartition {
  readonly partition: number;
  readonly highWatermark: string;
}

export interface FetchedTopic {
  readonly topicName: string;
  readonly partitions: readonly FetchedPartition[];
}

export interface FetchRequest {
  readonly maxWaitTime: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly fetchOffset: string;
      readonly maxBytes: number;
    }[];
  }[];
}

interface FetchBroker {
  fetch(request: FetchRequest): Promise<{ readonly responses: readonly FetchedTopic[] }>;
}

interface TopicPlaces {
  readonly topic: string;
  readonly partitions: readonly { readonly partition: number }[];
  readonly fromBeginning: boolean;
}

export interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  refreshMetadata(): Promise<void>;
  /** Partitions by the id of the broker that leads them. */
  findLeaderForPartitions(
    topic: string,
    partitions: readonly number[],
  ): Readonly<Record<string, readonly number[]>>;
  findBroker(which: { readonly nodeId: string }): Promise<FetchBroker>;
  fetchTopicsOffset(
    topics: readonly TopicPlaces[],
  ): Promise<readonly { readonly partitions: readonly { readonly offset: string }[] }[]>;
}

/** The messages of a fetched partition without those of aborted transactions. */
export interface FetchedBatch {
  readonly messages: readonly FetchedMessage[];
  /** Of what was sent, markers and what lies before the offset that was asked for included. */
  readonly rawMessages: readonly unknown[];
  lastOffset(): string;
}

type BatchClass = new (
  topic: string,
  fetchedOffset: string,
  data: FetchedPartition,
) => FetchedBatch;

const METHODS = [
  'connect',
  'disconnect',
  'addMultipleTargetTopics',
  'refreshMetadata',
  'findLeaderForPartitions',
  'findBroker',
  'fetchTopicsOffset',
] as const;
const METADATA_AGE_MS = 300_000;

/** A connection of its own to every broker; nothing is connected yet. */
export function clusterOf(kafka: Kafka): Cluster {
  const make = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  const settings = { metadataMaxAge: METADATA_AGE_MS, allowAutoTopicCreation: false };
  const made =
    make && (kafka as unknown as Record<symbol, (of: object) => unknown>)[make]?.(settings);
  const cluster = made as Cluster | undefined;
  if (cluster && METHODS.every((name) => typeof cluster[name] === 'function')) return cluster;
  throw new TypeError('this kafkajs is not the one that was studied: it has another cluster');
}

let batchClass: BatchClass | null = null;

export function batchOf(
  topic: string,
  fetchedOffset: string,
  data: FetchedPartition,
): FetchedBatch {
  batchClass ??= createRequire(import.meta.url)('kafkajs/src/consumer/batch') as BatchClass;
  return new batchClass(topic, fetchedOffset, data);
}
