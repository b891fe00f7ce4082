/**
 * Appends through kafkajs: acks of all in-sync replicas, one send in flight per partition, a
 * deadline of our own, and a client that is thrown away rather than waited for.
 */
import { type Kafka, Partitioners, type Producer, type RecordMetadata } from 'kafkajs';
import type { AppendOutcome, Clock, NewRecord } from '../ports.ts';

/** kafkajs may hold a send for much longer than its own limits say. */
const SEND_MS_MAX = 8_000;
const CONNECT_MS_MAX = 3_000;
/** A failed send with no success for this long: the client itself is suspect. */
const SILENCE_MS = 1_000;
const REBUILD_MS = 200;

/** After these nothing was written, whatever was tried before: the broker refuses such records. */
const CERTAIN_TYPES: ReadonlySet<string> = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TOPIC_EXCEPTION',
  'TOPIC_AUTHORIZATION_FAILED',
  'UNKNOWN_TOPIC_OR_PARTITION',
]);

export interface KafkaProducer {
  send(topic: string, partition: number, records: readonly NewRecord[]): Promise<AppendOutcome>;
  close(): Promise<void>;
}

/** Answers `late` if `work` takes longer; what becomes of it then is ignored. */
export async function within<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T | 'late'> {
  const limit = Promise.withResolvers<'late'>();
  const timer = clock.after(ms, () => limit.resolve('late'));
  work.catch(() => {});
  try {
    return await Promise.race([work, limit.promise]);
  } finally {
    timer.cancel();
  }
}

/** kafkajs hides the broker's answer behind wrappers: the innermost cause that has a type. */
function typeOf(error: unknown): string {
  let type = '';
  for (
    let at = error as { type?: string; cause?: unknown } | undefined;
    at;
    at = at.cause as never
  ) {
    if (at.type) type = at.type;
  }
  return type;
}

/** A message for a partition that does not exist is dropped without an error: count the answers. */
function outcomeOf(
  answers: readonly RecordMetadata[],
  partition: number,
  now: number,
): AppendOutcome {
  const [answer, ...others] = answers;
  if (!answer || others.length > 0 || answer.partition !== partition) {
    return { kind: 'rejected', reason: 'unknown_partition' };
  }
  const firstOffset = Number(answer.baseOffset ?? -1);
  if (answer.errorCode !== 0 || firstOffset < 0) {
    return { kind: 'rejected', reason: `error_code_${answer.errorCode}` };
  }
  const stamped = Number(answer.logAppendTime ?? -1);
  return { kind: 'durable', firstOffset, appendedAt: stamped > 0 ? stamped : now };
}

export function createProducer(newClient: () => Kafka, clock: Clock): KafkaProducer {
  const lanes = new Map<string, Promise<unknown>>();
  let current: Promise<Producer> | null = null;
  let lastSuccessMs = clock.monotonic();

  const connect = async (): Promise<Producer> => {
    const producer = newClient().producer({
      idempotent: false,
      allowAutoTopicCreation: false,
      metadataMaxAge: 5_000,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    const connected = await within(
      clock,
      CONNECT_MS_MAX,
      producer.connect().then(() => null),
    );
    if (connected !== 'late') return producer;
    discard(producer);
    throw new Error('no broker answered in time');
  };
  /** Never awaited: it would wait for the very request that hangs. */
  const discard = (producer: Producer): void => {
    producer.disconnect().catch(() => {});
  };
  const client = (): Promise<Producer> => {
    current ??= connect().catch(async (error: Error) => {
      current = null;
      await clock.sleep(REBUILD_MS);
      throw error;
    });
    return current;
  };
  const dropClient = (): void => {
    current?.then(discard).catch(() => {});
    current = null;
  };
  const failed = (error: Error): AppendOutcome => {
    const reason = typeOf(error) || error.message;
    if (CERTAIN_TYPES.has(reason)) return { kind: 'rejected', reason };
    if (clock.monotonic() - lastSuccessMs > SILENCE_MS) dropClient();
    return { kind: 'outcomeUnknown', reason };
  };
  const sendNow = async (
    topic: string,
    partition: number,
    records: readonly NewRecord[],
  ): Promise<AppendOutcome> => {
    let producer: Producer;
    try {
      producer = await client();
    } catch (error) {
      return { kind: 'rejected', reason: (error as Error).message };
    }
    const messages = records.map(({ key, value, headers }) => ({
      partition,
      key,
      value: value && Buffer.from(value.buffer, value.byteOffset, value.length),
      headers: { ...headers },
    }));
    try {
      const answers = await within(
        clock,
        SEND_MS_MAX,
        producer.send({ topic, acks: -1, messages }),
      );
      if (answers === 'late') {
        dropClient();
        return { kind: 'outcomeUnknown', reason: 'deadline' };
      }
      lastSuccessMs = clock.monotonic();
      return outcomeOf(answers, partition, clock.now());
    } catch (error) {
      return failed(error as Error);
    }
  };
  return {
    send: (topic, partition, records) => {
      // Overlapping sends to one partition may be written in either order when one is retried.
      const lane = `${topic}|${partition}`;
      const turn = (lanes.get(lane) ?? Promise.resolve()).then(() =>
        sendNow(topic, partition, records),
      );
      lanes.set(lane, turn);
      return turn;
    },
    close: async () => {
      const producer = await current?.catch(() => null);
      current = null;
      if (producer) await within(clock, CONNECT_MS_MAX, producer.disconnect());
    },
  };
}
