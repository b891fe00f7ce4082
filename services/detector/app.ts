/** The detector: runs the second fold over `samples.v1` and lets its alerts out on `alerts.v1`. */
import { createHash } from 'node:crypto';
import { sampleCodec } from '@sapwood/contracts/codec';
import { TOPICS } from '@sapwood/contracts/topics';
import { createDetectFold } from '@sapwood/core/detect-fold';
import type { Sample } from '@sapwood/core/samples';
import { createFoldRunner, type FoldRunner, type Stop } from '@sapwood/runtime/fold-runner';
import { createOutboxRelay } from '@sapwood/runtime/outbox';
import type { Clock, EventLog, Idle, Rng, Scope, StateStore } from '@sapwood/runtime/ports';
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
  const { log, store, clock, rng, telemetry, topology, partition } = deps;
  const scope: Scope = { fold: DETECTOR_FOLD, topology, partition };
  const runner: FoldRunner<never, never> = createFoldRunner<Sample, never, never>({
    scope,
    source: { topic: TOPICS.samples.name, partition, codec: sampleCodec },
    createFold: () => createDetectFold({ hash: sha256Hex, topology }),
    foreignCode: deps.foreignCode ?? 'rebuild',
    log,
    store,
    clock,
    rng,
    telemetry,
  });
  const outbox = createOutboxRelay({ scope, runner, log, store, clock, rng });
  return {
    name: `detector/${partition}`,
    ended: runner.ended,
    position: () => runner.position(),
    async start() {
      await runner.start();
      await outbox.start();
    },
    async stop() {
      await outbox.stop();
      await runner.stop();
    },
    async idle() {
      return (await runner.idle()) && (await outbox.idle());
    },
  };
}
