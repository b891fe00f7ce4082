/** An admin client that is connected, or one sentence that says where nobody answered. */
import type { Admin } from 'kafkajs';
import { RuntimeError } from '../errors.ts';
import type { KafkaConnection } from './client.ts';

/** Throws SAPWOOD_LOG_UNREACHABLE with the addresses that were tried. */
export async function connectAdmin(admin: Admin, { brokers }: KafkaConnection): Promise<void> {
  try {
    await admin.connect();
  } catch (cause) {
    await admin.disconnect().catch(() => {});
    throw new RuntimeError(
      'SAPWOOD_LOG_UNREACHABLE',
      `No Kafka broker let us in at ${brokers.join(', ')}: ${(cause as Error).message}.`,
      { cause, retriable: true },
    );
  }
}
