/** Pieces of a state on `snapshots.v1`: their keys, and puts as bytes. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { snapshotCodec } from '@sapwood/contracts/codec';
import type { Slot, SnapshotRecord } from '@sapwood/contracts/snapshot';
import { TOPICS } from '@sapwood/contracts/topics';
import type { Put } from '@sapwood/core/fold-contract';
import type { NewRecord, Scope, StoredPut } from '../ports.ts';

export const SNAPSHOTS: string = TOPICS.snapshots.name;
/** Far above what a writer makes; what claims more is not ours. */
const INFLATED_BYTES_MAX: number = 64 * 1024 * 1024;

/** Record of the store that tells the slot of the newest whole snapshot. */
export const slotRecord = ({ fold, topology, partition }: Scope): string =>
  `snapshot/${fold}/${topology}/${partition}`;

export function recordOf(
  { fold, topology }: Scope,
  slot: Slot,
  part: Pick<SnapshotRecord, 'chunk' | 'puts' | 'manifest'>,
): NewRecord {
  const place = part.manifest ? 'manifest' : part.chunk;
  const value = snapshotCodec.encode({ fold, topology, slot, ...part });
  return { key: [fold, topology, slot, place].join('/'), value };
}

/** Speed before size: it is done beside the fold. */
export function deflated(puts: readonly Put[]): Uint8Array {
  return deflateRawSync(puts.map((put) => JSON.stringify(put)).join('\n'), { level: 1 });
}

export function* inflated(bytes: Uint8Array): Generator<StoredPut> {
  const text = inflateRawSync(bytes, { maxOutputLength: INFLATED_BYTES_MAX }).toString();
  if (text === '') return;
  for (const line of text.split('\n')) {
    const [space, field, value] = JSON.parse(line) as Put;
    yield [space, field, value === null ? null : Buffer.from(value)];
  }
}
