/**
 * Appends what a topic lacks, after comparing what it has: so an interrupted copy goes on where it
 * stopped, and nothing of anybody else's is ever taken for a part of it.
 */
import type { Clock, EventLog, LogRecord, NewRecord } from '@sapwood/runtime/ports';
import { EXIT, UserError } from '../exit.ts';
import type { Flow } from './origin.ts';

const BATCH_RECORDS = 500;
const BATCH_BYTES = 512 * 1024;
const READ_MS = 10_000;
const APPEND_TRIES = 5;
/** An append that was not answered may still arrive: longer than a producer holds a send. */
const UNSURE_MS = 10_000;
const PROGRESS_RECORDS = 50_000;

export interface Target {
  readonly log: EventLog;
  readonly clock: Clock;
  /** Told now and then, for a person. */
  readonly say: (text: string) => void;
}

export interface Copied {
  readonly topic: string;
  readonly records: number;
  /** Of the values. */
  readonly bytes: number;
}

/** How many records each partition has; by their sum a topic is empty or not. */
export async function sizesOf({ log }: Pick<Target, 'log'>, topic: string): Promise<number[]> {
  const sizes: number[] = [];
  for (let p = 0; p < (await log.partitions(topic)); p++) {
    const { low, high } = await log.bounds(topic, p);
    if (low > 0) throw foreign(topic, p, 0);
    sizes.push(high);
  }
  return sizes;
}

/**
 * Compares what is there with the beginning of `flow`; `whole`: with all of it. Throws `UserError`
 * where the topic has a record that is not this store's.
 */
export async function compareTopic(flow: Flow, target: Target, whole: boolean): Promise<Copied> {
  const { topic } = flow;
  const there = await sizesOf(target, topic);
  let bytes = 0;
  let records = 0;
  const wanted = await inBatches(flow, async (partition, at, batch) => {
    records += batch.length;
    for (const { value } of batch) bytes += value?.length ?? 0;
    const known = batch.slice(0, Math.max(0, there[partition]! - at));
    await requireSame(target.log, topic, partition, at, known);
  });
  for (const [partition, size] of there.entries()) {
    const expected = wanted.get(partition) ?? 0;
    if (size > expected) throw foreign(topic, partition, expected);
    if (whole && size < expected)
      throw new UserError(
        `${topic} is not whole: ${size} of ${expected} records.`,
        EXIT.difference,
      );
  }
  return { topic, records, bytes };
}

/** Call it after `compareTopic`. */
export async function copyTopic(flow: Flow, target: Target): Promise<void> {
  const { topic, most } = flow;
  const there = await sizesOf(target, topic);
  let done = 0;
  let told = 0;
  await inBatches(flow, async (partition, at, batch) => {
    const known = Math.min(batch.length, Math.max(0, there[partition]! - at));
    const lacking = batch.slice(known);
    if (lacking.length > 0) await appendSurely(target, topic, partition, at + known, lacking);
    done += batch.length;
    if (done - told < PROGRESS_RECORDS) return;
    told = done;
    target.say(
      `${topic}: ${done.toLocaleString('en-GB')} of at most ${most.toLocaleString('en-GB')} records`,
    );
  });
}

type Take = (partition: number, at: number, records: readonly NewRecord[]) => Promise<void>;

/** Answers how many records each partition has in all. */
async function inBatches(flow: Flow, take: Take): Promise<ReadonlyMap<number, number>> {
  const lanes = new Map<number, { at: number; bytes: number; waiting: NewRecord[] }>();
  const flush = async (partition: number): Promise<void> => {
    const lane = lanes.get(partition)!;
    const { at, waiting } = lane;
    Object.assign(lane, { at: at + waiting.length, bytes: 0, waiting: [] });
    if (waiting.length > 0) await take(partition, at, waiting);
  };
  for await (const { partition, record } of flow.records()) {
    const lane = lanes.get(partition) ?? { at: 0, bytes: 0, waiting: [] };
    lanes.set(partition, lane);
    const bytes = record.value?.length ?? 0;
    if (lane.bytes + bytes > BATCH_BYTES) await flush(partition);
    lane.waiting.push(record);
    lane.bytes += bytes;
    if (lane.waiting.length >= BATCH_RECORDS) await flush(partition);
  }
  for (const partition of lanes.keys()) await flush(partition);
  return new Map([...lanes].map(([partition, { at }]) => [partition, at]));
}

async function requireSame(
  log: EventLog,
  topic: string,
  partition: number,
  from: number,
  wanted: readonly NewRecord[],
): Promise<void> {
  for (let i = 0; i < wanted.length; ) {
    const options = { max: wanted.length - i, waitMs: READ_MS };
    const found = await log.read(topic, partition, from + i, options);
    if (found.length === 0)
      throw new UserError(`${topic}/${partition} was not readable.`, EXIT.unreachable);
    for (const record of found) {
      const isOurs = record.offset === from + i && isSame(record, wanted[i]!);
      if (!isOurs) throw foreign(topic, partition, from + i);
      i++;
    }
  }
}

function isSame(found: LogRecord, wanted: NewRecord): boolean {
  if (found.key !== wanted.key) return false;
  if (found.value === null || wanted.value === null) return found.value === wanted.value;
  const texts = [found.headers, wanted.headers ?? {}].map((headers) =>
    JSON.stringify(Object.entries(headers).sort()),
  );
  return Buffer.compare(found.value, wanted.value) === 0 && texts[0] === texts[1];
}

const foreign = (topic: string, partition: number, offset: number): UserError =>
  new UserError(
    `${topic} on Kafka is not empty, and record ${offset} of partition ${partition} is not this store's: delete the topics, run "sapwood topics apply", and migrate into empty ones.`,
  );

async function appendSurely(
  target: Target,
  topic: string,
  partition: number,
  at: number,
  records: readonly NewRecord[],
): Promise<void> {
  const { log, clock } = target;
  let reason = '';
  for (let tries = 0; tries < APPEND_TRIES; tries++) {
    const outcome = await log.append(topic, partition, records);
    if (outcome.kind === 'durable') {
      if (outcome.firstOffset === at) return;
      throw foreign(topic, partition, at);
    }
    reason = outcome.reason;
    if (outcome.kind === 'outcomeUnknown') await clock.sleep(UNSURE_MS);
    const { high } = await log.bounds(topic, partition);
    if (high === at) continue;
    return requireSame(log, topic, partition, at, records);
  }
  throw new UserError(
    `${topic} did not take a batch (${reason}); the same command goes on from there.`,
    EXIT.unreachable,
  );
}
