/** History before the first webhook: facts written straight into the log, in order of time. */
import { factCodec, factIdOf } from '@sapwood/contracts/facts';
import { TOPICS } from '@sapwood/contracts/topics';
import type { DraftFact, Fact } from '@sapwood/core/facts';
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
  throw new Error(`The history was not kept in ${topic}: ${outcome.reason}`);
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
    stamp = Math.max(stamp, at);
    for (const draft of facts) {
      const fact = { ...draft, v: 1, factId: factIdOf(draft), recordedAt: stamp } as Fact;
      batch.push({ key: draft.entity, value: factCodec.encode(fact) });
    }
    if (batch.length >= BATCH_MAX) await flush();
  }
  await flush();
  return written;
}
