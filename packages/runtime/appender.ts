/**
 * The one writer of facts in a process: stamps `recordedAt`, gives the fact its id and hash, and
 * keeps one append in flight per partition (reliability.md 1.2, 2 and 7).
 */
import { factCodec, factIdOf } from '@sapwood/contracts/facts';
import { partitionOf } from '@sapwood/contracts/partition';
import { TOPICS } from '@sapwood/contracts/topics';
import type { DraftFact, Fact } from '@sapwood/core/facts';
import { type ClockGuard, SKEW_MS_MAX } from './clock/guard.ts';
import { RuntimeError } from './errors.ts';
import type { AppendOutcome, Clock, EventLog, Idle, NewRecord } from './ports.ts';
import type { Telemetry } from './telemetry.ts';

const BATCH_FACTS_MAX = 500;
/** One call may bring more than a batch (a long thread is one append), but not any number. */
export const CALL_FACTS_MAX = 5_000;
const QUEUE_FACTS_MAX = 20_000;
/** How far back the last real fact is looked for at start; beyond it the log counts as idle. */
const LOOK_BACK_RECORDS = 1_000;

export interface AppenderDeps {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Default `facts.v1`. */
  readonly topic?: string;
  readonly guard?: ClockGuard;
  /** The operator's word that a log up to this stamp is right (`sapwood clock accept`). */
  readonly acceptedStamp?: number;
}

export interface Appender extends Idle {
  /** Reads the newest stamps. Throws SAPWOOD_CLOCK_BEHIND_LOG if they lie > 60 s ahead. */
  start(): Promise<void>;
  /** Waits for what is queued; later appends are rejected. */
  stop(): Promise<void>;
  /**
   * All drafts are of one workspace and become one run of offsets. `rejected` and `outcomeUnknown`
   * may be tried again: a fact twice is harmless (design D1).
   */
  append(drafts: readonly DraftFact[]): Promise<AppendOutcome>;
  partitionOf(workspace: string): number;
  partitions(): number;
  /** Newest stamp of a partition, 0 if none. */
  lastStamp(partition: number): number;
  /** Stamp of the newest fact that is neither tick nor heartbeat, 0 if none. */
  lastFactAt(partition: number): number;
}

interface Call {
  readonly drafts: readonly DraftFact[];
  readonly settle: (outcome: AppendOutcome) => void;
}

interface Lane {
  readonly partition: number;
  calls: Call[];
  facts: number;
  inFlight: Promise<void> | null;
  lastStamp: number;
  lastFactAt: number;
}

const isQuiet = ({ kind }: { readonly kind: Fact['kind'] }): boolean =>
  kind === 'tick' || kind === 'source.heartbeat';

/** Reads the newest records for the two instants a lane begins with. */
async function recoverLane(log: EventLog, topic: string, lane: Lane): Promise<void> {
  const { low, high } = await log.bounds(topic, lane.partition);
  let from = Math.max(low, high - LOOK_BACK_RECORDS);
  while (from < high) {
    const records = await log.read(topic, lane.partition, from, { max: 500, waitMs: 0 });
    if (records.length === 0) return;
    for (const { value } of records) {
      const fact = decoded(value);
      if (!fact) continue;
      lane.lastStamp = Math.max(lane.lastStamp, fact.recordedAt);
      if (!isQuiet(fact)) lane.lastFactAt = Math.max(lane.lastFactAt, fact.recordedAt);
    }
    from = records.at(-1)!.offset + 1;
  }
}

function decoded(value: Uint8Array | null): Fact | null {
  try {
    return value && factCodec.decode(value);
  } catch {
    // A poison record is the fold's to quarantine; it only has no say in the stamp.
    return null;
  }
}

export function createAppender(deps: AppenderDeps): Appender {
  const { log, clock, telemetry, guard, topic = TOPICS.facts.name } = deps;
  const lanes: Lane[] = [];
  let stopped = false;

  const encode = (lane: Lane, draft: DraftFact): NewRecord => {
    const recordedAt = Math.max(lane.lastStamp, clock.now());
    lane.lastStamp = recordedAt;
    if (!isQuiet(draft)) lane.lastFactAt = recordedAt;
    const fact = { ...draft, v: 1, factId: factIdOf(draft), recordedAt } as Fact;
    return { key: draft.entity, value: factCodec.encode(fact) };
  };
  /** Whole calls only, so that a group of facts is one run of offsets. */
  const nextBatch = (lane: Lane): Call[] => {
    let facts = 0;
    let count = 0;
    for (const call of lane.calls) {
      if (count > 0 && facts + call.drafts.length > BATCH_FACTS_MAX) break;
      facts += call.drafts.length;
      count++;
    }
    lane.facts -= facts;
    return lane.calls.splice(0, count);
  };
  /** Asked after the stamps were made: a clock may be set between a look at it and the next. */
  const refusedNow = (batch: readonly Call[]): boolean => {
    const reason = guard?.check() ?? null;
    if (reason === null) return false;
    telemetry({ type: 'Notice', level: 'error', text: `Facts are refused: ${reason}.` });
    for (const { settle } of batch) settle({ kind: 'rejected', reason });
    return true;
  };
  const appendBatch = async (lane: Lane, batch: readonly Call[]): Promise<void> => {
    const { lastStamp, lastFactAt } = lane;
    const records: NewRecord[] = [];
    const placed: { readonly call: Call; readonly at: number }[] = [];
    for (const call of batch) {
      try {
        const encoded = call.drafts.map((draft) => encode(lane, draft));
        placed.push({ call, at: records.length });
        records.push(...encoded);
      } catch (error) {
        call.settle({ kind: 'rejected', reason: (error as Error).message });
      }
    }
    if (records.length === 0) return;
    if (refusedNow(placed.map(({ call }) => call))) {
      Object.assign(lane, { lastStamp, lastFactAt });
      return;
    }
    const outcome = await attempt(lane.partition, records);
    if (outcome.kind === 'outcomeUnknown') {
      telemetry({ type: 'AppendOutcomeUnknown', topic, reason: outcome.reason });
    }
    for (const { call, at } of placed) {
      call.settle(
        outcome.kind === 'durable'
          ? { ...outcome, firstOffset: outcome.firstOffset + at }
          : outcome,
      );
    }
  };
  const attempt = async (
    partition: number,
    records: readonly NewRecord[],
  ): Promise<AppendOutcome> => {
    try {
      return await log.append(topic, partition, records);
    } catch (error) {
      return { kind: 'outcomeUnknown', reason: (error as Error).message };
    }
  };
  const drain = async (lane: Lane): Promise<void> => {
    while (lane.calls.length > 0) await appendBatch(lane, nextBatch(lane));
    lane.inFlight = null;
  };
  const refusal = (drafts: readonly DraftFact[], lane: Lane | undefined): string | null => {
    if (stopped) return 'stopped';
    if (!lane) return 'not_started';
    if (drafts.length > CALL_FACTS_MAX) return 'too_many_facts';
    if (drafts.some(({ workspace }) => workspace !== drafts[0]!.workspace))
      return 'mixed_workspaces';
    return lane.facts + drafts.length > QUEUE_FACTS_MAX ? 'queue_full' : null;
  };
  const partition = (workspace: string): number => partitionOf(workspace, lanes.length);

  return {
    name: 'appender',
    start: async () => {
      const count = await log.partitions(topic);
      for (let p = 0; p < count; p++) {
        const lane: Lane = {
          partition: p,
          calls: [],
          facts: 0,
          inFlight: null,
          lastStamp: 0,
          lastFactAt: 0,
        };
        await recoverLane(log, topic, lane);
        lanes.push(lane);
      }
      const newest = Math.max(...lanes.map(({ lastStamp }) => lastStamp));
      if (newest > Math.max(clock.now() + SKEW_MS_MAX, deps.acceptedStamp ?? 0)) {
        throw new RuntimeError(
          'SAPWOOD_CLOCK_BEHIND_LOG',
          `The newest fact was recorded at ${new Date(newest).toISOString()}, later than this machine's clock: correct the clock, or run \`sapwood clock accept\`.`,
        );
      }
    },
    stop: async () => {
      stopped = true;
      await Promise.all(lanes.map(({ inFlight }) => inFlight));
    },
    append: (drafts) =>
      new Promise((settle) => {
        const first = drafts[0];
        if (!first) return settle({ kind: 'rejected', reason: 'no_records' });
        const lane = lanes.length > 0 ? lanes[partition(first.workspace)] : undefined;
        const reason = refusal(drafts, lane);
        if (reason) return settle({ kind: 'rejected', reason });
        lane!.calls.push({ drafts, settle });
        lane!.facts += drafts.length;
        // A microtask later: a drain that refuses without waiting would end before it is noted here.
        lane!.inFlight ??= Promise.resolve().then(() => drain(lane!));
      }),
    partitionOf: partition,
    partitions: () => lanes.length,
    lastStamp: (p) => lanes[p]?.lastStamp ?? 0,
    lastFactAt: (p) => lanes[p]?.lastFactAt ?? 0,
    idle: () => lanes.every(({ inFlight }) => inFlight === null),
  };
}
