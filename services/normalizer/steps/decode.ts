/** The first step for every raw record: are these the bytes that ingest wrote and verified? */
import { createHash } from 'node:crypto';
import { DecodeError, rawCodec } from '@sapwood/contracts/codec';
import type { RawRecord } from '@sapwood/contracts/raw';

export type Decoded =
  | { readonly ok: true; readonly record: RawRecord }
  | { readonly ok: false; readonly reason: string; readonly workspace: string };

const bad = (reason: string, workspace = ''): Decoded => ({ ok: false, reason, workspace });

/** Never throws; a reason is a closed word. */
export function decodeRaw(value: Uint8Array | null): Decoded {
  if (value === null) return bad('tombstone');
  let record: RawRecord;
  try {
    record = rawCodec.decode(value);
  } catch (error) {
    return bad(error instanceof DecodeError ? error.reason : 'undecodable');
  }
  const { delivery, heartbeat } = record;
  if ((delivery === null) === (heartbeat === null)) return bad('not_one_record');
  if (delivery !== null) {
    const digest = createHash('sha256').update(delivery.raw).digest();
    if (!digest.equals(delivery.sha256)) return bad('body_hash_differs', delivery.workspace);
  }
  return { ok: true, record };
}
