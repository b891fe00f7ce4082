/** Feeds records of a log to a fold: decode, judge, advance, ingest (reliability.md 1.7). Synchronous. */
import { type Codec, DecodeError, recordHash } from '@sapwood/contracts/codec';
import type { Quarantined } from '@sapwood/contracts/label';
import type { Fate, Fold } from '@sapwood/core/fold-contract';
import type { LogTime } from '@sapwood/core/time';
import type { LogRecord } from './ports.ts';

/** What the runner has to know of a record beside its bytes. */
export interface Input {
  readonly workspace: string;
}

export interface Source<I extends Input> {
  readonly topic: string;
  readonly partition: number;
  readonly codec: Codec<I>;
}

export interface SliceLimits {
  readonly records: number;
  readonly bytes: number;
  /** Checked between records: the slice ends once it took this long. */
  readonly ms: number;
}

export interface Applied {
  /** Records the fold has taken, quarantined ones included; 0 if the first one stops it. */
  readonly count: number;
  readonly T: LogTime;
  readonly quarantined: readonly Quarantined[];
  /** Quarantined records at the end of the slice, without a good one after them. */
  readonly run: number;
  /** Why the record after `count` may not be applied. */
  readonly stop: string | null;
}

/** Identity of a record for `tail`; a tombstone has none. */
export const hashOf = ({ value }: LogRecord): string => (value ? recordHash(value) : '');

type Outcome =
  | { readonly kind: Exclude<Fate, 'quarantined'> }
  | {
      readonly kind: 'quarantined';
      readonly workspace: string;
      readonly reason: string;
      readonly detail: string;
    }
  | { readonly kind: 'stop'; readonly reason: string };

/** The record's content, or why it has none. */
export function decode<I extends Input>(codec: Codec<I>, { value }: LogRecord): I | DecodeError {
  try {
    return codec.decode(value ?? new Uint8Array());
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
}

/** What was decoded. What could not be leaves log time alone; what is refused still moves it. */
export function applyInput<I extends Input, S, F>(
  fold: Fold<I, S, F>,
  input: I | DecodeError,
  offset: number,
): Outcome & { readonly T: LogTime | null } {
  if (input instanceof DecodeError) {
    fold.quarantined('', input.reason);
    return {
      kind: 'quarantined',
      workspace: '',
      reason: input.reason,
      detail: input.message,
      T: null,
    };
  }
  const verdict = fold.judge(input);
  if (verdict.kind === 'stop') return { ...verdict, T: null };
  const T = fold.timeOf(input);
  fold.advance(T);
  if (verdict.kind === 'quarantine') {
    const { workspace } = input;
    fold.quarantined(workspace, verdict.reason);
    return { kind: 'quarantined', workspace, reason: verdict.reason, detail: '', T };
  }
  const fate = fold.ingest(input, offset);
  if (fate !== 'quarantined') return { kind: fate, T };
  return { kind: 'quarantined', workspace: input.workspace, reason: 'refused', detail: '', T };
}

/** One record, decoded and applied. */
export function applyRecord<I extends Input, S, F>(
  fold: Fold<I, S, F>,
  codec: Codec<I>,
  record: LogRecord,
): ReturnType<typeof applyInput> {
  return applyInput(fold, decode(codec, record), record.offset);
}

/**
 * Applies records from the first on until a limit is reached. Where a slice is cut changes nothing
 * but the cut (the advance law), so limits may depend on the clock.
 */
export function applySlice<I extends Input, S, F>(
  fold: Fold<I, S, F>,
  source: Source<I>,
  records: readonly LogRecord[],
  from: { readonly T: LogTime; readonly run: number },
  limits: SliceLimits,
  elapsedMs: () => number,
): Applied {
  const { topic, partition, codec } = source;
  const quarantined: Quarantined[] = [];
  let { T, run } = from;
  let count = 0;
  let bytes = 0;
  for (const record of records) {
    const outcome = applyRecord(fold, codec, record);
    if (outcome.kind === 'stop') return { count, T, quarantined, run, stop: outcome.reason };
    if (outcome.T !== null && outcome.T > T) T = outcome.T;
    if (outcome.kind === 'quarantined') {
      const { workspace, reason, detail } = outcome;
      quarantined.push({
        workspace,
        topic,
        partition,
        offset: record.offset,
        reason,
        detail,
        at: T,
      });
      run++;
    } else run = 0;
    count++;
    bytes += record.value?.length ?? 0;
    if (count >= limits.records || bytes >= limits.bytes || elapsedMs() >= limits.ms) break;
  }
  return { count, T, quarantined, run, stop: null };
}
