/** Records that leave with a commit: their bytes, and their way to the log where a store keeps them. */
import {
  alertCodec,
  type Codec,
  correctionCodec,
  eventCodec,
  quarantinedCodec,
  sampleCodec,
} from '@sapwood/contracts/codec';
import { TOPICS } from '@sapwood/contracts/topics';
import { createBackoff, createRest } from './backoff.ts';
import type { Clock, EventLog, Idle, OutboxRecord, Rng, Scope, StateStore } from './ports.ts';
import { createSignal } from './signal.ts';

/** By topic: a fold may emit these records and no others. */
const CODECS: ReadonlyMap<string, Codec<unknown>> = new Map(
  Object.entries({
    [TOPICS.samples.name]: sampleCodec,
    [TOPICS.events.name]: eventCodec,
    [TOPICS.alerts.name]: alertCodec,
    [TOPICS.corrections.name]: correctionCodec,
    [TOPICS.dlqRaw.name]: quarantinedCodec,
    [TOPICS.dlqFacts.name]: quarantinedCodec,
  }) as [string, Codec<unknown>][],
);

/** Throws for a topic that is not an output: the fold has a bug. */
export function encodeOutput(topic: string, record: unknown): Uint8Array {
  const codec = CODECS.get(topic);
  if (!codec) throw new TypeError(`a fold emitted a record for ${topic}, which is not an output`);
  return codec.encode(record);
}

const BATCH_MAX = 500;
/** A store that cannot be asked is asked again; nothing is lost meanwhile. */
const LOOK_MS = 30_000;

/** Of a fold's runner: who owns the partition, and a word after each commit. */
interface Owner {
  own(): string;
  onCommit(listener: (info: { readonly outbox: number }) => void): void;
}

export interface OutboxRelayDeps {
  readonly scope: Scope;
  readonly runner: Owner;
  readonly log: EventLog;
  readonly store: StateStore;
  readonly clock: Clock;
  readonly rng: Rng;
}

export interface OutboxRelay extends Idle {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Entries that go to one partition, in order of seq. */
function byPlace(entries: readonly OutboxRecord[]): OutboxRecord[][] {
  const places = new Map<string, OutboxRecord[]>();
  for (const entry of entries) {
    const name = `${entry.topic}|${entry.partition}`;
    places.set(name, [...(places.get(name) ?? []), entry]);
  }
  for (const list of places.values()) list.sort((a, b) => a.seq - b.seq);
  return [...places.values()];
}

/**
 * Appends what a store holds back, in order, and settles it after the acknowledgement: at least
 * once, and consumers skip `seq` they have seen. Nothing to do where a commit appends by itself.
 */
export function createOutboxRelay(deps: OutboxRelayDeps): OutboxRelay {
  const { scope, runner, log, store, clock, rng } = deps;
  const bell = createSignal(clock);
  const backoff = createBackoff(clock, rng, { firstMs: 100, maxMs: 2_000 });
  const abort = new AbortController();
  const rest = createRest();
  let waiting = false;
  /** The oldest entry of the last batch that was settled. */
  let sent = '';
  let done: Promise<void> = Promise.resolve();

  /** One batch: `none` where nothing is pending. */
  const drain = async (): Promise<'none' | 'some' | 'failed'> => {
    // Only an owner may settle; the claim rings.
    if (runner.own() === '') return 'none';
    const entries = await store.pending(scope, BATCH_MAX);
    const first = entries[0] ? `${entries[0].topic}|${entries[0].seq}` : '';
    // Still there after it was settled: somebody else owns the scope, and we are to hear of it soon.
    if (first !== '' && first === sent) {
      sent = '';
      return 'failed';
    }
    for (const batch of byPlace(entries)) {
      const { topic, partition } = batch[0]!;
      const outcome = await log.append(topic, partition, batch);
      if (outcome.kind !== 'durable') return 'failed';
      await store.settle(scope, runner.own(), batch);
    }
    sent = first;
    return entries.length === 0 ? 'none' : 'some';
  };
  const drainAll = async (): Promise<void> => {
    while (!abort.signal.aborted) {
      const drained = await drain().catch(() => 'failed' as const);
      if (drained === 'failed') await rest.during(backoff.wait(abort.signal));
      else backoff.reset();
      if (drained === 'none') return;
    }
  };
  const loop = async (): Promise<void> => {
    while (!abort.signal.aborted) {
      await drainAll();
      waiting = true;
      await bell.wait(LOOK_MS);
      waiting = false;
    }
  };
  return {
    name: `outbox ${scope.fold}/${scope.partition}`,
    start: async () => {
      runner.onCommit(({ outbox }) => {
        if (outbox > 0) bell.ring();
      });
      done = loop();
    },
    stop: async () => {
      abort.abort();
      bell.ring();
      await done;
    },
    idle: () => abort.signal.aborted || rest.resting() || (waiting && !bell.rung()),
  };
}
