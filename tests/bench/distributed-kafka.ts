/** What lies in the log: bytes on the broker's disk by topic, and the passes that were published. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { metricCodec } from '@sapwood/contracts/codec';
import type { KafkaLog } from '@sapwood/runtime/kafka';

/** Bytes of the segments of each topic, all partitions together. */
export function topicBytes(brokerData: string): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const folder of readdirSync(brokerData)) {
    const name = /^(.+)-\d+$/.exec(folder)?.[1];
    if (!name || name.startsWith('__')) continue;
    const bytes = readdirSync(join(brokerData, folder))
      .filter((file) => file.endsWith('.log'))
      .reduce((sum, file) => sum + statSync(join(brokerData, folder, file)).size, 0);
    sizes.set(name, (sizes.get(name) ?? 0) + bytes);
  }
  return sizes;
}

export async function highOf(log: KafkaLog, topic: string, partition: number): Promise<number> {
  return (await log.bounds(topic, partition)).high;
}

export interface Passes {
  readonly passes: number;
  readonly series: number;
  /** Frames that came alone. */
  readonly frames: number;
  /** Bytes of keys and values. */
  readonly bytes: number;
}

/** Of `metrics.v1` between two offsets. */
export async function passesIn(
  log: KafkaLog,
  partition: number,
  from: number,
  to: number,
): Promise<Passes> {
  const found = { passes: 0, series: 0, frames: 0, bytes: 0 };
  let inPass = 0;
  for (let at = from; at < to; ) {
    const records = await log.read('metrics.v1', partition, at, { max: 1_000, waitMs: 0 });
    if (records.length === 0) break;
    for (const { key, value } of records) {
      found.bytes += (key?.length ?? 0) + (value?.length ?? 0);
      if (!value || !metricCodec.decode(value).frame) inPass += 1;
      else if (inPass > 0) {
        found.passes += 1;
        found.series += inPass;
        inPass = 0;
      } else found.frames += 1;
    }
    at = records.at(-1)!.offset + 1;
  }
  return found;
}
