/** An admin client that is connected, or one sentence that says where nobody answered. */
import type { Admin } from 'kafkajs';
import { RuntimeError } from '../errors.ts';
import type { Telemetry } from '../telemetry.ts';
import { type ClientDeps, createClient } from './client.ts';

/** Throws SAPWOOD_LOG_UNREACHABLE with the addresses that were tried. */
export async function connectAdmin(deps: ClientDeps): Promise<Admin> {
  let connected = false;
  // The sentence below says what all tries came to; what each of them met is for debugging.
  const telemetry: Telemetry = (event) => {
    const isTry = event.type === 'Notice' && !connected;
    deps.telemetry(isTry ? { ...event, level: 'debug' } : event);
  };
  const admin = createClient({ ...deps, telemetry }, 'short').admin();
  try {
    await admin.connect();
  } catch (cause) {
    await admin.disconnect().catch(() => {});
    throw new RuntimeError(
      'SAPWOOD_LOG_UNREACHABLE',
      `No Kafka broker let us in at ${deps.connection.brokers.join(', ')}: ${(cause as Error).message}.`,
      { cause, retriable: true },
    );
  }
  connected = true;
  return admin;
}
