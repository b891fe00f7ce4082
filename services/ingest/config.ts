/** Settings of ingest: who may post where, and how much of it. */
import type { Scheme } from '@sapwood/pylon/signature';

/** An address `/hooks/<id>` that Pylon posts to. The workspace follows from it, never from a body. */
export interface Destination {
  readonly id: string;
  readonly workspace: string;
  readonly source: string;
  /** All of them must hold. */
  readonly schemes: readonly Scheme[];
}

/** An API key of the cost feed, sent as `Authorization: Bearer <key>`. */
export interface CostKey {
  readonly id: string;
  readonly workspace: string;
  readonly key: string;
}

export interface IngestLimits {
  /** Requests taken but not answered, and their bodies' bytes; above it 503. */
  readonly inFlightMax: number;
  readonly inFlightBytesMax: number;
  readonly bodyBytesMax: number;
  /** Per destination: sustained rate and burst; above it 429. */
  readonly hooksPerSecond: number;
  readonly hooksBurst: number;
  /** From arrival to the durable append; after it 503, though the record may still land. */
  readonly deadlineMs: number;
  readonly batchItemsMax: number;
  readonly batchBytesMax: number;
  readonly heartbeatMs: number;
}

export const DEFAULT_LIMITS: IngestLimits = {
  inFlightMax: 5_000,
  inFlightBytesMax: 64 * 1024 * 1024,
  bodyBytesMax: 256 * 1024,
  hooksPerSecond: 5_000,
  hooksBurst: 10_000,
  deadlineMs: 4_000,
  batchItemsMax: 500,
  batchBytesMax: 512 * 1024,
  heartbeatMs: 60_000,
};
