/** History before the first webhook: facts written straight into the log, in order of time. */
import { factCodec, factIdOf } from '@sapwood/contracts/facts';
import { TOPICS } from '@sapwood/contracts/topics';
import type { DraftFact, Fact } from '@sapwood/core/facts';
import type { EventLog, NewRecord } from '@sapwood/runtime/ports';

export interface Moment {
  /** What `recordedAt` is to be, epoch ms. */
  readonly at: number;
  readonly facts: readonly DraftFact[];
}

const BATCH_MAX = 500;

/** Appends moments to one partition; stamps never go back. Throws if the log refuses. */
export async function seedFacts(
  log: EventLog,
  partition: number,
  moments: Iterable<Moment>,
): Promise<number> {
  let stamp = 0;
  let written = 0;
  let batch: NewRecord[] = [];
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    const outcome = await log.append(TOPICS.facts.name, partition, batch);
    if (outcome.kind !== 'durable') throw new Error(`The history was not kept: ${outcome.reason}`);
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
