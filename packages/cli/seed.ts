/** History before the first webhook: facts written straight into the log, in order of time. */
import { factCodec, factIdOf } from '@sapwood/contracts/facts';
import { TOPICS } from '@sapwood/contracts/topics';
import type { DraftFact, Fact } from '@sapwood/core/facts';
import { RuntimeError } from '@sapwood/runtime/errors';
import type { Clock, EventLog, NewRecord } from '@sapwood/runtime/ports';

export interface Moment {
  /** What `recordedAt` is to be, epoch ms. */
  readonly at: number;
  readonly facts: readonly DraftFact[];
}

const BATCH_MAX = 500;
/** A topic that was just made may have a leader that does not know it yet. */
const REJECTED_MAX = 40;
const AGAIN_MS = 250;

/** Throws if the log does not take it. */
export async function appendHistory(
  log: EventLog,
  topic: string,
  partition: number,
  records: readonly NewRecord[],
  clock: Pick<Clock, 'sleep'>,
): Promise<void> {
  let outcome = await log.append(topic, partition, records);
  for (let tries = 0; outcome.kind === 'rejected' && tries < REJECTED_MAX; tries++) {
    await clock.sleep(AGAIN_MS);
    outcome = await log.append(topic, partition, records);
  }
  if (outcome.kind === 'durable') return;
  const text = `The history was not kept in ${topic} (${outcome.reason}); once the log takes records again, the next start goes on with it.`;
  throw new RuntimeError('SAPWOOD_LOG_UNREACHABLE', text);
}

/** Appends moments to one partition; stamps never go back. Throws if the log refuses. */
export async function seedFacts(
  log: EventLog,
  partition: number,
  moments: Iterable<Moment>,
  clock: Pick<Clock, 'sleep'>,
): Promise<number> {
  let stamp = 0;
  let written = 0;
  let batch: NewRecord[] = [];
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    await appendHistory(log, TOPICS.facts.name, partition, batch, clock);
    written += batch.length;
    batch = [];
  };
  for (const { at, facts } of moments) {
    // Never within an instant: whoever goes on after one that was cut off begins with the next.
    if (batch.length >= BATCH_MAX && at > stamp) await flush();
    stamp = Math.max(stamp, at);
    for (const draft of facts) {
      const fact = { ...draft, v: 1, factId: factIdOf(draft), recordedAt: stamp } as Fact;
      batch.push({ key: draft.entity, value: factCodec.encode(fact) });
    }
  }
  await flush();
  return written;
}
