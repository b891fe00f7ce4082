/** One place in one partition: what was read ahead of its reader, and where to go on. */
import type { LogRecord } from '../ports.ts';
import { batchOf, type FetchedMessage, type FetchedPartition } from './cluster.ts';

/** Read ahead of the caller; then nothing is fetched until half of it is taken. */
const BUFFER_RECORDS = 4_000;
const BUFFER_BYTES = 8 * 1024 * 1024;
/** Longer than a slice takes to be applied: a reader that stays away for so long has ended. */
const LEFT_MS = 5_000;

export interface Lane {
  readonly topic: string;
  readonly partition: number;
  buffer: LogRecord[];
  bytes: number;
  /** Offset of the next record to hand over; null while nobody reads. */
  wanted: number | null;
  /** Offset of the next record to take into the buffer. */
  next: number;
  /** Where to fetch: behind `next` only after the log was found to begin there. */
  at: number;
  /** Where the log ends, if that is before its place: it is not the one that was read. */
  endsAt: number | null;
  /** The last fetch saw nothing after `at`. */
  isAtHead: boolean;
  isFull: boolean;
  /** Fetches that were answered, with records or without. */
  answers: number;
  /** Rises with each new start: what was asked for before it is void. */
  epoch: number;
  readers: number;
  leftAtMs: number;
}

export function newLane(topic: string, partition: number): Lane {
  return {
    topic,
    partition,
    buffer: [],
    bytes: 0,
    wanted: null,
    next: 0,
    at: 0,
    endsAt: null,
    isAtHead: false,
    isFull: false,
    answers: 0,
    epoch: 0,
    readers: 0,
    leftAtMs: 0,
  };
}

export const nameOf = ({ topic, partition }: Lane): string => `${topic}|${partition}`;

/** Null: nobody reads here any more. */
export function restart(lane: Lane, from: number | null): void {
  lane.buffer = [];
  lane.bytes = 0;
  lane.wanted = from;
  lane.next = from ?? 0;
  lane.at = lane.next;
  lane.endsAt = null;
  lane.isAtHead = false;
  lane.isFull = false;
  lane.epoch += 1;
}

/** Its reader is there, or may come back at any moment. */
export const isRead = (lane: Lane, nowMs: number): boolean =>
  lane.wanted !== null && (lane.readers > 0 || nowMs - lane.leftAtMs < LEFT_MS);

export const wantsMore = ({ wanted, isFull, endsAt }: Lane): boolean =>
  wanted !== null && !isFull && endsAt === null;

function recordOf({ key, value, headers = {}, offset, timestamp }: FetchedMessage): LogRecord {
  const texts = Object.entries(headers).map(([name, content]) => [name, String(content)]);
  return {
    key: key === null ? null : key.toString(),
    value,
    headers: Object.fromEntries(texts) as Record<string, string>,
    offset: Number(offset),
    appendedAt: Number(timestamp),
  };
}

/** Takes what a fetch from `fetched` brought; true if there is something for the reader. */
export function take(lane: Lane, fetched: string, data: FetchedPartition): boolean {
  const batch = batchOf(lane.topic, fetched, data);
  const before = lane.buffer.length;
  lane.answers += 1;
  for (const message of batch.messages) {
    const offset = Number(message.offset);
    if (offset < lane.next) continue;
    const record = recordOf(message);
    lane.buffer.push(record);
    lane.bytes += record.value?.length ?? 0;
    lane.next = offset + 1;
  }
  // Markers and what compaction has left of a batch are passed over, or it would be asked for again.
  if (batch.rawMessages.length > 0) lane.at = Math.max(lane.at, Number(batch.lastOffset()) + 1);
  lane.isAtHead = lane.at >= Number(data.highWatermark);
  lane.isFull = lane.buffer.length >= BUFFER_RECORDS || lane.bytes >= BUFFER_BYTES;
  return lane.buffer.length > before;
}

/** The head of the buffer; true as its second part where it has room again. */
export function handOver(lane: Lane, max: number): readonly [readonly LogRecord[], boolean] {
  const records = lane.buffer.splice(0, max);
  for (const { value } of records) lane.bytes -= value?.length ?? 0;
  lane.wanted = records.at(-1)!.offset + 1;
  const isHalf = lane.buffer.length < BUFFER_RECORDS / 2 && lane.bytes < BUFFER_BYTES / 2;
  const hasRoom = lane.isFull && isHalf;
  if (hasRoom) lane.isFull = false;
  return [records, hasRoom];
}
