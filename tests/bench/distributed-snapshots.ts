/** A snapshot of both folds as they are stored now, taken by owners of this process. */
import { createAggregator } from '@sapwood/aggregator/app';
import { createDetector, DETECTOR_FOLD } from '@sapwood/detector/app';
import { createSystemRng } from '@sapwood/runtime/clock/system';
import { createRedis } from '@sapwood/runtime/redis';
import { newFactFold, TOPOLOGY } from '../../packages/cli/facts-fold.ts';
import { clock } from '../support/process.ts';
import { until } from '../support/pylon.ts';
import type { Desk } from './distributed-desk.ts';
import type { BenchRig } from './distributed-rig.ts';

const TAKEN_MS = 120_000;
/** Due at the claim, and then at no commit. */
const AT_ONCE = { records: 0, everyMs: 0, recordsMin: 0 };

export async function takeSnapshots({
  rig,
  desk,
}: {
  readonly rig: BenchRig;
  readonly desk: Desk;
}): Promise<void> {
  const telemetry = (): void => {};
  const store = await createRedis({ url: rig.redis.address, telemetry });
  const ports = { log: rig.log, store, clock, rng: createSystemRng(), telemetry };
  const fold = { topology: TOPOLOGY, foreignCode: 'stop', snapshots: AT_ONCE } as const;
  const parts = [
    createAggregator({ ...ports, ...fold, createFold: newFactFold }),
    createDetector({ ...ports, ...fold, partition: desk.partition }),
  ];
  for (const part of parts) await part.start();
  for (const name of ['facts', DETECTOR_FOLD]) {
    const record = `snapshot/${name}/${TOPOLOGY}/${desk.partition}`;
    const isTaken = async (): Promise<boolean> => (await store.getRecord(record)) !== null;
    await until(clock, `a snapshot of ${name} is whole`, isTaken, TAKEN_MS);
  }
  for (const part of parts) await part.stop();
  await store.close();
}
