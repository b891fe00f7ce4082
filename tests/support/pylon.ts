/** What tests of the edge share: a destination, its secret, and signed requests. */

import { rawCodec } from '@sapwood/contracts/codec';
import { factCodec } from '@sapwood/contracts/facts';
import type { RawRecord } from '@sapwood/contracts/raw';
import type { Fact } from '@sapwood/core/facts';
import { signBody } from '@sapwood/pylon/signature';
import type { Clock, EventLog } from '@sapwood/runtime/ports';

export const PYLON_SECRET = 'test_secret_do_not_use';

export interface HookRequest {
  readonly method: 'POST';
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly payload: Buffer;
}

/** A request as Pylon would send it; `body` objects become JSON. */
export function signedHook(
  destination: string,
  body: object | string | Buffer,
  headers: Record<string, string> = {},
): HookRequest {
  const payload = Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return {
    method: 'POST',
    url: `/hooks/${destination}`,
    headers: { 'x-pylon-signature': signBody(PYLON_SECRET, payload), ...headers },
    payload,
  };
}

async function all(log: EventLog, topic: string): Promise<Uint8Array[]> {
  const { low, high } = await log.bounds(topic, 0);
  const values: Uint8Array[] = [];
  for (let from = low; from < high; ) {
    const records = await log.read(topic, 0, from, { max: 1_000, waitMs: 0 });
    if (records.length === 0) break;
    for (const record of records) if (record.value) values.push(record.value);
    from = records.at(-1)!.offset + 1;
  }
  return values;
}

export const rawRecords = async (log: EventLog, topic = 'raw.pylon.v1'): Promise<RawRecord[]> =>
  (await all(log, topic)).map((bytes) => rawCodec.decode(bytes));
export const factRecords = async (log: EventLog): Promise<Fact[]> =>
  (await all(log, 'facts.v1')).map((bytes) => factCodec.decode(bytes));

const PATIENCE_MS = 30_000;

/** Waits on a condition, never on a sleep; fails with `what` after `ms`, or 30 s if that is longer. */
export async function until(
  clock: Clock,
  what: string,
  holds: () => boolean | Promise<boolean>,
  ms = 5_000,
): Promise<void> {
  // A condition that holds is met at once; a busy machine only needs longer to get there.
  const end = clock.monotonic() + Math.max(ms, PATIENCE_MS);
  while (!(await holds())) {
    if (clock.monotonic() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await clock.sleep(2);
  }
}
