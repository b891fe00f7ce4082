/** What survives a crash in simulation: logs, stores, small records, and who waits for a record. */
import type { Clock, LogRecord, Meta, NewRecord, OutboxRecord, Scope } from '../ports.ts';
import type { TopicFacts } from '../topic-facts.ts';
import { createWaiters, type Waiters } from '../waiters.ts';

export interface SimulatedPart {
  readonly name: string;
  readonly topic: string;
  readonly partition: number;
  readonly compacted: boolean;
  /** In order of offset; a compacted part has at most one record a key. */
  records: LogRecord[];
  low: number;
  high: number;
}

export interface SimulatedScope {
  meta: Meta;
  /** By `space`, then NUL, then field. */
  state: Map<string, Uint8Array>;
  outbox: OutboxRecord[];
}

export interface World {
  readonly clock: Clock;
  readonly waiters: Waiters;
  readonly parts: ReadonlyMap<string, readonly SimulatedPart[]>;
  readonly scopes: Map<string, SimulatedScope>;
  readonly records: Map<string, Uint8Array>;
  readonly onWrite: OnWrite | null;
}

/** Sees every record that enters a log, also those that compaction drops again. */
export type OnWrite = (topic: string, partition: number, record: LogRecord) => void;

export const scopeName = ({ fold, topology, partition }: Scope): string =>
  `${fold}|${topology}|${partition}`;

export function createWorld(
  clock: Clock,
  topics: readonly TopicFacts[],
  partitions: number,
  onWrite: OnWrite | null = null,
): World {
  const part = (topic: TopicFacts, p: number): SimulatedPart => ({
    name: `${topic.name}|${p}`,
    topic: topic.name,
    partition: p,
    compacted: topic.retention === 'compact',
    records: [],
    low: 0,
    high: 0,
  });
  return {
    clock,
    waiters: createWaiters(clock),
    parts: new Map(
      topics.map((topic) => [
        topic.name,
        Array.from({ length: partitions }, (_, p) => part(topic, p)),
      ]),
    ),
    scopes: new Map(),
    records: new Map(),
    onWrite,
  };
}

/** Writes at the head of a part and returns the first offset. Readers are woken by the caller. */
export function writeRecords(
  world: World,
  part: SimulatedPart,
  news: readonly NewRecord[],
): number {
  const first = part.high;
  const last = new Map(news.map(({ key }, i) => [key, first + i]));
  if (part.compacted) part.records = part.records.filter(({ key }) => !last.has(key));
  for (const { key, value, headers } of news) {
    const record: LogRecord = {
      key,
      // As bytes off a wire: whoever wrote them may use its own again.
      value: value && new Uint8Array(value),
      headers: headers ?? {},
      offset: part.high++,
      appendedAt: world.clock.now(),
    };
    if (!part.compacted || last.get(key) === record.offset) part.records.push(record);
    world.onWrite?.(part.topic, part.partition, record);
  }
  return first;
}

/** First index whose record's offset is >= `offset`. */
export function indexOfOffset(records: readonly LogRecord[], offset: number): number {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (records[middle]!.offset < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
