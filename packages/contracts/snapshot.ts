/** `snapshots.v1`: a fold's state, for the day its store is lost (reliability.md 1.9). */

/** Written in turn: while one is written, the other still counts. */
export type Slot = 'A' | 'B';

/** Makes the chunks of its slot count, in whose place it comes last. */
export interface Manifest {
  /** Version of the fold: another one reads other puts. */
  readonly code: string;
  /** The state is that of log[0, off). */
  readonly off: number;
  /** Hash of record off-1, hex. */
  readonly tail: string;
  /** Log time of the state, epoch ms. */
  readonly T: number;
  /** Of all chunks' `puts` in order, hex. */
  readonly sha256: string;
}

/** Exactly one of `puts` and `manifest` is set. */
export interface SnapshotRecord {
  readonly fold: string;
  readonly topology: number;
  readonly slot: Slot;
  /** From 0 on; of a manifest: how many chunks there are. */
  readonly chunk: number;
  /** Deflated JSON lines `[space, field, text or null]`; of two lines for a field the later wins. */
  readonly puts: Uint8Array | null;
  readonly manifest: Manifest | null;
}
