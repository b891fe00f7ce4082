/** A store that was moved says so: two that go on from the same past would never be one again. */
import type { StateStore } from '@sapwood/runtime/ports';
import { UserError } from '../exit.ts';

const MOVED = 'migrate/moved';

export const markMoved = (store: StateStore, identity: string): Promise<void> =>
  store.putRecord(MOVED, Buffer.from(identity));

/** Throws `UserError` if it was. */
export async function requireNotMoved(store: StateStore): Promise<void> {
  if ((await store.getRecord(MOVED)) === null) return;
  throw new UserError(
    'This store was moved to Kafka and Redis, where its history goes on: start the services there, give --data another folder, or put back a backup made before the move.',
  );
}
