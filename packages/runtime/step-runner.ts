/** At-least-once consumer of one partition, whose position is a small record (reliability.md 1.4). */
import { type Backoff, createBackoff, createRest } from './backoff.ts';
import type { Stop, StopReason } from './claim.ts';
import { isLogShorter } from './errors.ts';
import type { Clock, EventLog, Idle, LogRecord, Rng, StateStore } from './ports.ts';
import type { Telemetry } from './telemetry.ts';

const READ_RECORDS = 500;
const READ_WAIT_MS = 60_000;
/** Then it stands still: what fails that often is not transient (style.md 14). */
const ATTEMPTS_MAX = 20;

export interface StepRunnerDeps<P> {
  readonly name: string;
  readonly topic: string;
  readonly partition: number;
  readonly log: EventLog;
  readonly store: StateStore;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly telemetry: Telemetry;
  /** Name of the small record, for example `normalizer/pylon/0`. */
  readonly record: string;
  readonly position: {
    encode(position: P): Uint8Array;
    decode(bytes: Uint8Array): P;
    /** Where a first start begins. */
    readonly initial: P;
    /** Next offset to read. */
    offsetOf(position: P): number;
  };
  /**
   * Handles records in order, appends what follows from them, and answers the position after them,
   * which is then stored. Called again with the same records if it throws or the process dies.
   */
  process(records: readonly LogRecord[], position: P): Promise<P>;
  /** Called once with the stored position, before the first record. */
  started?(position: P): Promise<void>;
  readonly readRecords?: number;
}

export interface StepRunner<P> extends Idle {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Null after `stop()`, else why it stands still. Never rejects. */
  readonly ended: Promise<Stop | null>;
  /** Changes the stored position between two batches (a cursor, a settled re-read). */
  update(change: (position: P) => P): Promise<void>;
  current(): P;
  /** Next offset to read; rises while it works. */
  offset(): number;
}

export function createStepRunner<P>(deps: StepRunnerDeps<P>): StepRunner<P> {
  const { name, topic, partition, log, store, clock, rng, telemetry, record, position } = deps;
  const abort = new AbortController();
  const ended = Promise.withResolvers<Stop | null>();
  const rest = createRest();
  let current = position.initial;
  let chain: Promise<void> = Promise.resolve();
  let waiting = false;
  let over = false;
  let pending = 0;
  let done: Promise<void> = Promise.resolve();

  const stop = (reason: StopReason, detail: string): Stop => ({ kind: 'stop', reason, detail });
  const backoff = (): Backoff => createBackoff(clock, rng, { firstMs: 100, maxMs: 10_000 });

  /** One change at a time: a batch and an `update` never overwrite each other. */
  const alone = (work: () => Promise<void>): Promise<void> => {
    pending++;
    const mine = chain.then(work).finally(() => {
      pending--;
    });
    chain = mine.catch(() => {});
    return mine;
  };
  const save = async (next: P): Promise<void> => {
    await store.putRecord(record, position.encode(next));
    current = next;
  };

  /** Null once it succeeded or was told to stop. */
  const insist = async (work: () => Promise<void>): Promise<Stop | null> => {
    const pause = backoff();
    for (let attempt = 1; !abort.signal.aborted; attempt++) {
      try {
        await work();
        return null;
      } catch (error) {
        const { message } = error as Error;
        if (isLogShorter(error)) return stop('LOG_TRUNCATED', message);
        if (attempt >= ATTEMPTS_MAX) return stop('FAILED', message);
        telemetry({ type: 'Notice', level: 'warn', text: `${name}: ${message}` });
      }
      await rest.during(pause.wait(abort.signal));
    }
    return null;
  };
  const batch = (records: readonly LogRecord[]): Promise<Stop | null> =>
    insist(() => alone(async () => save(await deps.process(records, current))));

  const checkBounds = async (): Promise<Stop | null> => {
    const offset = position.offsetOf(current);
    const { low, high } = await log.bounds(topic, partition);
    if (offset < low) {
      return stop(
        'PASSED_BY_RETENTION',
        `${topic}/${partition} begins at ${low}, ${name} stands at ${offset}.`,
      );
    }
    if (offset <= high) return null;
    return stop(
      'LOG_TRUNCATED',
      `${topic}/${partition} ends at ${high}, ${name} stands at ${offset}.`,
    );
  };
  const recover = async (): Promise<Stop | null> => {
    let problem: Stop | null = null;
    const failed = await insist(async () => {
      const bytes = await store.getRecord(record);
      if (bytes) current = position.decode(bytes);
      problem = await checkBounds();
    });
    if (failed || problem) return failed ?? problem;
    return insist(async () => deps.started?.(current));
  };
  const readOn = async (): Promise<readonly LogRecord[]> => {
    waiting = true;
    try {
      const max = deps.readRecords ?? READ_RECORDS;
      return await log.read(topic, partition, position.offsetOf(current), {
        max,
        waitMs: READ_WAIT_MS,
        signal: abort.signal,
      });
    } finally {
      waiting = false;
    }
  };
  const run = async (): Promise<Stop | null> => {
    let problem = await recover();
    while (!problem && !abort.signal.aborted) {
      let records: readonly LogRecord[] = [];
      problem = await insist(async () => {
        records = await readOn();
      });
      const first = records[0];
      if (problem || !first) continue;
      const expected = position.offsetOf(current);
      if (first.offset !== expected) {
        return stop(
          'GAP',
          `${topic}/${partition}: ${first.offset} came where ${expected} belongs.`,
        );
      }
      problem = await batch(records);
    }
    return problem;
  };
  const finish = (result: Stop | null): void => {
    over = true;
    if (result) {
      telemetry({ type: 'PartitionStopped', fold: name, partition, reason: result.reason });
      telemetry({ type: 'Notice', level: 'error', text: result.detail });
    }
    ended.resolve(result);
  };
  return {
    name,
    ended: ended.promise,
    start: async () => {
      done = run()
        .catch((error: Error) => stop('FAILED', error.message))
        .then(finish);
    },
    stop: async () => {
      abort.abort();
      await done;
      await chain;
    },
    update: (change) => alone(async () => save(change(current))),
    current: () => current,
    offset: () => position.offsetOf(current),
    idle: async () => {
      if (over || rest.resting()) return true;
      const offset = position.offsetOf(current);
      if (!waiting || pending > 0) return false;
      const { high } = await log.bounds(topic, partition);
      return waiting && pending === 0 && position.offsetOf(current) === offset && offset === high;
    },
  };
}
