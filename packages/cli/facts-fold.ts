/** The fold over `facts.v1` as this installation makes it, and its look into the past. */
import { factCodec } from '@sapwood/contracts/facts';
import { partitionOf } from '@sapwood/contracts/partition';
import { TOPICS } from '@sapwood/contracts/topics';
import type { Fact } from '@sapwood/core/facts';
import { createFactFold, type FactFold } from '@sapwood/core/fold';
import type { Frame, MetricRecord, Series } from '@sapwood/core/metrics';
import { type AsOf, createAsOf } from '@sapwood/runtime/as-of';
import type { Clock, EventLog } from '@sapwood/runtime/ports';
import { hash32 } from './hash.ts';

export const TOPOLOGY = 1;

export const newFactFold = (): FactFold => createFactFold({ topology: TOPOLOGY, hash: hash32 });

export type FactsAsOf = AsOf<Fact, MetricRecord, Frame>;

/** The fold over a prefix of a partition of `facts.v1`. */
export function factsAsOf(log: EventLog, clock: Clock, partition: number): FactsAsOf {
  const source = { topic: TOPICS.facts.name, partition, codec: factCodec };
  return createAsOf({ source, createFold: newFactFold, log, clock });
}

/** The gateway's look into the past, one at a time for each partition. */
export function gatewayAsOf(log: EventLog, clock: Clock) {
  const made = new Map<number, FactsAsOf>();
  const of = async (workspace: string): Promise<FactsAsOf> => {
    const partition = partitionOf(workspace, await log.partitions(TOPICS.facts.name));
    const asOf = made.get(partition) ?? factsAsOf(log, clock, partition);
    made.set(partition, asOf);
    return asOf;
  };
  return async (workspace: string, at: number): Promise<ReadonlyMap<string, Series> | 'busy'> => {
    try {
      const { fold, off } = await (await of(workspace)).at(at);
      return seriesOf(fold, workspace, off);
    } catch (error) {
      if ((error as { code?: string }).code === 'SAPWOOD_BUSY') return 'busy';
      throw error;
    }
  };
}

/** Every series of a workspace as a fold has them, stamped with the offset they are of. */
export function seriesOf(
  fold: Pick<FactFold, 'keys' | 'read'>,
  workspace: string,
  offset: number,
): Map<string, Series> {
  const found = new Map<string, Series>();
  for (const key of fold.keys()) {
    if (!key.startsWith(`${workspace}/`)) continue;
    const series = fold.read(key)?.series;
    if (series) found.set(series.key, { ...series, offset });
  }
  return found;
}
