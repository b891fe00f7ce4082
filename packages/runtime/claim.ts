/** Takes a partition over: from the store's position to a fold in memory (reliability.md 1.6). */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { TOPIC_BY_NAME } from '@sapwood/contracts/topics';
import type { Fold, Put, Restoring } from '@sapwood/core/fold-contract';
import type { LogTime } from '@sapwood/core/time';
import { hashOf, type Input, type Source } from './apply.ts';
import type { EventLog, Meta, Scope, StateStore, StoredPut } from './ports.ts';

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
}

const stop = (reason: StopReason, detail: string): Stop => ({ kind: 'stop', reason, detail });

/** A topic with a term loses its beginning in time: what is left of it is all there is to fold. */
const hasTerm = (topic: string): boolean => (TOPIC_BY_NAME.get(topic)?.keptDays ?? null) !== null;

/** Makes the scope's meta at the start of the log; one that is kept for ever must still be whole. */
async function begin<I extends Input, S, F>(
  deps: ClaimDeps<I, S, F>,
  own: string,
  code: string,
): Promise<Stop | null> {
  const { scope, source, log, store } = deps;
  const { low } = await log.bounds(source.topic, source.partition);
  if (low > 0 && !hasTerm(source.topic)) {
    return stop(
      'HISTORY_GONE',
      `${source.topic} begins at ${low}, so the state cannot be rebuilt.`,
    );
  }
  await store.bootstrap(scope, { own, off: low, tail: '', cid: '', code, T: 0 }, []);
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

/** `rebuild`: the state was of another version and is made anew from offset 0. */
export interface Again {
  readonly kind: 'again';
  readonly rebuild: boolean;
}
const AGAIN: Again = { kind: 'again', rebuild: false };

export interface ClaimProgress {
  /** Called while a state is loaded: a sign of life. */
  readonly onStep?: () => void;
  readonly signal?: AbortSignal;
}

/**
 * `again`: someone else took it meanwhile, it had to be started, or was given up; call once more.
 * Throws where log or store cannot be reached.
 */
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
    const rebuild = answer.kind === 'CODE';
    return (await begin(deps, own, fold.code)) ?? { kind: 'again', rebuild };
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
    if (!isOn()) return AGAIN;
  }
  const after = await store.meta(scope);
  if (after?.own !== own || after.off !== off) return AGAIN;
  // Whoever else lives in this process gets a turn after each piece.
  while (restoring.step()) {
    await nextTurn();
    if (!isOn()) return AGAIN;
  }
  return { kind: 'claimed', own, fold, off, tail, T: T as LogTime, high: checked.high };
}
