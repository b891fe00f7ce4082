/** What a slice leaves behind, on its way into one commit (reliability.md 1.7). */
import type { Quarantined } from '@sapwood/contracts/label';
import type { OutboxEntry } from '@sapwood/core/fold-contract';
import { createBackoff, type Rest } from './backoff.ts';
import { encodeOutput } from './outbox.ts';
import type {
  Clock,
  Commit,
  CommitAnswer,
  OutboxRecord,
  Rng,
  Scope,
  StateStore,
  StoredPut,
} from './ports.ts';
import type { Telemetry } from './telemetry.ts';

/** A store that is silent for longer is treated as lost: claim again, and reload. */
const COMMIT_SILENCE_MS = 60_000;

/** The fold's records and a note of each poisoned one, as bytes. Throws for an unknown output. */
export function outputsOf(
  partition: number,
  entries: readonly OutboxEntry[],
  quarantined: readonly Quarantined[],
  quarantineTopic: string | null,
): OutboxRecord[] {
  const records = entries.map(({ topic, seq, key, record }) => ({
    topic,
    partition,
    seq,
    key,
    value: encodeOutput(topic, record),
  }));
  if (quarantineTopic === null) return records;
  // Its own offset is a sequence that every replay repeats.
  const poison = quarantined.map((entry) => ({
    topic: quarantineTopic,
    partition,
    seq: entry.offset,
    key: `${entry.topic}/${entry.partition}/${entry.offset}`,
    value: encodeOutput(quarantineTopic, entry),
  }));
  return [...records, ...poison];
}

export interface CommitDeps {
  readonly scope: Scope;
  readonly store: StateStore;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly telemetry: Telemetry;
  readonly rest: Rest;
  readonly signal: AbortSignal;
}

/** The same call again while the store is silent: `cid` makes that safe. Null: for too long. */
export async function commitSurely(
  { scope, store, clock, rng, telemetry, rest, signal }: CommitDeps,
  commit: Commit,
  puts: readonly StoredPut[],
  outbox: readonly OutboxRecord[],
): Promise<CommitAnswer | null> {
  const giveUpMs = clock.monotonic() + COMMIT_SILENCE_MS;
  const pause = createBackoff(clock, rng, { firstMs: 50, maxMs: 2_000 });
  for (;;) {
    try {
      return await store.commit(scope, commit, puts, outbox);
    } catch (error) {
      const text = `Commit not answered: ${(error as Error).message}`;
      telemetry({ type: 'Notice', level: 'warn', text });
    }
    if (signal.aborted || clock.monotonic() > giveUpMs) return null;
    await rest.during(pause.wait(signal));
  }
}
