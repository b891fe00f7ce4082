/** What a service asks of its Redis before it begins (`doctor` asks more, and any time). */
import type { Clock } from '@sapwood/runtime/ports';
import { inspectRedis } from '@sapwood/runtime/redis/inspect';
import type { Telemetry } from '@sapwood/runtime/telemetry';
import type { RedisConfig } from '@sapwood/service-kit/config';
import { judgeEviction, judgeRedis } from '../doctor/engines.ts';
import { EXIT, UserError } from '../exit.ts';

/**
 * Throws `UserError` for a Redis that may drop a part of the state, since the rest would be counted on
 * as if it were whole. Anything else that is not as it should be is said, once.
 */
export async function checkStore(
  { url, password }: RedisConfig,
  { clock, telemetry }: { readonly clock: Clock; readonly telemetry: Telemetry },
): Promise<void> {
  const state = await inspectRedis({ url, password, now: clock.now });
  const evicts = judgeEviction(state);
  if (evicts) throw new UserError(`${evicts.what}. ${evicts.remedy}`, EXIT.difference);
  for (const { level, what, remedy } of judgeRedis(state)) {
    if (level !== 'fine') telemetry({ type: 'Notice', level: 'warn', text: `${what}. ${remedy}` });
  }
}
