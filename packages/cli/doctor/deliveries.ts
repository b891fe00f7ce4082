/** The newest deliveries of each destination, as far as a look back over the raw log finds them. */
import { rawCodec } from '@sapwood/contracts/codec';
import { TOPICS } from '@sapwood/contracts/topics';
import type { EventLog } from '@sapwood/runtime/ports';

/** Of each partition. */
const LOOK_BACK = 1_000;
const BODIES_MAX = 200;
const READ_MS = 5_000;

/** Bodies by destination, oldest first; reads nothing that is not there yet. */
export async function newestBodies(log: EventLog): Promise<ReadonlyMap<string, Uint8Array[]>> {
  const { name } = TOPICS.rawPylon;
  const bodies = new Map<string, Uint8Array[]>();
  for (let partition = 0; partition < (await log.partitions(name)); partition++) {
    const { low, high } = await log.bounds(name, partition);
    for (let at = Math.max(low, high - LOOK_BACK); at < high; ) {
      const records = await log.read(name, partition, at, { max: high - at, waitMs: READ_MS });
      if (records.length === 0) break;
      for (const { value } of records) keep(bodies, value);
      at = records.at(-1)!.offset + 1;
    }
  }
  return new Map([...bodies].map(([dest, all]) => [dest, all.slice(-BODIES_MAX)]));
}

/** What cannot be decoded is the normalizer's to set aside. */
function keep(bodies: Map<string, Uint8Array[]>, value: Uint8Array | null): void {
  try {
    const { delivery } = rawCodec.decode(value!);
    if (delivery === null) return;
    const known = bodies.get(delivery.dest);
    if (known) known.push(delivery.raw);
    else bodies.set(delivery.dest, [delivery.raw]);
  } catch {
    // Not ours to judge here.
  }
}
