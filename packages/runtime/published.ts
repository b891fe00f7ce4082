/** What `metrics.v1` says already: read once by a relay that starts or takes over. */
import { metricCodec } from '@sapwood/contracts/codec';
import type { Frame } from '@sapwood/core/metrics';
import type { EventLog } from './ports.ts';

export const FRAME_PREFIX = 'frame/';

export interface Published {
  /** Keys of series and trees that have a value there. */
  readonly keys: ReadonlySet<string>;
  /** Newest frame of each workspace: what the published values hold at. */
  readonly frames: ReadonlyMap<string, Frame>;
}

function frameOf(value: Uint8Array): Frame | null {
  try {
    return metricCodec.decode(value).frame;
  } catch {
    // Written by a newer version: its values will be overwritten by the first pass.
    return null;
  }
}

/** Reads a compacted topic from the start to its head. */
export async function readPublished(
  log: EventLog,
  topic: string,
  partition: number,
): Promise<Published> {
  const keys = new Set<string>();
  const frames = new Map<string, Frame>();
  const { low, high } = await log.bounds(topic, partition);
  for (let from = low; from < high; ) {
    const records = await log.read(topic, partition, from, { max: 1_000, waitMs: 0 });
    if (records.length === 0) break;
    for (const { key, value } of records) {
      if (key === null) continue;
      if (!key.startsWith(FRAME_PREFIX)) {
        if (value) keys.add(key);
        else keys.delete(key);
        continue;
      }
      const frame = value && frameOf(value);
      if (frame) frames.set(frame.workspace, frame);
    }
    from = records.at(-1)!.offset + 1;
  }
  return { keys, frames };
}
