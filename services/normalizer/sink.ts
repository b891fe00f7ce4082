/**
 * Writes to a side topic (labels, quarantine): one append in flight, tried again until it is durable,
 * because the position moves on only after it.
 */
import { partitionOf } from '@sapwood/contracts/partition';
import type { Clock, EventLog, Idle, NewRecord, Rng } from '@sapwood/runtime/ports';

export interface Sink extends Idle {
  /** Resolves when durable, or when `signal` ends the trying. */
  append(workspace: string, records: readonly NewRecord[], signal: AbortSignal): Promise<void>;
}

export interface SinkDeps {
  readonly log: Pick<EventLog, 'append' | 'partitions'>;
  readonly clock: Clock;
  readonly rng: Rng;
}

const BATCH_MAX = 200;

export interface Retry {
  /** Waits twice as long as the last time, with jitter, up to ten seconds. */
  wait(signal: AbortSignal): Promise<void>;
}

const RETRY_FIRST_MS = 100;
const RETRY_LAST_MS = 10_000;

export function createRetry(clock: Clock, rng: Rng): Retry {
  let nextMs = RETRY_FIRST_MS;
  return {
    wait(signal) {
      const ms = Math.ceil(nextMs * (0.5 + rng.next() / 2));
      nextMs = Math.min(nextMs * 2, RETRY_LAST_MS);
      return clock.sleep(ms, signal);
    },
  };
}

export function createSink(topic: string, deps: SinkDeps): Sink {
  let tail: Promise<void> = Promise.resolve();
  let waiting = 0;

  async function write(
    workspace: string,
    records: readonly NewRecord[],
    signal: AbortSignal,
  ): Promise<void> {
    const partition = partitionOf(workspace, await deps.log.partitions(topic));
    const retry = createRetry(deps.clock, deps.rng);
    for (let from = 0; from < records.length && !signal.aborted; ) {
      const batch = records.slice(from, from + BATCH_MAX);
      const outcome = await deps.log.append(topic, partition, batch).catch(() => null);
      if (outcome?.kind === 'durable') from += batch.length;
      else await retry.wait(signal);
    }
  }
  return {
    name: topic,
    idle: () => waiting === 0,
    append(workspace, records, signal) {
      if (records.length === 0) return Promise.resolve();
      waiting += 1;
      tail = tail
        .then(() => write(workspace, records, signal))
        .finally(() => {
          waiting -= 1;
        });
      return tail;
    },
  };
}
