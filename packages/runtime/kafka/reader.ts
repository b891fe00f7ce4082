/**
 * Reads any partition of one topic from any offset. kafkajs has no consumer without a group, so each
 * reader is the only member of a group of its own, never commits, and pauses what nobody reads.
 */
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { Clock, LogRecord, ReadOptions } from '../ports.ts';
import type { Waiters } from '../waiters.ts';

/** Read ahead of the caller; then the partition is paused. */
const BUFFER_RECORDS = 4_000;
const BUFFER_BYTES = 8 * 1024 * 1024;
const REJOIN_MS = 500;
const FETCH_WAIT_MS = 250;
const FETCH_BYTES = 1024 * 1024;
/** The lowest a broker allows by default: after its restart a reader waits for its own ghost to expire. */
const SESSION_MS = 6_000;
const HEARTBEAT_MS = 2_000;

interface Lane {
  readonly partition: number;
  readonly buffer: LogRecord[];
  bytes: number;
  /** Offset of the next record to hand over; null while nobody reads. */
  wanted: number | null;
  /** Offset of the next record to take into the buffer. */
  next: number;
  paused: boolean;
}

export interface KafkaReader {
  read(partition: number, from: number, options: ReadOptions): Promise<readonly LogRecord[]>;
  close(): Promise<void>;
}

export interface ReaderDeps {
  readonly newClient: () => Kafka;
  readonly newGroupId: () => string;
  readonly topic: string;
  readonly partitions: number;
  readonly clock: Clock;
  readonly waiters: Waiters;
}

type Message = EachBatchPayload['batch']['messages'][number];

function recordOf({ key, value, headers = {}, offset, timestamp }: Message): LogRecord {
  const texts = Object.entries(headers).map(([name, content]) => [name, String(content)]);
  return {
    key: key === null ? null : key.toString(),
    value,
    headers: Object.fromEntries(texts) as Record<string, string>,
    offset: Number(offset),
    appendedAt: Number(timestamp),
  };
}

export function createReader(deps: ReaderDeps): KafkaReader {
  const { topic, clock, waiters } = deps;
  const lanes = Array.from(
    { length: deps.partitions },
    (_, partition): Lane => ({
      partition,
      buffer: [],
      bytes: 0,
      wanted: null,
      next: 0,
      paused: true,
    }),
  );
  let consumer: Consumer | null = null;
  let joined = false;
  let closed = false;
  let joining: Promise<void> | null = null;

  const place = ({ partition }: Lane): { topic: string; partitions: number[] } => ({
    topic,
    partitions: [partition],
  });
  const pause = (lane: Lane): void => {
    lane.paused = true;
    consumer?.pause([place(lane)]);
  };
  /** Where this lane's reader is; also after a re-join, which forgets it. */
  const seek = (lane: Lane): void => {
    if (!consumer || !joined) return;
    consumer.seek({ topic, partition: lane.partition, offset: String(lane.next) });
    consumer.resume([place(lane)]);
    lane.paused = false;
  };
  const restart = (lane: Lane, from: number): void => {
    lane.buffer.length = 0;
    lane.bytes = 0;
    lane.wanted = from;
    lane.next = from;
    seek(lane);
  };

  const take = async ({
    batch,
    resolveOffset,
    isStale,
    heartbeat,
  }: EachBatchPayload): Promise<void> => {
    const lane = lanes[batch.partition]!;
    if (lane.wanted === null) return pause(lane);
    for (const message of batch.messages) {
      if (isStale()) return;
      const record = recordOf(message);
      if (record.offset < lane.next) continue;
      lane.buffer.push(record);
      lane.bytes += record.value?.length ?? 0;
      lane.next = record.offset + 1;
    }
    resolveOffset(batch.lastOffset());
    if (lane.buffer.length >= BUFFER_RECORDS || lane.bytes >= BUFFER_BYTES) pause(lane);
    waiters.wake(`${topic}|${batch.partition}`);
    await heartbeat();
  };

  const join = async (): Promise<void> => {
    const made = deps.newClient().consumer({
      // A new group each time: a crashed member of the old one would have to expire first.
      groupId: deps.newGroupId(),
      allowAutoTopicCreation: false,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      sessionTimeout: SESSION_MS,
      heartbeatInterval: HEARTBEAT_MS,
      maxBytesPerPartition: FETCH_BYTES,
      retry: { restartOnFailure: async () => false },
    });
    consumer = made;
    made.on(made.events.GROUP_JOIN, () => {
      // Synchronous: before the new generation fetches anything from a position it made up.
      for (const lane of lanes) pause(lane);
      joined = true;
      setImmediate(() => {
        for (const lane of lanes) if (lane.wanted !== null) seek(lane);
      });
    });
    made.on(made.events.CRASH, () => {
      made.disconnect().catch(() => {});
      if (consumer === made) reset();
    });
    await made.connect();
    await made.subscribe({ topics: [topic], fromBeginning: true });
    await made.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: take });
  };
  const reset = (): void => {
    consumer = null;
    joined = false;
    if (closed) return;
    joining = clock
      .sleep(REJOIN_MS)
      .then(() => (closed ? undefined : join()))
      .catch(reset);
  };
  const ensure = (): void => {
    joining ??= join().catch(reset);
  };

  const handOver = (lane: Lane, max: number): readonly LogRecord[] => {
    const records = lane.buffer.splice(0, max);
    for (const { value } of records) lane.bytes -= value?.length ?? 0;
    lane.wanted = records.at(-1)!.offset + 1;
    if (lane.paused && lane.buffer.length < BUFFER_RECORDS / 2) seek(lane);
    return records;
  };
  return {
    read: async (partition, from, { max, waitMs, signal }) => {
      const lane = lanes[partition]!;
      ensure();
      // A compacted topic has holes: reading on from the last record is still the same place.
      if (lane.wanted !== from) restart(lane, from);
      const untilMs = clock.monotonic() + waitMs;
      while (lane.wanted === from && !closed && !signal?.aborted) {
        if (lane.buffer.length > 0) return handOver(lane, max);
        const leftMs = untilMs - clock.monotonic();
        if (leftMs <= 0) break;
        await waiters.wait(`${topic}|${partition}`, leftMs, signal);
      }
      return [];
    },
    close: async () => {
      closed = true;
      await joining;
      await consumer?.disconnect().catch(() => {});
      consumer = null;
    },
  };
}
