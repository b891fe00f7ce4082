/** The log as Kafka's own Java client reads it: our adapter may err in the same way as what it judges. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { TOPICS, type TopicKey } from '@sapwood/contracts/topics';
import type { Bounds, EventLog, LogRecord } from '@sapwood/runtime/ports';
import { fetchJars } from '../../../deploy/kafka/broker.ts';

const PROGRAM: string = new URL('./LogTool.java', import.meta.url).pathname;

export interface JavaLog {
  bounds(topic: string, partition: number): Promise<Bounds>;
  /** Some records from there on; none where it ends. */
  read(topic: string, partition: number, from: number): Promise<LogRecord[]>;
  /** Records below `before` are gone, as if retention had passed. */
  trim(topic: string, partition: number, before: number): Promise<void>;
  delete(topic: string): Promise<void>;
  close(): void;
}

interface Question {
  readonly lines: string[];
  resolve(lines: readonly string[]): void;
  reject(error: Error): void;
}

/** One process that is asked one thing after another; it outlives the death of any broker. */
export async function startJavaLog(
  brokers: readonly string[],
  onPid: (pid: number) => void,
): Promise<JavaLog> {
  const jars = await fetchJars();
  const options = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
  const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=off';
  const args = [...options, quiet, '-cp', `${jars}/*`, PROGRAM, brokers.join(',')];
  const child = spawn('java', args, { stdio: ['pipe', 'pipe', 'pipe'] });
  if (child.pid !== undefined) onPid(child.pid);
  const asked: Question[] = [];
  let said = '';
  child.stdin.on('error', () => {});
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000);
  });
  child.once('close', () => {
    for (const one of asked.splice(0))
      one.reject(new Error(`the reader of the log ended: ${said}`));
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line !== '.') return void asked[0]?.lines.push(line);
    const { lines, resolve, reject } = asked.shift()!;
    const failed = lines.find((one) => one.startsWith('! '));
    if (failed) reject(new Error(`the reader of the log: ${failed.slice(2)}`));
    else resolve(lines);
  });
  const ask = (question: string): Promise<readonly string[]> =>
    new Promise((resolve, reject) => {
      asked.push({ lines: [], resolve, reject });
      if (child.exitCode === null) child.stdin.write(`${question}\n`);
      else reject(new Error(`the reader of the log ended: ${said}`));
    });
  return {
    bounds: async (topic, partition) => {
      const [line] = await ask(`bounds ${topic} ${partition}`);
      const [low, high] = line!.split(' ').map(Number);
      return { low: low!, high: high! };
    },
    read: async (topic, partition, from) =>
      (await ask(`read ${topic} ${partition} ${from}`)).map(recordOf),
    trim: async (topic, partition, before) => {
      await ask(`trim ${topic} ${partition} ${before}`);
    },
    delete: async (topic) => {
      await ask(`delete ${topic}`);
    },
    close: () => {
      child.stdin.end();
    },
  };
}

function recordOf(line: string): LogRecord {
  const [offset, appendedAt, key, value] = line.split(' ');
  return {
    offset: Number(offset),
    appendedAt: Number(appendedAt),
    key: key === '-' ? null : Buffer.from(key!, 'base64').toString(),
    value: value === '-' ? null : Buffer.from(value!, 'base64'),
    headers: {},
  };
}

const refuse = (): never => {
  throw new Error('this log is for reading');
};

/** The port, of one partition, for those who only read. */
function reading(bounds: EventLog['bounds'], read: EventLog['read']): EventLog {
  return {
    ...{ bounds, read, append: refuse, assign: refuse, trim: refuse },
    partitions: async () => 1,
    close: async () => {},
  };
}

/** As it is now, and a moment later again. */
export const liveView = (java: JavaLog, partition: number): EventLog =>
  reading(
    (topic) => java.bounds(topic, partition),
    async (topic, _partition, from, { max }) =>
      (await java.read(topic, partition, from)).slice(0, max),
  );

/** The end of the line first: what is found there has its origin in what is read after it. */
const DOWNSTREAM: readonly TopicKey[] = [
  ...(['alerts', 'metrics', 'samples', 'events', 'corrections', 'facts'] as const),
  ...(['dlqFacts', 'dlqRaw', 'rawCost', 'rawPylon'] as const),
];

interface HeldTopic {
  readonly at: Bounds;
  readonly records: readonly LogRecord[];
}

async function hold(java: JavaLog, topic: string, partition: number): Promise<HeldTopic> {
  const at = await java.bounds(topic, partition);
  const records: LogRecord[] = [];
  for (let from = at.low; from < at.high; ) {
    const more = await java.read(topic, partition, from);
    if (more.length === 0) break;
    for (const record of more) if (record.offset < at.high) records.push(record);
    from = more.at(-1)!.offset + 1;
  }
  return { at, records };
}

/** As it is now, whoever goes on writing. */
export async function heldView(java: JavaLog, partition: number): Promise<EventLog> {
  const held = new Map<string, HeldTopic>();
  for (const key of DOWNSTREAM) {
    const { name } = TOPICS[key];
    held.set(name, await hold(java, name, partition));
  }
  return reading(
    async (topic) => held.get(topic)!.at,
    async (topic, _partition, from, { max }) => {
      const { records } = held.get(topic)!;
      const first = firstFrom(records, from);
      return records.slice(first, first + max);
    },
  );
}

/** Offsets rise, with holes where a topic is compacted. */
function firstFrom(records: readonly LogRecord[], from: number): number {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (records[middle]!.offset < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
