/**
 * Writes a fold's state to `snapshots.v1` while the fold goes on (reliability.md 1.9): piece by piece
 * from the owner's memory, then everything that was committed since the first piece. Values are
 * absolute, so the later line of a field is its state at the end, whichever slice the earlier one saw.
 */
import { createHash } from 'node:crypto';
import type { Slot } from '@sapwood/contracts/snapshot';
import type { Put } from '@sapwood/core/fold-contract';
import type { CommitInfo, FoldRunner, FoldView } from '../fold-runner.ts';
import type { Clock, EventLog, Idle, OutboxRecord, Scope, StateStore } from '../ports.ts';
import type { Telemetry } from '../telemetry.ts';
import { deflated, recordOf, SNAPSHOTS, slotRecord } from './chunks.ts';

export interface SnapshotLimits {
  /** One is due after so many records, */
  readonly records: number;
  /** or after this time, */
  readonly everyMs: number;
  /** unless so few came that reading them again takes no time. */
  readonly recordsMin: number;
  /** Of one piece: some milliseconds of work, and below a record's limit even if nothing deflates. */
  readonly pieceChars?: number;
}
export const SNAPSHOT_LIMITS: SnapshotLimits = {
  records: 200_000,
  everyMs: 300_000,
  recordsMin: 10_000,
};

const PIECE_CHARS = 200_000;
/** More than this waiting in the outbox is not looked through: another time. */
const PENDING_MAX = 500;
const LOOK_MS = 200;
const SENT_MS_MAX = 60_000;

export interface SnapshotWriterDeps<S, F> {
  readonly scope: Scope;
  readonly runner: Pick<FoldRunner<S, F>, 'still' | 'onCommit' | 'own'>;
  readonly log: EventLog;
  readonly store: StateStore;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly limits?: SnapshotLimits;
}

export interface SnapshotWriter extends Idle {
  start(): Promise<void>;
  /** Gives up the one in hand: half of one does not count. */
  stop(): Promise<void>;
}

export function createSnapshotWriter<S, F>(deps: SnapshotWriterDeps<S, F>): SnapshotWriter {
  const { scope, runner, log, store, clock, telemetry, limits = SNAPSHOT_LIMITS } = deps;
  const { pieceChars = PIECE_CHARS } = limits;
  const abort = new AbortController();
  let lastOff: number | null = null;
  let lastMs = clock.monotonic();
  let work: Promise<void> | null = null;
  /** Committed since the first piece was read, by field; null while none is written. */
  let since: Map<string, Put> | null = null;

  /** Gives up where another claim began: its state may be another one. */
  const still = async <T>(
    generation: number | null,
    task: (view: FoldView<S, F>) => T,
  ): Promise<T> => {
    const answer = await runner.still((view) =>
      generation === null || view.generation === generation ? { is: task(view) } : null,
    );
    if (!answer || abort.signal.aborted) throw new GivenUp('the state was dropped');
    return answer.is;
  };
  const append = async (record: ReturnType<typeof recordOf>): Promise<void> => {
    const outcome = await log.append(SNAPSHOTS, scope.partition, [record]);
    if (outcome.kind !== 'durable') throw new GivenUp(`the log answered ${outcome.kind}`);
  };

  /**
   * What left with the state must be in the log: who begins from here does not say it again. And it
   * must have gone from the store by being sent, not because the store itself was lost.
   */
  const sent = async (own: string, off: number): Promise<void> => {
    const giveUpMs = clock.monotonic() + SENT_MS_MAX;
    let wanted: ReadonlySet<string> | null = null;
    for (;;) {
      const pending = await store.pending(scope, PENDING_MAX);
      const names = pending.map(nameOf);
      if (wanted === null && pending.length < PENDING_MAX) wanted = new Set(names);
      if (wanted && !names.some((name) => wanted!.has(name))) break;
      if (clock.monotonic() > giveUpMs) throw new GivenUp('the outbox does not empty');
      await clock.sleep(LOOK_MS, abort.signal);
    }
    const meta = await store.meta(scope);
    if (meta?.own !== own || meta.off < off) throw new GivenUp('another owns the state');
  };

  const write = async (slot: Slot): Promise<number> => {
    since = new Map();
    const begun = await still(null, ({ generation, fold }) => ({
      generation,
      // Fields that change meanwhile may be read before or after.
      pieces: cut(fold.encode(), pieceChars),
    }));
    const sum = createHash('sha256');
    let chunk = 0;
    const put = async (lines: readonly Put[]): Promise<void> => {
      const puts = deflated(lines);
      sum.update(puts);
      await append(recordOf(scope, slot, { chunk, puts, manifest: null }));
      chunk += 1;
    };
    for (;;) {
      const piece = await still(begun.generation, () => begun.pieces.next());
      if (piece.done) break;
      await put(piece.value);
    }
    const { late, own, ...end } = await still(begun.generation, ({ off, tail, T, fold }) => {
      const all = [...since!.values()];
      since = null;
      return { off, tail, T, code: fold.code, late: all, own: runner.own() };
    });
    for (const piece of cut(late, pieceChars)) await put(piece);
    await sent(own, end.off);
    const manifest = { ...end, sha256: sum.digest('hex') };
    await append(recordOf(scope, slot, { chunk, puts: null, manifest }));
    return end.off;
  };

  const take = async (): Promise<void> => {
    try {
      const name = slotRecord(scope);
      const known = await store.getRecord(name);
      const slot: Slot = known && new TextDecoder().decode(known) === 'A' ? 'B' : 'A';
      lastOff = await write(slot);
      await store.putRecord(name, new TextEncoder().encode(slot));
    } catch (error) {
      if (abort.signal.aborted) return;
      const text = `No snapshot of ${scope.fold}/${scope.partition} this time: ${(error as Error).message}.`;
      telemetry({ type: 'Notice', level: error instanceof GivenUp ? 'info' : 'warn', text });
    } finally {
      since = null;
    }
  };

  const isDue = (off: number): boolean => {
    lastOff ??= off;
    const records = off - lastOff;
    if (records >= limits.records) return true;
    return records >= limits.recordsMin && clock.monotonic() - lastMs >= limits.everyMs;
  };
  const onCommit = ({ off, puts }: CommitInfo): void => {
    for (const put of puts) since?.set(`${put[0]} ${put[1]}`, put);
    if (work || abort.signal.aborted || !isDue(off)) return;
    lastMs = clock.monotonic();
    // Also where it fails: the next one is due when this one would have been old.
    lastOff = off;
    work = take().finally(() => {
      work = null;
    });
  };

  return {
    name: `snapshots ${scope.fold}/${scope.partition}`,
    start: async () => runner.onCommit(onCommit),
    stop: async () => {
      abort.abort();
      await work;
    },
    idle: () => work === null,
  };
}

/** No fault: the next snapshot will do. */
class GivenUp extends Error {}

const nameOf = ({ topic, seq }: OutboxRecord): string => `${topic} ${seq}`;

function* cut(puts: Iterable<Put>, pieceChars: number): Generator<Put[], void> {
  let piece: Put[] = [];
  let chars = 0;
  for (const put of puts) {
    piece.push(put);
    chars += put[1].length + (put[2]?.length ?? 0);
    if (chars < pieceChars) continue;
    yield piece;
    piece = [];
    chars = 0;
  }
  if (piece.length > 0) yield piece;
}
