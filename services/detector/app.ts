/** The detector: runs the second fold over `samples.v1` and lets its alerts out on `alerts.v1`. */
import { createHash } from 'node:crypto';
import { sampleCodec } from '@sapwood/contracts/codec';
import { TOPICS } from '@sapwood/contracts/topics';
import { createDetectFold } from '@sapwood/core/detect-fold';
import type { Sample } from '@sapwood/core/samples';
import { createFoldRunner, type FoldRunner, type Stop } from '@sapwood/runtime/fold-runner';
import { createOutboxRelay } from '@sapwood/runtime/outbox';
import type { Clock, EventLog, Idle, Rng, Scope, StateStore } from '@sapwood/runtime/ports';
import { createSnapshotWriter, type SnapshotLimits } from '@sapwood/runtime/snapshots';
import type { Telemetry } from '@sapwood/runtime/telemetry';

/** The fold's name in the store. */
export const DETECTOR_FOLD = 'samples';

export interface DetectorDeps {
  readonly log: EventLog;
  readonly store: StateStore;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly telemetry: Telemetry;
  readonly topology: number;
  readonly partition: number;
  /** A store written by another version of the fold: `rebuild` where one process owns it. */
  readonly foreignCode?: 'rebuild' | 'stop';
  /** When the state goes to `snapshots.v1`; left out: never. */
  readonly snapshots?: SnapshotLimits;
}

export interface Detector extends Idle {
  start(): Promise<void>;
  /** Finishes the slice in hand. */
  stop(): Promise<void>;
  /** Why it stands still by itself; null after `stop()`. */
  readonly ended: Promise<Stop | null>;
  /** Next offset of `samples.v1` to be folded. */
  position(): number;
}

const sha256Hex = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

export function createDetector(deps: DetectorDeps): Detector {
  const { log, store, clock, rng, telemetry, topology, partition, snapshots } = deps;
  const scope: Scope = { fold: DETECTOR_FOLD, topology, partition };
  const ports = { scope, log, store, clock, rng, telemetry };
  const runner: FoldRunner<never, never> = createFoldRunner<Sample, never, never>({
    ...ports,
    source: { topic: TOPICS.samples.name, partition, codec: sampleCodec },
    createFold: () => createDetectFold({ hash: sha256Hex, topology }),
    foreignCode: deps.foreignCode ?? 'rebuild',
    fromSnapshots: snapshots !== undefined,
  });
  const listeners = [
    createOutboxRelay({ ...ports, runner }),
    ...(snapshots ? [createSnapshotWriter({ ...ports, runner, limits: snapshots })] : []),
  ];
  return {
    name: `detector/${partition}`,
    ended: runner.ended,
    position: () => runner.position(),
    async start() {
      await runner.start();
      for (const listener of listeners) await listener.start();
    },
    async stop() {
      for (const listener of listeners) await listener.stop();
      await runner.stop();
    },
    async idle() {
      for (const part of [runner, ...listeners]) if (!(await part.idle())) return false;
      return true;
    },
  };
}
