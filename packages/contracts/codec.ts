/**
 * Bytes on every topic: `0x00 | int32 schema id | Avro body`, whose last field is `hash`, the first
 * 8 bytes of SHA-256 over all bytes before it. The same bytes go through every adapter.
 */
import { hash } from 'node:crypto';
import type { Alert } from '@sapwood/core/alert';
import type { ValueCorrection } from '@sapwood/core/correction';
import type { TransitionEvent } from '@sapwood/core/event';
import type { MetricRecord } from '@sapwood/core/metrics';
import type { Sample } from '@sapwood/core/samples';
import avro from 'avsc';
import { boundAvsc } from './avsc-bounds.ts';
import type { Label, Quarantined } from './label.ts';
import type { RawRecord } from './raw.ts';
import { latestSchema, SCHEMAS } from './schemas.ts';
import type { SnapshotRecord } from './snapshot.ts';

/** Larger records are refused on both sides (reliability.md 6). */
export const RECORD_BYTES_MAX: number = 512 * 1024;
const HEADER_BYTES = 5;
const HASH_BYTES = 8;

/** Why bytes are not a record. A reason is a closed word, fit for a metric label. */
export type DecodeReason =
  | 'too_large'
  | 'bad_magic'
  | 'unknown_schema'
  | 'wrong_subject'
  | 'bad_hash'
  | 'undecodable';

export class DecodeError extends Error {
  readonly reason: DecodeReason;
  constructor(reason: DecodeReason, detail: string, options?: ErrorOptions) {
    super(`${reason}: ${detail}`, options);
    this.name = 'DecodeError';
    this.reason = reason;
  }
}

export interface Codec<T> {
  encode(record: T): Buffer;
  /** Throws `DecodeError`, nothing else. */
  decode(bytes: Uint8Array): T;
}

boundAvsc();
/** Records are written here first, and copied once their length is known. */
let slab = Buffer.allocUnsafe(8 * 1024);
const emptyHash = Buffer.alloc(HASH_BYTES);

/** SHA-256 of the record but its last 8 bytes, first 8 bytes; as text, which costs half a Buffer. */
function hashOf(bytes: Buffer): string {
  return hash('sha256', bytes.subarray(0, bytes.length - HASH_BYTES), 'binary').slice(
    0,
    HASH_BYTES,
  );
}

/** `Buffer` over the same memory: avsc wants one, `node:sqlite` gives a Uint8Array. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Identity of a record in the log: its own hash, hex. `tail` in the store compares these. */
export function recordHash(bytes: Uint8Array): string {
  return asBuffer(bytes).subarray(-HASH_BYTES).toString('hex');
}

function within(subject: string, bytes: number): number {
  if (bytes <= RECORD_BYTES_MAX) return bytes;
  throw new RangeError(`a ${subject} record of ${bytes} bytes exceeds the limit`);
}

/** What a reader reads: the hash behind it was compared already. */
function withoutHash(document: Readonly<Record<string, unknown>>): avro.Type {
  const fields = (document['fields'] as { readonly name: string }[]).filter(
    ({ name }) => name !== 'hash',
  );
  return avro.Type.forSchema({ ...document, fields } as never);
}

/** The Avro form of a subject as it stands on the wire; `createCodec` maps it to a domain type. */
export function createCodec<T, W extends object>(
  subject: string,
  toWire: (record: T) => W,
  fromWire: (wire: W) => T,
): Codec<T> {
  const latest = latestSchema(subject);
  const writer = avro.Type.forSchema(latest.document as unknown as avro.Schema);
  const newest = withoutHash(latest.document);
  const readers = new Map(
    SCHEMAS.filter((s) => s.subject === subject).map((s) => {
      const isNewest = s.id === latest.id;
      // A resolver of a type to itself reads the same, at twice the price.
      const resolver = isNewest ? undefined : newest.createResolver(withoutHash(s.document));
      return [s.id, { resolver }] as const;
    }),
  );
  return {
    encode(record: T): Buffer {
      const wire = { ...toWire(record), hash: emptyHash };
      let end = writer.encode(wire, slab, HEADER_BYTES);
      if (end < 0) {
        slab = Buffer.allocUnsafe(within(subject, slab.length - end));
        end = writer.encode(wire, slab, HEADER_BYTES);
      }
      const bytes = Buffer.from(slab.subarray(0, end));
      bytes[0] = 0;
      bytes.writeInt32BE(latest.id, 1);
      bytes.write(hashOf(bytes), bytes.length - HASH_BYTES, 'latin1');
      return bytes;
    },
    decode(input: Uint8Array): T {
      const bytes = asBuffer(input);
      if (bytes.length > RECORD_BYTES_MAX) throw new DecodeError('too_large', `${bytes.length} B`);
      if (bytes.length < HEADER_BYTES + HASH_BYTES || bytes[0] !== 0) {
        throw new DecodeError('bad_magic', `first byte ${bytes[0] ?? 'missing'}`);
      }
      const id = bytes.readInt32BE(1);
      const reader = readers.get(id);
      if (!reader) {
        const known = SCHEMAS.find((s) => s.id === id);
        throw known
          ? new DecodeError('wrong_subject', `${known.subject} where ${subject} belongs`)
          : new DecodeError('unknown_schema', `schema id ${id}`);
      }
      const end = bytes.length - HASH_BYTES;
      if (hashOf(bytes) !== bytes.toString('latin1', end)) {
        throw new DecodeError('bad_hash', 'the bytes are not those that were written');
      }
      try {
        const { value, offset } = newest.decode(bytes, HEADER_BYTES, reader.resolver);
        if (offset !== end) throw new RangeError(`the body ends at ${offset}, not at ${end}`);
        return fromWire(value as W);
      } catch (cause) {
        throw new DecodeError('undecodable', (cause as Error).message, { cause });
      }
    },
  };
}

/** For records whose domain type is their wire form but for the hash. */
function plainCodec<T extends object>(subject: string): Codec<T> {
  return createCodec<T, T>(
    subject,
    (record) => record,
    (wire) => ({ ...wire }),
  );
}

export const rawCodec: Codec<RawRecord> = createCodec<RawRecord, RawRecord>(
  'raw',
  ({ delivery, heartbeat }) => ({
    delivery: delivery && {
      ...delivery,
      sha256: asBuffer(delivery.sha256),
      raw: asBuffer(delivery.raw),
    },
    heartbeat,
  }),
  ({ delivery, heartbeat }) => ({ delivery, heartbeat }),
);
export const sampleCodec: Codec<Sample> = plainCodec('sample');
export const metricCodec: Codec<MetricRecord> = plainCodec('metric');
export const eventCodec: Codec<TransitionEvent> = plainCodec('event');
export const correctionCodec: Codec<ValueCorrection> = plainCodec('correction');
export const alertCodec: Codec<Alert> = plainCodec('alert');
export const labelCodec: Codec<Label> = plainCodec('label');
export const snapshotCodec: Codec<SnapshotRecord> = createCodec<SnapshotRecord, SnapshotRecord>(
  'snapshot',
  (record) => ({ ...record, puts: record.puts && asBuffer(record.puts) }),
  (wire) => ({ ...wire }),
);
export const quarantinedCodec: Codec<Quarantined> = plainCodec('quarantined');
