/**
 * Reads one partition of a raw topic in order, maps each record by the step of its source, writes
 * what came of it, and only then moves on (at least once).
 */
import { labelCodec, quarantinedCodec } from '@sapwood/contracts/codec';
import type { Label } from '@sapwood/contracts/label';
import type { DraftFact, Source } from '@sapwood/core/facts';
import type {
  AppendOutcome,
  Clock,
  EventLog,
  Idle,
  LogRecord,
  NewRecord,
  Rng,
} from '@sapwood/runtime/ports';
import type { Telemetry } from '@sapwood/runtime/telemetry';
import { type MapStep, type Outcome, quarantined } from './outcome.ts';
import { mayLag } from './position.ts';
import { createRetry, type Sink } from './sink.ts';
import { decodeRaw } from './steps/decode.ts';

/** One source or feed on this partition: where it stands and how its records are mapped. */
export interface Lane {
  readonly id: string;
  readonly workspace: string;
  readonly destinations: ReadonlySet<string>;
  readonly map: MapStep;
  /** Next raw offset; records before it were mapped in an earlier life. */
  next: number;
  /** Called once an outcome is durable. */
  readonly done: (outcome: Outcome) => void;
  readonly save: () => Promise<void>;
}

export interface Outputs {
  readonly appendFacts: (facts: readonly DraftFact[]) => Promise<AppendOutcome>;
  readonly dlq: Sink;
}

export interface ReaderDeps {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly telemetry: Telemetry;
  readonly outputs: Outputs;
  readonly topic: string;
  readonly partition: number;
  /** Of the raw log. */
  readonly epoch: number;
  readonly lanes: readonly Lane[];
  readonly batchMax: number;
}

export interface RawReader extends Idle {
  run(signal: AbortSignal): Promise<void>;
}

/** While a position waits to be saved, and while none does: an append ends either. */
const READ_WAIT_MS = 1_000;
const QUIET_WAIT_MS = 60_000;
const SAVE_EVERY_MS = 1_000;
const DETAIL_CHARS_MAX = 500;

export const labelRecord = (label: Label): NewRecord => ({
  key: `${label.workspace}/${label.kind}/${label.id}`,
  value: labelCodec.encode(label),
});

export function quarantineRecord(
  workspace: string,
  src: Source,
  reason: string,
  detail: string,
  at: number,
): NewRecord {
  const { topic, partition, offset } = src;
  const short = detail.slice(0, DETAIL_CHARS_MAX).toWellFormed();
  return {
    key: `${topic}/${partition}/${offset}`,
    value: quarantinedCodec.encode({
      workspace,
      topic,
      partition,
      offset,
      reason,
      detail: short,
      at,
    }),
  };
}

export function createRawReader(deps: ReaderDeps): RawReader {
  const { log, clock, topic, partition, lanes, outputs, telemetry } = deps;
  let next = 0;
  let working = true;
  let dirty = false;
  let savedAt = 0;

  const laneOf = (destination: string): Lane | undefined =>
    lanes.find((lane) => lane.destinations.has(destination));

  function mapRecord(
    record: LogRecord,
  ): { readonly lane: Lane | null; readonly outcome: Outcome } | null {
    const src = { topic, partition, epoch: deps.epoch, offset: record.offset };
    const decoded = decodeRaw(record.value);
    if (!decoded.ok) {
      return { lane: null, outcome: quarantined(decoded.workspace, src, decoded.reason) };
    }
    const { dest, workspace } = (decoded.record.delivery ?? decoded.record.heartbeat)!;
    const lane = laneOf(dest);
    if (!lane)
      return { lane: null, outcome: quarantined(workspace, src, 'unknown_destination', dest) };
    if (record.offset < lane.next) return null;
    if (lane.workspace !== workspace) {
      return { lane, outcome: quarantined(lane.workspace, src, 'foreign_workspace', workspace) };
    }
    return { lane, outcome: lane.map(decoded.record, src) };
  }

  /** Until durable: transient trouble makes the partition wait, it loses nothing. */
  async function appendGroup(facts: readonly DraftFact[], signal: AbortSignal): Promise<void> {
    const retry = createRetry(clock, deps.rng);
    while (facts.length > 0 && !signal.aborted) {
      const outcome = await outputs.appendFacts(facts);
      if (outcome.kind === 'durable') return;
      await retry.wait(signal);
    }
  }

  async function emit(outcome: Outcome, signal: AbortSignal): Promise<void> {
    const { workspace, src, quarantine } = outcome;
    const writes = [appendGroup(outcome.facts, signal)];
    if (quarantine) {
      telemetry({ type: 'RawQuarantined', reason: quarantine.reason, offset: src.offset });
      const { reason, detail } = quarantine;
      const record = quarantineRecord(workspace, src, reason, detail, clock.now());
      writes.push(outputs.dlq.append(workspace, [record], signal));
    }
    await Promise.all(writes);
  }

  /** The position may lag: deliveries after it are mapped again. So a store that refuses has time. */
  async function save(): Promise<void> {
    try {
      for (const lane of lanes) await lane.save();
      dirty = false;
    } catch (error) {
      mayLag(error);
      const text = `A position was not saved: ${(error as Error).message}`;
      telemetry({ type: 'Notice', level: 'warn', text });
    }
    savedAt = clock.monotonic();
  }

  async function processBatch(records: readonly LogRecord[], signal: AbortSignal): Promise<void> {
    const mapped = records.map(mapRecord).filter((one) => one !== null);
    // All at once: the appender keeps the order of calls and shares one write among them.
    await Promise.all(mapped.map(({ outcome }) => emit(outcome, signal)));
    if (signal.aborted) return;
    next = records.at(-1)!.offset + 1;
    for (const lane of lanes) lane.next = Math.max(lane.next, next);
    for (const { lane, outcome } of mapped) lane?.done(outcome);
    dirty = true;
    if (clock.monotonic() - savedAt >= SAVE_EVERY_MS) await save();
  }

  async function begin(): Promise<void> {
    const { low, high } = await log.bounds(topic, partition);
    next = Math.min(...lanes.map((lane) => lane.next));
    if (next >= low && next <= high) return;
    // Deliveries that nobody mapped are gone, or the log is another one: a person has to decide.
    const reason = next < low ? 'raw_history_gone' : 'raw_log_truncated';
    telemetry({ type: 'PartitionStopped', fold: 'normalizer', partition, reason });
    throw new Error(`${topic}/${partition}: position ${next} lies outside ${low} to ${high}.`);
  }

  return {
    name: `${topic}/${partition}`,
    async idle() {
      return !working && next >= (await log.bounds(topic, partition)).high;
    },
    async run(signal) {
      await begin();
      while (!signal.aborted) {
        working = false;
        const waitMs = dirty ? READ_WAIT_MS : QUIET_WAIT_MS;
        const options = { max: deps.batchMax, waitMs, signal };
        const records = await log.read(topic, partition, next, options);
        working = true;
        if (records.length > 0) await processBatch(records, signal);
        else if (dirty && !signal.aborted) await save();
      }
      if (dirty) await save();
      working = false;
    },
  };
}
