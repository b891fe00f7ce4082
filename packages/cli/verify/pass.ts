/** One walk over `facts.v1`: every record once, in order, with what a fold made of it. */
import { TOPICS } from '@sapwood/contracts/topics';
import type { EventLog, LogRecord } from '@sapwood/runtime/ports';
import { UserError } from '../exit.ts';

const READ_RECORDS = 1_000;

/** Calls `each` for records [0, end), and `afterSome` now and then. The log must still begin at 0. */
export async function walk(
  log: EventLog,
  partition: number,
  end: number,
  each: (record: LogRecord) => void,
  afterSome: () => void = () => {},
): Promise<void> {
  const { name } = TOPICS.facts;
  const { low, high } = await log.bounds(name, partition);
  if (low > 0) {
    throw new UserError(`The log begins at ${low}: what was before it cannot be verified.`);
  }
  if (end > high) throw new UserError(`The log ends at ${high}, before the state at ${end}.`);
  let from = 0;
  while (from < end) {
    const max = Math.min(READ_RECORDS, end - from);
    const records = await log.read(name, partition, from, { max, waitMs: 0 });
    if (records.length === 0) throw new UserError(`The log has a gap at ${from}.`);
    for (const record of records) each(record);
    afterSome();
    from = records.at(-1)!.offset + 1;
  }
}
