/**
 * Removes what is older than its topic keeps and what every consumer has passed (reliability.md
 * 1.10), one small slice at a time, so that nobody waits for it.
 */
import type { Topic } from '@sapwood/contracts/topics';
import { DAY_MS } from '@sapwood/core/time';
import { createRest } from './backoff.ts';
import type { Clock, EventLog, Idle, Scope, StateStore } from './ports.ts';
import type { Telemetry } from './telemetry.ts';

const PASS_MS = 3_600_000;
/** Between two slices, so that appends and commits come first. */
const SLICE_PAUSE_MS = 100;
const SLICE_RECORDS = 1_000;
/** A key that is gone stays gone to be seen for so long; then the tombstone goes too. */
const TOMBSTONE_DAYS = 1;

/** The smallest offset of a partition that a consumer still needs. */
export type Need = (partition: number) => Promise<number>;

export interface RetentionRule {
  readonly topic: Pick<Topic, 'name' | 'retention'>;
  /** Days kept; null: for ever. */
  readonly keptDays: number | null;
  /** None: nobody reads it on, so age alone decides. */
  readonly needs: readonly Need[];
}

export interface RetentionDeps {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly rules: readonly RetentionRule[];
}

export interface Retention extends Idle {
  start(): Promise<void>;
  /** Finishes the slice in hand. */
  stop(): Promise<void>;
}

/** A fold needs the record before its position too: by that it knows its log again. */
export function neededByFold(store: StateStore, fold: string, topology: number): Need {
  return async (partition) => {
    const scope: Scope = { fold, topology, partition };
    const meta = await store.meta(scope);
    return Math.max(0, (meta?.off ?? 0) - 1);
  };
}

/** The first offset appended at `sinceMs` or later; `high` if there is none. */
export async function offsetAt(
  log: EventLog,
  topic: string,
  partition: number,
  sinceMs: number,
): Promise<number> {
  const { low, high } = await log.bounds(topic, partition);
  const isOlder = async (offset: number): Promise<boolean> => {
    const [record] = await log.read(topic, partition, offset, { max: 1, waitMs: 0 });
    return record !== undefined && record.appendedAt < sinceMs;
  };
  let older = low - 1;
  let newer = high;
  // Retention runs often: what is too old lies near the beginning, if anywhere.
  for (let step = 1; older + step < newer; step *= 2) {
    if (!(await isOlder(older + step))) newer = older + step;
    else older += step;
  }
  while (newer - older > 1) {
    const middle = older + Math.floor((newer - older) / 2);
    if (await isOlder(middle)) older = middle;
    else newer = middle;
  }
  return newer;
}

interface Due {
  readonly rule: RetentionRule;
  readonly partition: number;
  readonly low: number;
  readonly before: number;
}

export function createRetention(deps: RetentionDeps): Retention {
  const { log, clock, telemetry, rules } = deps;
  const abort = new AbortController();
  const rest = createRest();
  let done: Promise<void> = Promise.resolve();

  const dueOf = async (rule: RetentionRule, partition: number): Promise<Due | null> => {
    const { name, retention } = rule.topic;
    const days = retention === 'compact' ? TOMBSTONE_DAYS : rule.keptDays;
    if (days === null) return null;
    const { low } = await log.bounds(name, partition);
    const old = await offsetAt(log, name, partition, clock.now() - days * DAY_MS);
    const needed = await Promise.all(rule.needs.map((need) => need(partition)));
    const before = Math.min(old, ...needed);
    if (before < old) {
      const text = `${name}/${partition} keeps ${old - before} records longer than ${days} days: a consumer has not passed them.`;
      telemetry({ type: 'Notice', level: 'warn', text });
    }
    return before > low ? { rule, partition, low, before } : null;
  };

  /** A key of a compacted topic that has a term is declared gone; the tombstone goes a day later. */
  const expire = async ({ topic, keptDays }: RetentionRule, partition: number): Promise<number> => {
    if (topic.retention !== 'compact' || keptDays === null) return 0;
    const untilMs = clock.now() - keptDays * DAY_MS;
    const options = { max: SLICE_RECORDS, waitMs: 0 };
    const oldest = await log.read(topic.name, partition, 0, options);
    const gone = oldest.filter(({ appendedAt, value }) => appendedAt < untilMs && value !== null);
    if (gone.length === 0) return 0;
    const tombstones = gone.map(({ key }) => ({ key, value: null }));
    const { kind } = await log.append(topic.name, partition, tombstones);
    return kind === 'durable' ? gone.length : 0;
  };

  const pause = (ms: number): Promise<void> => rest.during(clock.sleep(ms, abort.signal));
  const trim = async ({ rule, partition, low, before }: Due): Promise<number> => {
    const { name, retention } = rule.topic;
    if (retention === 'compact') return log.trim(name, partition, before);
    let removed = 0;
    for (let from = low; from < before && !abort.signal.aborted; ) {
      from = Math.min(before, from + SLICE_RECORDS);
      removed += await log.trim(name, partition, from);
      if (from < before) await pause(SLICE_PAUSE_MS);
    }
    return removed;
  };
  const applyRule = async (rule: RetentionRule): Promise<void> => {
    const { name } = rule.topic;
    const partitions = await log.partitions(name);
    for (let partition = 0; partition < partitions && !abort.signal.aborted; partition++) {
      const expired = await expire(rule, partition);
      const due = await dueOf(rule, partition);
      const removed = due ? await trim(due) : 0;
      if (expired + removed === 0) continue;
      const text = `Retention removed ${removed + expired} records of ${name}/${partition}.`;
      telemetry({ type: 'Notice', level: 'info', text });
    }
  };
  const pass = async (): Promise<void> => {
    for (const rule of rules) {
      await applyRule(rule).catch((error: Error) => {
        const text = `Retention of ${rule.topic.name} failed: ${error.message}`;
        telemetry({ type: 'Notice', level: 'warn', text });
      });
    }
  };
  const loop = async (): Promise<void> => {
    while (!abort.signal.aborted) {
      await pause(PASS_MS);
      if (!abort.signal.aborted) await pass();
    }
  };
  return {
    name: 'retention',
    start: async () => {
      done = loop();
    },
    stop: async () => {
      abort.abort();
      await done;
    },
    idle: () => abort.signal.aborted || rest.resting(),
  };
}
