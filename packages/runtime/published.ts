/** What `metrics.v1` says already: read once by a relay that starts or takes over. */
import { metricCodec } from '@sapwood/contracts/codec';
import type { Frame, MetricRecord } from '@sapwood/core/metrics';
import type { EventLog, Scope } from './ports.ts';

export const FRAME_PREFIX = 'frame/';

export interface Published {
  /** Keys of series and trees that have a value there. */
  readonly keys: ReadonlySet<string>;
  /** Newest frame of each workspace: what the published values hold at. */
  readonly frames: ReadonlyMap<string, Frame>;
  /** The newest V at which anything of our topology was published, a pass without its frame as well. */
  readonly newest: number;
  /** Where the next record will stand, if nobody else writes. */
  readonly high: number;
}

function decode(value: Uint8Array): MetricRecord | null {
  try {
    return metricCodec.decode(value);
  } catch {
    // Written by a newer version: its values will be overwritten by the first pass.
    return null;
  }
}

/** Reads a compacted topic from the start to its head. */
export async function readPublished(
  log: EventLog,
  topic: string,
  { partition, topology }: Scope,
): Promise<Published> {
  const keys = new Set<string>();
  const frames = new Map<string, Frame>();
  let newest = -1;
  const { low, high } = await log.bounds(topic, partition);
  for (let from = low; from < high; ) {
    const records = await log.read(topic, partition, from, { max: 1_000, waitMs: 0 });
    if (records.length === 0) break;
    for (const { key, value } of records) {
      if (key === null) continue;
      if (!value) {
        keys.delete(key);
        continue;
      }
      const record = decode(value);
      const version = record?.series ?? record?.frame ?? record?.tree;
      if (version?.topology === topology) newest = Math.max(newest, version.offset);
      if (record?.frame) frames.set(record.frame.workspace, record.frame);
      if (!key.startsWith(FRAME_PREFIX)) keys.add(key);
    }
    from = records.at(-1)!.offset + 1;
  }
  return { keys, frames, newest, high };
}
