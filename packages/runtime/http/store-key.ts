/**
 * A key that is shared by whoever may use the store: services that ask one another over the network
 * prove by it that they belong together, and nobody has to hand it out.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Rng, StateStore } from '../ports.ts';

const RECORD = 'services/key';

/** Of two that make one at the same time the later holds: it is read anew at each question. */
export async function ensureStoreKey(store: StateStore, rng: Rng): Promise<void> {
  if ((await readStoreKey(store)) !== null) return;
  await store.putRecord(RECORD, Buffer.from(`${rng.id()}${rng.id()}`, 'utf8'));
}

/** null: nobody has made it yet. */
export async function readStoreKey(store: StateStore): Promise<string | null> {
  const bytes = await store.getRecord(RECORD);
  return bytes && Buffer.from(bytes).toString('utf8');
}

export async function holdsStoreKey(
  store: StateStore,
  authorization: string | undefined,
): Promise<boolean> {
  const key = await readStoreKey(store);
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return key !== null && timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${key}`));
}
