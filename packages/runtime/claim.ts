/** Takes a partition over: from the store's position to a fold in memory (reliability.md 1.6). */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { TOPIC_BY_NAME } from '@sapwood/contracts/topics';
import type { Fold, Put, Restoring } from '@sapwood/core/fold-contract';
import type { LogTime } from '@sapwood/core/time';
import { hashOf, type Input, type Source } from './apply.ts';
import type { EventLog, Meta, Scope, StateStore, StoredPut } from './ports.ts';
import { slotRecord } from './snapshots/chunks.ts';
import { snapshotsOf } from './snapshots/reader.ts';

/** Why a partition stands still until a person acts (design D14). */
export const STOP_REASONS = [
  'LOG_TRUNCATED',
  'PASSED_BY_RETENTION',
  'LOG_DIVERGED',
  'GAP',
  'FOREIGN_CODE',
  'HISTORY_GONE',
  'REFUSED',
  'QUARANTINE_LIMIT',
  'FAILED',
] as const;
export type StopReason = (typeof STOP_REASONS)[number];

export interface Stop {
  readonly kind: 'stop';
  readonly reason: StopReason;
  /** One sentence for the operator. */
  readonly detail: string;
}

export interface Claimed<I, S, F> {
  readonly kind: 'claimed';
  readonly own: string;
  readonly fold: Fold<I, S, F>;
  readonly off: number;
  readonly tail: string;
  readonly T: LogTime;
  /** Head of the log when it was claimed. */
  readonly high: number;
}

export interface ClaimDeps<I extends Input, S, F> {
  readonly scope: Scope;
  readonly source: Source<I>;
  readonly createFold: () => Fold<I, S, F>;
  /** Embedded: rebuild the state from offset 0. Distributed: an operator makes a new topology. */
  readonly foreignCode: 'rebuild' | 'stop';
  readonly log: EventLog;
  readonly store: StateStore;
  /** Whether an empty store may begin from `snapshots.v1`: where it can be lost without the log. */
  readonly fromSnapshots?: boolean;
}

const stop = (reason: StopReason, detail: string): Stop => ({ kind: 'stop', reason, detail });

/** A topic with a term loses its beginning in time: what is left of it is all there is to fold. */
const hasTerm = (topic: string): boolean => (TOPIC_BY_NAME.get(topic)?.keptDays ?? null) !== null;

/** `snapshot`: offset of the snapshot that it begins from; null: from the start of the log. */
interface Begun {
  readonly kind: 'begun';
  readonly snapshot: number | null;
}

/**
 * Makes the scope's meta: from the newest snapshot that is of this log, else at the start of the log.
 * One that is kept for ever must then still be whole.
 */
async function begin<I extends Input, S, F>(
  deps: ClaimDeps<I, S, F>,
  own: string,
  code: string,
): Promise<Stop | Begun> {
  const { scope, source, log, store } = deps;
  const snapshot = deps.fromSnapshots ? await beginFromSnapshot(deps, own, code) : null;
  if (snapshot !== null) return { kind: 'begun', snapshot };
  const { low } = await log.bounds(source.topic, source.partition);
  if (low > 0 && !hasTerm(source.topic)) {
    return stop(
      'HISTORY_GONE',
      `${source.topic} begins at ${low}, so the state cannot be rebuilt.`,
    );
  }
  await store.bootstrap(scope, { own, off: low, tail: '', cid: '', code, T: 0 }, []);
  return { kind: 'begun', snapshot };
}

async function beginFromSnapshot<I extends Input, S, F>(
  deps: ClaimDeps<I, S, F>,
  own: string,
  code: string,
): Promise<number | null> {
  const { scope, source, log, store } = deps;
  const { low } = await log.bounds(source.topic, source.partition);
  for (const { manifest, slot, puts } of await snapshotsOf(scope, code, log)) {
    const { off, tail, T } = manifest;
    const meta = { own, off, tail, cid: '', code, T };
    // Without the record before it nobody can say that it is of this log.
    if (off <= low || (await checkLog(deps, meta)).kind === 'stop') continue;
    await store.bootstrap(scope, meta, puts());
    await store.putRecord(slotRecord(scope), new TextEncoder().encode(slot));
    return off;
  }
  return null;
}

/** Does the log still hold the history this state was made from? */
async function checkLog<I extends Input, S, F>(
  { source, log }: ClaimDeps<I, S, F>,
  { off, tail }: Meta,
): Promise<Stop | { readonly kind: 'same'; readonly high: number }> {
  const { topic, partition } = source;
  const { low, high } = await log.bounds(topic, partition);
  if (off > high) {
    return stop(
      'LOG_TRUNCATED',
      `${topic}/${partition} ends at ${high}, the state stands at ${off}.`,
    );
  }
  if (off < low) {
    return stop(
      'PASSED_BY_RETENTION',
      `${topic}/${partition} begins at ${low}, the state at ${off}.`,
    );
  }
  if (off > low) {
    const [last] = await log.read(topic, partition, off - 1, { max: 1, waitMs: 5_000 });
    if (last?.offset !== off - 1 || hashOf(last) !== tail) {
      return stop(
        'LOG_DIVERGED',
        `Record ${off - 1} of ${topic}/${partition} is not the one folded.`,
      );
    }
  }
  return { kind: 'same', high };
}

const textPut = ([space, field, bytes]: StoredPut): Put => [
  space,
  field,
  bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(),
];

/** Puts that are held twice while a state is loaded. */
const PAGE_PUTS = 1_000;

async function* pagesOf(puts: AsyncIterable<StoredPut>): AsyncIterable<Put[]> {
  let page: Put[] = [];
  for await (const put of puts) {
    page.push(textPut(put));
    if (page.length < PAGE_PUTS) continue;
    yield page;
    page = [];
  }
  yield page;
}

/** A fold that restores at once has little to restore. */
function restoringOf<I, S, F>(fold: Fold<I, S, F>, T: LogTime): Restoring {
  if (fold.restoring) return fold.restoring(T);
  const puts: Put[] = [];
  return {
    take: (page) => void puts.push(...page),
    step: () => {
      fold.restore(puts, T);
      return false;
    },
  };
}

/** Call once more. */
export interface Again {
  readonly kind: 'again';
  /**
   * `begun`: it was empty and has a beginning now. `rebuild`: the same, of another version. `rival`:
   * someone else took it meanwhile. `stopped`: it was given up.
   */
  readonly why: 'begun' | 'rebuild' | 'rival' | 'stopped';
  /** Offset of the snapshot that it begins from, if it does. */
  readonly snapshot: number | null;
}
const again = (why: Again['why'], snapshot: number | null = null): Again => ({
  kind: 'again',
  why,
  snapshot,
});

export interface ClaimProgress {
  /** Called while a state is loaded: a sign of life. */
  readonly onStep?: () => void;
  readonly signal?: AbortSignal;
}

/** Throws where log or store cannot be reached. */
export async function claim<I extends Input, S, F>(
  deps: ClaimDeps<I, S, F>,
  own: string,
  progress: ClaimProgress = {},
): Promise<Claimed<I, S, F> | Stop | Again> {
  const { scope, store } = deps;
  const fold = deps.createFold();
  const answer = await store.claim(scope, own, fold.code);
  if (answer.kind === 'CODE' && deps.foreignCode === 'stop') {
    return stop(
      'FOREIGN_CODE',
      `The state is of version ${answer.stored}, this process of ${fold.code}.`,
    );
  }
  if (answer.kind !== 'claimed') {
    const begun = await begin(deps, own, fold.code);
    if (begun.kind === 'stop') return begun;
    return again(answer.kind === 'CODE' ? 'rebuild' : 'begun', begun.snapshot);
  }
  const { off, tail, T } = answer.meta;
  const checked = await checkLog(deps, answer.meta);
  if (checked.kind === 'stop') return checked;
  const restoring = restoringOf(fold, T as LogTime);
  const isOn = (): boolean => {
    progress.onStep?.();
    return !progress.signal?.aborted;
  };
  for await (const page of pagesOf(store.load(scope))) {
    restoring.take(page);
    if (!isOn()) return again('stopped');
  }
  const after = await store.meta(scope);
  if (after?.own !== own || after.off !== off) return again('rival');
  // Whoever else lives in this process gets a turn after each piece.
  while (restoring.step()) {
    await nextTurn();
    if (!isOn()) return again('stopped');
  }
  return { kind: 'claimed', own, fold, off, tail, T: T as LogTime, high: checked.high };
}
