/** The state as it was known at an instant: a prefix of the log, folded anew (reliability.md 1.9). */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DecodeError } from '@sapwood/contracts/codec';
import type { Fold } from '@sapwood/core/fold-contract';
import type { LogTime } from '@sapwood/core/time';
import { applyInput, decode, type Input, type Source } from './apply.ts';
import { RuntimeError } from './errors.ts';
import type { Clock, EventLog } from './ports.ts';

const READ_RECORDS = 500;
const SLICE_MS = 10;

export interface AsOfDeps<I extends Input, S, F> {
  readonly source: Source<I>;
  readonly createFold: () => Fold<I, S, F>;
  readonly log: EventLog;
  readonly clock: Clock;
}

export interface AsOfState<I, S, F> {
  readonly fold: Fold<I, S, F>;
  /** The fold holds log[0, off). */
  readonly off: number;
  readonly T: LogTime;
}

export interface AsOf<I, S, F> {
  /**
   * Folds every record with log time <= `at`, then advances to `at`. Nothing is stored. One at a
   * time: throws SAPWOOD_BUSY; SAPWOOD_HISTORY_GONE if the log no longer begins at 0.
   */
  at(at: number, signal?: AbortSignal): Promise<AsOfState<I, S, F>>;
  /** The state at the head, for `verify`. */
  head(signal?: AbortSignal): Promise<AsOfState<I, S, F>>;
}

export function createAsOf<I extends Input, S, F>(deps: AsOfDeps<I, S, F>): AsOf<I, S, F> {
  const { source, log, clock } = deps;
  const { topic, partition, codec } = source;
  let busy = false;

  const foldUntil = async (at: number, signal?: AbortSignal): Promise<AsOfState<I, S, F>> => {
    const { low, high } = await log.bounds(topic, partition);
    if (low > 0) {
      throw new RuntimeError(
        'SAPWOOD_HISTORY_GONE',
        `The log begins at ${low}, so the past before it is gone.`,
      );
    }
    const fold = deps.createFold();
    let off = 0;
    let T = 0 as LogTime;
    let sliceMs = clock.monotonic();
    while (off < high) {
      const records = await log.read(topic, partition, off, { max: READ_RECORDS, waitMs: 5_000 });
      if (records.length === 0) break;
      for (const record of records) {
        signal?.throwIfAborted();
        const input = decode(codec, record);
        // What is undecodable moves no time, whatever it holds.
        if (!(input instanceof DecodeError) && fold.timeOf(input) > at) return { fold, off, T };
        T = (applyInput(fold, input, record.offset).T ?? T) as LogTime;
        off = record.offset + 1;
        if (off >= high) break;
        if (clock.monotonic() - sliceMs < SLICE_MS) continue;
        await nextTurn();
        sliceMs = clock.monotonic();
      }
      fold.touched(); // Nothing is published, so nothing may pile up.
    }
    return { fold, off, T };
  };
  const alone = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    if (busy)
      throw new RuntimeError('SAPWOOD_BUSY', 'Another look into the past is under way.', {
        retriable: true,
      });
    busy = true;
    try {
      return await work();
    } finally {
      busy = false;
    }
  };
  return {
    at: (at, signal) =>
      alone(async () => {
        const state = await foldUntil(at, signal);
        const T = Math.max(at, state.T) as LogTime;
        state.fold.advance(T);
        state.fold.touched();
        return { ...state, T };
      }),
    head: (signal) => alone(() => foldUntil(Number.POSITIVE_INFINITY, signal)),
  };
}
