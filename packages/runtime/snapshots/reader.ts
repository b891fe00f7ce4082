/** Finds the newest whole snapshot of a scope, for a store that has lost its state. */
import { createHash } from 'node:crypto';
import { DecodeError, snapshotCodec } from '@sapwood/contracts/codec';
import type { Manifest, Slot, SnapshotRecord } from '@sapwood/contracts/snapshot';
import { RuntimeError } from '../errors.ts';
import type { EventLog, LogRecord, Scope, StoredPut } from '../ports.ts';
import { inflated, SNAPSHOTS } from './chunks.ts';

/** Records of up to half a megabyte. */
const READ_RECORDS = 32;
/** There is something to read: who has no answer by then has no log. */
const READ_WAIT_MS = 10_000;

export interface Snapshot {
  readonly manifest: Manifest;
  readonly slot: Slot;
  puts(): Iterable<StoredPut>;
}

/**
 * All whole snapshots that were written by `code`, the newest state first; at most one of each slot.
 * Reads the whole partition: compaction keeps it to about twice the state. Throws
 * SAPWOOD_LOG_UNREACHABLE rather than passing over one that was not read.
 */
export async function snapshotsOf(
  { fold, topology, partition }: Scope,
  code: string,
  log: EventLog,
): Promise<readonly Snapshot[]> {
  const gathered = new Map<Slot, Uint8Array[]>();
  const whole = new Map<Slot, Snapshot>();
  for await (const { slot, chunk, puts, manifest, ...of } of partsOf(log, partition)) {
    if (of.fold !== fold || of.topology !== topology) continue;
    const chunks = gathered.get(slot) ?? [];
    if (manifest) {
      gathered.delete(slot);
      const isWhole = chunks.length === chunk && sha256(chunks) === manifest.sha256;
      if (!isWhole || manifest.code !== code) continue;
      whole.set(slot, { manifest, slot, puts: () => latest(chunks) });
    } else if (puts) {
      // A new first chunk begins the slot anew; one out of its place leaves a hole that the sum tells.
      if (chunk === 0) whole.delete(slot);
      if (chunk === 0) gathered.set(slot, [puts]);
      else gathered.get(slot)?.push(puts);
    }
  }
  return [...whole.values()].sort((a, b) => b.manifest.off - a.manifest.off);
}

async function* partsOf(log: EventLog, partition: number): AsyncGenerator<SnapshotRecord> {
  const { low, high } = await log.bounds(SNAPSHOTS, partition);
  for (let next = low; next < high; ) {
    const options = { max: READ_RECORDS, waitMs: READ_WAIT_MS };
    const records = await log.read(SNAPSHOTS, partition, next, options);
    if (records.length === 0) {
      throw new RuntimeError(
        'SAPWOOD_LOG_UNREACHABLE',
        `${SNAPSHOTS}/${partition} was not answered at ${next}.`,
        { retriable: true },
      );
    }
    for (const record of records) {
      const part = decoded(record);
      if (part) yield part;
    }
    next = records.at(-1)!.offset + 1;
  }
}

/** What cannot be read makes its snapshot incomplete, and another one is taken. */
function decoded({ value }: LogRecord): SnapshotRecord | null {
  if (value === null) return null;
  try {
    return snapshotCodec.decode(value);
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}

const sha256 = (chunks: readonly Uint8Array[]): string => {
  const sum = createHash('sha256');
  for (const chunk of chunks) sum.update(chunk);
  return sum.digest('hex');
};

/** Each field once, as the last line of it has it. */
function* latest(chunks: readonly Uint8Array[]): Generator<StoredPut> {
  // From the end: the first line met of a field is its last.
  const seen = new Set<string>();
  for (const chunk of chunks.toReversed()) {
    for (const put of [...inflated(chunk)].reverse()) {
      const name = `${put[0]} ${put[1]}`;
      if (seen.has(name)) continue;
      seen.add(name);
      if (put[2] !== null) yield put;
    }
  }
}
