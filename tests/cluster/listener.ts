/**
 * A plain consumer of one partition of `metrics.v1`: it knows the published schema and one rule, that
 * a frame comes at least each 5 s, so that none for 15 s means dead and not quiet.
 */
import { metricCodec } from '@sapwood/contracts/codec';
import { TOPICS } from '@sapwood/contracts/topics';
import type { EventLog } from '@sapwood/runtime/ports';
import { clock } from '../support/process.ts';

const READ_MS = 500;

export interface Listener {
  /** Since the newest frame was written; without end before the first. */
  silenceMs(): number;
  /** Offset of that frame; 0 before the first. */
  through(): number;
  close(): Promise<void>;
}

/** Reads from the head on; `close` does not close the log. */
export function createListener(log: EventLog, partition: number): Listener {
  const abort = new AbortController();
  const topic = TOPICS.metrics.name;
  let frameAt = Number.NEGATIVE_INFINITY;
  let through = 0;
  const listen = async (): Promise<void> => {
    let { high: next } = await log.bounds(topic, partition);
    while (!abort.signal.aborted) {
      const options = { max: 500, waitMs: READ_MS, signal: abort.signal };
      for (const record of await log.read(topic, partition, next, options)) {
        next = record.offset + 1;
        const frame = record.value && metricCodec.decode(record.value).frame;
        if (!frame) continue;
        frameAt = record.appendedAt;
        through = frame.offset;
      }
    }
  };
  const done = listen();
  done.catch(() => {});
  return {
    silenceMs: () => clock.now() - frameAt,
    through: () => through,
    close: async () => {
      abort.abort();
      await done;
    },
  };
}
