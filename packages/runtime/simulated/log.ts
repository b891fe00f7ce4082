/** EventLog in memory, with the faults a real one has: doubled appends and lost answers. */
import { logShorter, RuntimeError } from '../errors.ts';
import type { AppendOutcome, EventLog, LogRecord, NewRecord, ReadOptions, Rng } from '../ports.ts';
import { chance, type Struck } from './faults.ts';
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
  /** Answered `outcomeUnknown`, and written later: the request outlived the patience of its sender. */
  readonly lateAppend?: number;
  readonly lateMsMax?: number;
  /** A read brings only the first few of the records that are there. */
  readonly shortRead?: number;
}

export interface SimulatedLogDeps {
  readonly world: World;
  readonly process: Process;
  readonly rng: Rng;
  readonly faults: () => LogFaults;
  readonly struck: Struck;
}

export function createSimulatedLog(deps: SimulatedLogDeps): EventLog {
  const { world, process, rng, faults, struck } = deps;
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
  const strikes = (kind: Parameters<Struck>[0], probability: number | undefined): boolean => {
    const hit = chance(rng, probability);
    if (hit) struck(kind);
    return hit;
  };
  const write = (part: SimulatedPart, news: readonly NewRecord[]): number => {
    const first = writeRecords(world, part, news);
    world.waiters.wake(part.name);
    return first;
  };

  const unknown = (reason: string): AppendOutcome => ({ kind: 'outcomeUnknown', reason });
  const appendNow = (
    topic: string,
    partition: number,
    news: readonly NewRecord[],
  ): AppendOutcome => {
    const reason = refusal(topic, partition, news);
    if (reason) return { kind: 'rejected', reason };
    const { doubleAppend, lostAnswer, lostAppend, lateAppend, lateMsMax = 10_000 } = faults();
    if (strikes('lost append', lostAppend)) return unknown('lost_append');
    const part = partOf(topic, partition);
    if (strikes('late append', lateAppend)) {
      world.clock.after(Math.ceil(rng.next() * lateMsMax), () => void write(part, news));
      return unknown('late_append');
    }
    let firstOffset = write(part, news);
    if (strikes('doubled append', doubleAppend)) firstOffset = write(part, news);
    if (strikes('lost append answer', lostAnswer)) return unknown('lost_answer');
    return { kind: 'durable', firstOffset, appendedAt: world.clock.now() };
  };
  const readNow = (part: SimulatedPart, from: number, max: number): LogRecord[] => {
    const start = indexOfOffset(part.records, from);
    const found = part.records.slice(start, start + max);
    if (found.length < 2 || !strikes('short read', faults().shortRead)) return found;
    return found.slice(0, 1 + Math.floor(rng.next() * (found.length - 1)));
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
      if (from > part.high) throw logShorter(part.name, part.high, from);
      const found = readNow(part, from, max);
      const leftMs = untilMs - world.clock.monotonic();
      if (found.length > 0 || leftMs <= 0) {
        await process.alive();
        return found;
      }
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
