/**
 * The topic registry (style.md 23). A topic exists because it stands here; partitions of a
 * workspace's topics are one number (design D7), so raw offsets and log offsets compare.
 */
export type Retention = 'delete' | 'compact';

export interface Topic {
  readonly name: string;
  readonly key: string;
  readonly retention: Retention;
  /** Days kept; null = for ever (or until compacted). */
  readonly keptDays: number | null;
  /** Avro subject of the value. */
  readonly schema: string;
  readonly owner: string;
  readonly consumers: readonly string[];
}

const topic = (
  name: string,
  key: string,
  retention: Retention,
  keptDays: number | null,
  schema: string,
  owner: string,
  consumers: readonly string[],
): Topic => ({ name, key, retention, keptDays, schema, owner, consumers });

export type TopicKey =
  | 'rawPylon'
  | 'rawCost'
  | 'facts'
  | 'samples'
  | 'metrics'
  | 'events'
  | 'corrections'
  | 'alerts'
  | 'labels'
  | 'snapshots'
  | 'dlqRaw'
  | 'dlqFacts';

export const TOPICS: Readonly<Record<TopicKey, Topic>> = {
  rawPylon: topic('raw.pylon.v1', 'destination', 'delete', 14, 'raw', 'ingest', ['normalizer']),
  rawCost: topic('raw.cost.v1', 'destination', 'delete', 14, 'raw', 'ingest', ['normalizer']),
  facts: topic('facts.v1', 'entity', 'delete', null, 'fact', 'normalizer', ['aggregator']),
  samples: topic('samples.v1', 'workspace', 'delete', 90, 'sample', 'aggregator', ['detector']),
  metrics: topic('metrics.v1', 'workspace/series', 'compact', null, 'metric', 'aggregator', [
    'gateway',
  ]),
  events: topic('events.v1', 'conversation', 'delete', 400, 'event', 'aggregator', ['gateway']),
  corrections: topic(
    'corrections.v1',
    'workspace/series/period',
    'delete',
    400,
    'correction',
    'aggregator',
    [],
  ),
  alerts: topic('alerts.v1', 'alert id', 'compact', 400, 'alert', 'detector', ['gateway']),
  labels: topic('labels.v1', 'workspace/kind/id', 'compact', null, 'label', 'normalizer', [
    'gateway',
  ]),
  snapshots: topic(
    'snapshots.v1',
    'fold/topology/slot/chunk',
    'compact',
    null,
    'snapshot',
    'aggregator',
    ['aggregator'],
  ),
  dlqRaw: topic('dlq.raw.v1', 'source position', 'delete', 90, 'quarantined', 'normalizer', []),
  dlqFacts: topic('dlq.facts.v1', 'source position', 'delete', 90, 'quarantined', 'aggregator', []),
};

export const TOPIC_BY_NAME: ReadonlyMap<string, Topic> = new Map(
  Object.values(TOPICS).map((entry) => [entry.name, entry]),
);
