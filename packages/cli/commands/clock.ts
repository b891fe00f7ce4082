/** `sapwood clock accept`: a log that is ahead of this machine's clock is right as it is. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { factCodec } from '@sapwood/contracts/facts';
import { TOPICS } from '@sapwood/contracts/topics';
import { SKEW_MS_MAX } from '@sapwood/runtime/clock/guard';
import { createSystemClock } from '@sapwood/runtime/clock/system';
import type { Clock, EventLog } from '@sapwood/runtime/ports';
import { createSqlite } from '@sapwood/runtime/sqlite';
import { acceptStamp } from '../accepted-clock.ts';
import { UserError } from '../exit.ts';
import { type Partition, STORE_FILE, withEngine } from './shared.ts';

export interface ClockOptions {
  readonly data: string;
  /** A file that names Kafka and Redis: those instead of the embedded store. */
  readonly config?: string;
}

/** Takes the embedded store for itself: nothing may be running on it. */
export async function accept(options: ClockOptions): Promise<void> {
  if (options.config !== undefined) {
    await withEngine(options, (partitions, clock) => acceptNewest(partitions, clock));
    return;
  }
  const file = join(options.data, STORE_FILE);
  if (!existsSync(file)) throw new UserError(`${file}: there is no store here; give --data DIR.`);
  const clock = createSystemClock({});
  const engine = createSqlite({ file, clock });
  try {
    await acceptNewest([engine], clock);
  } finally {
    await engine.close();
  }
}

async function acceptNewest(partitions: readonly Partition[], clock: Clock): Promise<void> {
  const stamps = await Promise.all(partitions.map(({ log }) => newestStamp(log)));
  const newest = Math.max(...stamps);
  if (newest <= clock.now() + SKEW_MS_MAX) {
    console.log('The log is not ahead of this clock: there is nothing to accept.');
    return;
  }
  await acceptStamp(partitions[0]!.store, newest);
  const until = new Date(newest).toISOString();
  console.log(`Accepted: new facts are stamped ${until} until this clock has passed that.`);
}

async function newestStamp(log: EventLog): Promise<number> {
  const { low, high } = await log.bounds(TOPICS.facts.name, 0);
  if (high <= low) return 0;
  const [last] = await log.read(TOPICS.facts.name, 0, high - 1, { max: 1, waitMs: 0 });
  return factCodec.decode(last!.value!).recordedAt;
}
