/** The operator's word that a log ahead of the machine's clock is right, up to one stamp. */
import type { StateStore } from '@sapwood/runtime/ports';

const RECORD = 'clock/accepted';

/** Epoch ms; 0 where nothing was accepted. */
export async function acceptedStamp(store: Pick<StateStore, 'getRecord'>): Promise<number> {
  const bytes = await store.getRecord(RECORD);
  const stamp = bytes ? Number(new TextDecoder().decode(bytes)) : 0;
  return Number.isSafeInteger(stamp) ? stamp : 0;
}

export async function acceptStamp(
  store: Pick<StateStore, 'putRecord'>,
  stamp: number,
): Promise<void> {
  await store.putRecord(RECORD, new TextEncoder().encode(String(stamp)));
}
