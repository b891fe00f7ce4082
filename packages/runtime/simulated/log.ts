/** EventLog in memory, with the faults a real one has: doubled appends and lost answers. */
import { RuntimeError } from '../errors.ts';
import type { AppendOutcome, EventLog, LogRecord, NewRecord, ReadOptions, Rng } from '../ports.ts';
import type { Process } from './process.ts';
import { indexOfOffset, type SimulatedPart, type World, writeRecords } from './world.ts';

/** Probabilities, 0 to 1. */
export interface LogFaults {
  /** The batch is written twice, as a producer's retry does; one answer. */
  readonly doubleAppend?: number;
  /** Written, but answered `outcomeUnknown`. */
  readonly lostAnswer?: number;
  /** Not written, and answered `outcomeUnknown`. */
  readonly lostAppend?: number;
}

export function createSimulatedLog(
  world: World,
  process: Process,
  rng: Rng,
  faults: () => LogFaults,
): EventLog {
  const partOf = (topic: string, partition: number): SimulatedPart => {
    const found = world.parts.get(topic)?.[partition];
    if (found) return found;
    throw new RuntimeError('SAPWOOD_TOPIC_UNKNOWN', `There is no ${topic} partition ${partition}.`);
  };
  const refusal = (topic: string, partition: number, news: readonly NewRecord[]): string | null => {
    const part = world.parts.get(topic)?.[partition];
    if (!part) return 'unknown_partition';
    if (news.length === 0) return 'no_records';
    return part.compacted && news.some(({ key }) => key === null) ? 'key_missing' : null;
  };
  const hits = (probability: number | undefined): boolean =>
    probability !== undefined && probability > 0 && rng.next() < probability;

  const appendNow = (
    topic: string,
    partition: number,
    news: readonly NewRecord[],
  ): AppendOutcome => {
    const reason = refusal(topic, partition, news);
    if (reason) return { kind: 'rejected', reason };
    const { doubleAppend, lostAnswer, lostAppend } = faults();
    if (hits(lostAppend)) return { kind: 'outcomeUnknown', reason: 'lost_append' };
    const part = partOf(topic, partition);
    let firstOffset = writeRecords(world, part, news);
    if (hits(doubleAppend)) firstOffset = writeRecords(world, part, news);
    world.waiters.wake(part.name);
    if (hits(lostAnswer)) return { kind: 'outcomeUnknown', reason: 'lost_answer' };
    return { kind: 'durable', firstOffset, appendedAt: world.clock.now() };
  };
  const readNow = (part: SimulatedPart, from: number, max: number): LogRecord[] => {
    const start = indexOfOffset(part.records, from);
    return part.records.slice(start, start + max);
  };
  const read = async (
    topic: string,
    partition: number,
    from: number,
    { max, waitMs, signal }: ReadOptions,
  ): Promise<readonly LogRecord[]> => {
    const part = partOf(topic, partition);
    const untilMs = world.clock.monotonic() + waitMs;
    for (;;) {
      if (process.closed() || signal?.aborted) return [];
      const found = readNow(part, from, max);
      const leftMs = untilMs - world.clock.monotonic();
      if (found.length > 0 || leftMs <= 0) return found;
      await world.waiters.wait(part.name, leftMs, signal);
      await process.alive();
    }
  };
  const trimNow = (part: SimulatedPart, before: number): number => {
    const gone = ({ offset, value }: LogRecord): boolean =>
      offset < before && (!part.compacted || (value === null && offset < part.high - 1));
    const kept = part.records.filter((record) => !gone(record));
    const count = part.records.length - kept.length;
    part.records = kept;
    if (!part.compacted) part.low = Math.max(part.low, Math.min(before, part.high));
    return count;
  };
  return {
    append: (topic, partition, news) => process.call(() => appendNow(topic, partition, news)),
    read: async (topic, partition, from, options) => {
      await process.alive();
      return read(topic, partition, from, options);
    },
    bounds: (topic, partition) =>
      process.call(() => {
        const { low, high } = partOf(topic, partition);
        return { low, high };
      }),
    partitions: (topic) =>
      process.call(() => {
        partOf(topic, 0);
        return world.parts.get(topic)!.length;
      }),
    assign: (_group, topic, listener) =>
      process.call(() => {
        partOf(topic, 0);
        listener(world.parts.get(topic)!.map((_, p) => p));
        return { close: async () => {} };
      }),
    trim: (topic, partition, before) =>
      process.call(() => trimNow(partOf(topic, partition), before)),
    close: async () => process.close(),
  };
}
