/**
 * Reads any partition from any offset, without a consumer group: whoever reads stands in a lane of its
 * own, and one fetcher serves the lanes of all topics.
 */

import { logShorter, RuntimeError } from '../errors.ts';
import type { Clock, LogRecord, ReadOptions } from '../ports.ts';
import type { Waiters } from '../waiters.ts';
import type { Fetcher } from './fetcher.ts';
import { handOver, isRead, type Lane, nameOf, newLane, restart } from './lane.ts';

/** Who reads one partition at so many places at once has to share them. */
const LANES_MAX = 4;

export interface ReaderOptions extends ReadOptions {
  /** Something is known to be there: throws SAPWOOD_LOG_UNREACHABLE if no fetch was answered in time. */
  readonly expected?: boolean;
}

export interface KafkaReader {
  read(
    topic: string,
    partition: number,
    from: number,
    options: ReaderOptions,
  ): Promise<readonly LogRecord[]>;
  close(): void;
}

export interface ReaderDeps {
  readonly fetcher: Fetcher;
  readonly clock: Clock;
  readonly waiters: Waiters;
}

/** Not the same as an answer that there is nothing. */
const unanswered = (place: string, waitMs: number): RuntimeError =>
  new RuntimeError(
    'SAPWOOD_LOG_UNREACHABLE',
    `No broker answered within ${waitMs / 1_000} s what ${place} holds.`,
    { retriable: true },
  );

export function createReader({ fetcher, clock, waiters }: ReaderDeps): KafkaReader {
  const lanes = new Map<string, Lane[]>();
  let closed = false;

  /** One that was left there, else one that nobody reads, else another. */
  const laneAt = (topic: string, partition: number, from: number): Lane => {
    const name = `${topic}|${partition}`;
    const mine = lanes.get(name) ?? [];
    lanes.set(name, mine);
    const standing = mine.find(({ wanted, readers }) => wanted === from && readers === 0);
    if (standing) return standing;
    const nowMs = clock.monotonic();
    const free = mine.find((lane) => !isRead(lane, nowMs));
    if (free) return free;
    if (mine.length >= LANES_MAX) {
      return mine.reduce((oldest, lane) => (lane.leftAtMs < oldest.leftAtMs ? lane : oldest));
    }
    const made = newLane(topic, partition);
    mine.push(made);
    fetcher.add(made);
    return made;
  };
  const wait = async (lane: Lane, from: number, options: ReaderOptions): Promise<boolean> => {
    const { waitMs, signal, expected = false } = options;
    const untilMs = clock.monotonic() + waitMs;
    const { answers } = lane;
    // A compacted topic has holes: reading on from the last record is still the same place.
    while (lane.wanted === from && !closed && !signal?.aborted) {
      if (lane.buffer.length > 0) return true;
      if (lane.endsAt !== null) {
        const { endsAt } = lane;
        restart(lane, null);
        throw logShorter(nameOf(lane), endsAt, from);
      }
      const leftMs = untilMs - clock.monotonic();
      if (leftMs <= 0 && expected && lane.answers === answers) {
        throw unanswered(nameOf(lane), waitMs);
      }
      if (leftMs <= 0) return false;
      await waiters.wait(nameOf(lane), leftMs, signal);
    }
    return false;
  };
  return {
    read: async (topic, partition, from, options) => {
      const lane = laneAt(topic, partition, from);
      lane.readers += 1;
      try {
        if (lane.wanted !== from) {
          restart(lane, from);
          fetcher.pump();
        }
        if (!(await wait(lane, from, options))) return [];
        const [records, hasRoom] = handOver(lane, options.max);
        if (hasRoom) fetcher.pump();
        return records;
      } finally {
        lane.readers -= 1;
        lane.leftAtMs = clock.monotonic();
      }
    },
    close: () => {
      closed = true;
      fetcher.close();
    },
  };
}
