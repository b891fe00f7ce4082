/** What ingest is given, and what its routes share. */
import type { Clock, EventLog, Rng } from '@sapwood/runtime/ports';
import type { Telemetry } from '@sapwood/runtime/telemetry';
import type { InFlight } from './admission.ts';
import type { Batcher } from './batcher.ts';
import type { CostKey, Destination, IngestLimits } from './config.ts';

export interface IngestDeps {
  readonly log: Pick<EventLog, 'append' | 'partitions'>;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly telemetry: Telemetry;
  readonly destinations: readonly Destination[];
  readonly costKeys: readonly CostKey[];
  readonly limits?: Partial<IngestLimits>;
  /** Nothing is taken meanwhile: its time of arrival would be wrong. */
  readonly isClockWrong?: () => boolean;
}

/** What the routes share. */
export interface IngestParts extends IngestDeps {
  readonly limits: IngestLimits;
  readonly batcher: Batcher;
  readonly inFlight: InFlight;
  readonly partitionFor: (topic: string, workspace: string) => Promise<number>;
}
