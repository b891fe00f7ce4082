/**
 * Runs one fold over one partition: claim, apply in slices, commit, and drop everything when a
 * commit is refused (reliability.md 1.6 and 1.7). Holds the partition's only copy of the state.
 */
import { TOPICS } from '@sapwood/contracts/topics';
import type { Fold, Put } from '@sapwood/core/fold-contract';
import type { LogTime } from '@sapwood/core/time';
import { type Applied, applySlice, hashOf, type Input, type SliceLimits } from './apply.ts';
import { type Backoff, createBackoff, createRest } from './backoff.ts';
import { type ClaimDeps, type Claimed, claim, type Stop } from './claim.ts';
import { commitSurely, outputsOf } from './commit.ts';
import { isLogShorter } from './errors.ts';
import type { Clock, Commit, CommitAnswer, Idle, LogRecord, Rng, StoredPut } from './ports.ts';
import type { Telemetry } from './telemetry.ts';

export { STOP_REASONS, type Stop, type StopReason } from './claim.ts';

const READ_RECORDS = 500;
/** A wait is ended by an append; this only bounds how long a lost connection goes unnoticed. */
const READ_WAIT_MS = 60_000;
const SLICE: SliceLimits = { records: 500, bytes: 256 * 1024, ms: 10 };
/** Behind the log nobody is shown a value, so fewer and longer slices: a commit costs a disk sync. */
const BEHIND_SLICE_MS = 60;
const BEHIND_RECORDS = 250;
/** So many bad records in a row are not poison, they are the wrong log or the wrong code. */
export const QUARANTINE_RUN_MAX = 1_000;
/** After losing a race: the winner shall get some work done. */
const FENCED_MS = 1_000;
const PROGRESS_RECORDS = 50_000;
/** Pieces of state in all claims of a process: far more than there will be. */
const RESTORED_MAX = 1e9;

export interface FoldRunnerDeps<I extends Input, S, F> extends ClaimDeps<I, S, F> {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly telemetry: Telemetry;
  /** Where poison is noted; default `dlq.facts.v1`, null for none. */
  readonly quarantineTopic?: string | null;
  readonly slice?: Partial<SliceLimits>;
}

/** The fold between two slices: nothing in it is uncommitted. */
export interface FoldView<S, F> {
  readonly fold: Pick<
    Fold<never, S, F>,
    'read' | 'frames' | 'keys' | 'encode' | 'code' | 'explain'
  >;
  /** V: the state is that of log[0, off). */
  readonly off: number;
  /** Hash of record off-1, hex. */
  readonly tail: string;
  readonly T: LogTime;
  /** Series to be published. The relay empties it, and puts back what was not acknowledged. */
  readonly dirty: Set<string>;
  /** Rises with every claim: what was read of an earlier one may be void. */
  readonly generation: number;
}

export interface CommitInfo {
  readonly off: number;
  readonly outbox: number;
  readonly puts: readonly Put[];
}

export interface FoldRunner<S, F> extends Idle {
  start(): Promise<void>;
  /** Finishes the slice in hand. */
  stop(): Promise<void>;
  /** Null after `stop()`, else why the partition stands still. Never rejects. */
  readonly ended: Promise<Stop | null>;
  /**
   * Runs `task` between two slices, at once if none is in hand. Null if there is no state now:
   * not claimed yet, or dropped.
   */
  still<T>(task: (view: FoldView<S, F>) => T): Promise<T | null>;
  /**
   * Called after a claim (outbox 1: there may be leftovers) and after each commit, before anybody
   * looks at the state it made.
   */
  onCommit(listener: (info: CommitInfo) => void): void;
  /** The owner's id, '' while there is none. */
  own(): string;
  /** Next offset to apply, below 0 without a claim. Rises while it works: a watchdog's food. */
  position(): number;
}

interface Worker<I, S, F> {
  readonly own: string;
  readonly fold: Fold<I, S, F>;
  readonly generation: number;
  readonly dirty: Set<string>;
  off: number;
  tail: string;
  T: LogTime;
  /** Quarantined records in a row. */
  run: number;
  /** What the last commit wrote and sent. */
  committed: Pick<CommitInfo, 'outbox' | 'puts'>;
}

type Verdict = Stop | { readonly kind: 'stopped' | 'again' | 'fenced' };

export function createFoldRunner<I extends Input, S, F>(
  deps: FoldRunnerDeps<I, S, F>,
): FoldRunner<S, F> {
  const { scope, source, log, store, clock, rng, telemetry } = deps;
  const quarantineTopic =
    deps.quarantineTopic === undefined ? TOPICS.dlqFacts.name : deps.quarantineTopic;
  const limits: SliceLimits = { ...SLICE, ...deps.slice };
  const abort = new AbortController();
  const listeners: ((info: CommitInfo) => void)[] = [];
  const ended = Promise.withResolvers<Stop | null>();
  const rest = createRest();
  let queued: ((view: FoldView<S, F> | null) => void)[] = [];
  let worker: Worker<I, S, F> | null = null;
  let generation = 0;
  /** Pieces of stored state taken up by claims: a large one is progress long before it is whole. */
  let restored = 0;
  let inSlice = false;
  let waiting = false;
  let over = false;
  let done: Promise<void> = Promise.resolve();

  const backoff = (firstMs: number, maxMs: number): Backoff =>
    createBackoff(clock, rng, { firstMs, maxMs });
  const claimBackoff = backoff(50, 5_000);
  const committing = { scope, store, clock, rng, telemetry, rest, signal: abort.signal };

  const view = (w: Worker<I, S, F>): FoldView<S, F> => w;
  const runQueued = (): void => {
    const tasks = queued;
    queued = [];
    for (const task of tasks) task(worker && view(worker));
  };
  const announce = (info: CommitInfo): void => {
    for (const listener of listeners) listener(info);
  };

  const onStep = (): void => {
    restored += 1;
  };
  /** Retries until it has the partition, meets a reason to stand still, or is stopped. */
  const takeOver = async (): Promise<Claimed<I, S, F> | Stop | null> => {
    while (!abort.signal.aborted) {
      const answer = await claim(deps, rng.id(), { signal: abort.signal, onStep }).catch(
        (error: Error) => {
          telemetry({ type: 'Notice', level: 'warn', text: `Claim failed: ${error.message}` });
          return null;
        },
      );
      if (answer && answer.kind !== 'again') {
        claimBackoff.reset();
        return answer;
      }
      if (answer?.why === 'rebuild') {
        const { high } = await log.bounds(source.topic, source.partition);
        telemetry({ type: 'RebuildProgress', fold: scope.fold, off: 0, high });
      }
      if (answer && answer.snapshot !== null) {
        const text = `The state of ${scope.fold}/${scope.partition} begins from a snapshot at offset ${answer.snapshot}.`;
        telemetry({ type: 'Notice', level: 'info', text });
      }
      // Two that load at the same time would take it from each other for ever.
      const mayGoOn = answer?.why === 'begun' || answer?.why === 'rebuild';
      if (!mayGoOn) await rest.during(claimBackoff.wait(abort.signal));
    }
    return null;
  };

  const report = (applied: Applied, counters: Readonly<Record<string, number>>): void => {
    const { fold } = scope;
    telemetry({
      type: 'FactsApplied',
      fold,
      applied: counters['applied'] ?? 0,
      redundant: counters['redundant'] ?? 0,
    });
    for (const { reason } of applied.quarantined) {
      telemetry({ type: 'RecordQuarantined', fold, reason });
    }
  };

  /** What a refused commit means for the state in memory, which is dropped in every case. */
  const refused = (answer: CommitAnswer | null): Verdict => {
    const kind = answer ?? 'SILENCE';
    telemetry({ type: 'CommitConflict', fold: scope.fold, kind });
    if (answer === 'CODE') {
      return {
        kind: 'stop',
        reason: 'FOREIGN_CODE',
        detail: 'Another version took the state over.',
      };
    }
    return { kind: answer === 'OFFSET' || answer === 'EMPTY' ? 'again' : 'fenced' };
  };

  /** Applies and commits the head of `records`; a number is how many were taken. */
  const slice = async (
    w: Worker<I, S, F>,
    records: readonly LogRecord[],
  ): Promise<number | Verdict> => {
    const startMs = clock.monotonic();
    const elapsedMs = (): number => clock.monotonic() - startMs;
    const behind = records.length >= BEHIND_RECORDS;
    const now = behind ? { ...limits, ms: Math.max(limits.ms, BEHIND_SLICE_MS) } : limits;
    const applied = applySlice(w.fold, source, records, w, now, elapsedMs);
    if (applied.run > QUARANTINE_RUN_MAX) {
      const detail = `${applied.run} records in a row could not be used, the last at ${w.off + applied.count - 1}.`;
      return { kind: 'stop', reason: 'QUARANTINE_LIMIT', detail };
    }
    if (applied.count === 0) {
      return { kind: 'stop', reason: 'REFUSED', detail: `Record ${w.off}: ${applied.stop}.` };
    }
    const last = records[applied.count - 1]!;
    const touched = w.fold.touched();
    const puts = touched.puts.map(
      ([space, field, text]): StoredPut => [space, field, text === null ? null : Buffer.from(text)],
    );
    const outbox = outputsOf(scope.partition, touched.outbox, applied.quarantined, quarantineTopic);
    const next = w.off + applied.count;
    const commit: Commit = {
      own: w.own,
      expected: w.off,
      next,
      tail: hashOf(last),
      cid: rng.id(),
      code: w.fold.code,
      T: applied.T,
    };
    const answer = await commitSurely(committing, commit, puts, outbox);
    if (answer !== 'OK' && answer !== 'APPLIED') return refused(answer);
    w.off = next;
    w.tail = commit.tail;
    w.T = applied.T;
    w.run = applied.run;
    w.committed = { outbox: outbox.length, puts: touched.puts };
    for (const key of touched.dirty) w.dirty.add(key);
    report(applied, touched.counters);
    return applied.count;
  };

  /** Slices of one answer of the log. */
  const consume = async (
    w: Worker<I, S, F>,
    records: readonly LogRecord[],
  ): Promise<Verdict | null> => {
    const gap = records.findIndex(({ offset }, i) => offset !== w.off + i);
    if (gap >= 0) {
      const detail = `${source.topic}/${source.partition}: ${records[gap]!.offset} came where ${w.off + gap} belongs.`;
      return { kind: 'stop', reason: 'GAP', detail };
    }
    for (let at = 0; at < records.length && !abort.signal.aborted; ) {
      inSlice = true;
      const taken = await slice(w, at === 0 ? records : records.slice(at));
      if (typeof taken !== 'number') return taken;
      inSlice = false;
      at += taken;
      announce({ off: w.off, ...w.committed });
      runQueued();
    }
    return null;
  };

  const readOn = async (w: Worker<I, S, F>): Promise<readonly LogRecord[]> => {
    waiting = true;
    try {
      return await log.read(source.topic, source.partition, w.off, {
        max: READ_RECORDS,
        waitMs: READ_WAIT_MS,
        signal: abort.signal,
      });
    } finally {
      waiting = false;
    }
  };

  const follow = async (w: Worker<I, S, F>, high: number): Promise<Verdict> => {
    const pause = backoff(100, 5_000);
    let told = w.off;
    while (!abort.signal.aborted) {
      const records = await readOn(w).catch((error: Error) => {
        if (isLogShorter(error)) return error;
        telemetry({ type: 'Notice', level: 'warn', text: `Read failed: ${error.message}` });
        return null;
      });
      if (!records) {
        await rest.during(pause.wait(abort.signal));
        continue;
      }
      // The claim finds out what became of the log, and says so.
      if (records instanceof Error) return { kind: 'again' };
      pause.reset();
      const verdict = await consume(w, records);
      if (verdict) return verdict;
      if (w.off < high && w.off - told >= PROGRESS_RECORDS) {
        told = w.off;
        telemetry({ type: 'RebuildProgress', fold: scope.fold, off: w.off, high });
      }
    }
    return { kind: 'stopped' };
  };

  /** From a claim until the state has to be dropped. */
  const hold = async (claimed: Claimed<I, S, F>): Promise<Verdict> => {
    const { own, fold, off, tail, T, high } = claimed;
    const dirty = new Set(fold.keys());
    worker = {
      own,
      fold,
      generation: ++generation,
      dirty,
      off,
      tail,
      T,
      run: 0,
      committed: { outbox: 1, puts: [] },
    };
    if (high - off >= PROGRESS_RECORDS) {
      telemetry({ type: 'RebuildProgress', fold: scope.fold, off, high });
    }
    runQueued();
    announce({ off, ...worker.committed });
    try {
      return await follow(worker, high);
    } catch (error) {
      // A fold that throws has a bug: the state in memory is void, what is stored is not.
      return { kind: 'stop', reason: 'FAILED', detail: (error as Error).message };
    } finally {
      worker = null;
      inSlice = false;
      runQueued();
    }
  };

  const run = async (): Promise<Stop | null> => {
    while (!abort.signal.aborted) {
      const claimed = await takeOver();
      if (!claimed) return null;
      const verdict = claimed.kind === 'stop' ? claimed : await hold(claimed);
      if (verdict.kind === 'stop') return verdict;
      if (verdict.kind === 'fenced') {
        await rest.during(clock.sleep(FENCED_MS, abort.signal));
      }
    }
    return null;
  };
  const finish = (stop: Stop | null): void => {
    over = true;
    runQueued();
    if (stop) {
      const { fold, partition } = scope;
      telemetry({ type: 'PartitionStopped', fold, partition, reason: stop.reason });
      telemetry({ type: 'Notice', level: 'error', text: stop.detail });
    }
    ended.resolve(stop);
  };

  return {
    name: `fold ${scope.fold}/${scope.partition}`,
    ended: ended.promise,
    start: async () => {
      done = run()
        .catch((error: Error): Stop => ({ kind: 'stop', reason: 'FAILED', detail: error.message }))
        .then(finish);
    },
    stop: async () => {
      abort.abort();
      await done;
    },
    still: (task) =>
      new Promise((resolve, reject) => {
        const attempt = (v: FoldView<S, F> | null): void => {
          try {
            resolve(v && task(v));
          } catch (error) {
            reject(error as Error);
          }
        };
        if (inSlice) queued.push(attempt);
        else attempt(worker && view(worker));
      }),
    onCommit: (listener) => void listeners.push(listener),
    own: () => worker?.own ?? '',
    position: () => worker?.off ?? restored - RESTORED_MAX,
    idle: async () => {
      if (over || rest.resting()) return true;
      const off = worker?.off;
      if (!waiting || off === undefined) return false;
      const { high } = await log.bounds(source.topic, source.partition);
      return waiting && worker?.off === off && off === high;
    },
  };
}
