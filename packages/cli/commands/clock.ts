/** `sapwood clock accept`: a log that is ahead of this machine's clock is right as it is. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { factCodec } from '@sapwood/contracts/facts';
import { TOPICS } from '@sapwood/contracts/topics';
import { SKEW_MS_MAX } from '@sapwood/runtime/clock/guard';
import { createSystemClock } from '@sapwood/runtime/clock/system';
import type { EventLog } from '@sapwood/runtime/ports';
import { createSqlite } from '@sapwood/runtime/sqlite';
import { acceptStamp } from '../accepted-clock.ts';
import { UserError } from '../exit.ts';
import { STORE_FILE } from './shared.ts';

export interface ClockOptions {
  readonly data: string;
}

/** Takes the store for itself: nothing may be running on it. */
export async function accept({ data }: ClockOptions): Promise<void> {
  const file = join(data, STORE_FILE);
  if (!existsSync(file)) throw new UserError(`${file}: there is no store here; give --data DIR.`);
  const clock = createSystemClock({});
  const engine = createSqlite({ file, clock });
  try {
    const newest = await newestStamp(engine.log);
    if (newest <= clock.now() + SKEW_MS_MAX) {
      console.log('The log is not ahead of this clock: there is nothing to accept.');
      return;
    }
    await acceptStamp(engine.store, newest);
    const until = new Date(newest).toISOString();
    console.log(`Accepted: new facts are stamped ${until} until this clock has passed that.`);
  } finally {
    await engine.close();
  }
}

async function newestStamp(log: EventLog): Promise<number> {
  const { low, high } = await log.bounds(TOPICS.facts.name, 0);
  if (high <= low) return 0;
  const [last] = await log.read(TOPICS.facts.name, 0, high - 1, { max: 1, waitMs: 0 });
  return factCodec.decode(last!.value!).recordedAt;
}
