import type { Kafka, ProducerConfig, ProducerRecord } from 'kafkajs';
import { expect, it } from 'vitest';
import { createVirtualClock } from '../clock/virtual.ts';
import { createProducer } from './producer.ts';

interface Send {
  readonly record: ProducerRecord;
  answer(): void;
}

/** A client whose sends are answered by hand. */
function fake(): { newClient: () => Kafka; sends: Send[]; configs: ProducerConfig[] } {
  const sends: Send[] = [];
  const configs: ProducerConfig[] = [];
  const send = (record: ProducerRecord): Promise<unknown> =>
    new Promise((resolve) => {
      const { partition } = record.messages[0]!;
      const answered = { partition, errorCode: 0, baseOffset: String(sends.length) };
      sends.push({ record, answer: () => resolve([answered]) });
    });
  const producer = (config: ProducerConfig): object => {
    configs.push(config);
    return { connect: async () => {}, disconnect: async () => {}, send };
  };
  return { newClient: () => ({ producer }) as unknown as Kafka, sends, configs };
}
const turns = async (): Promise<void> => {
  for (let i = 0; i < 30; i++) await Promise.resolve();
};
const records = (key: string) => [{ key, value: Buffer.from(key) }];

it('KAFKA-6 acks of all, not idempotent, and one send per partition in flight', async () => {
  const { newClient, sends, configs } = fake();
  const producer = createProducer(newClient, createVirtualClock(0));
  const first = producer.send('t', 0, records('a'));
  const second = producer.send('t', 0, records('b'));
  const elsewhere = producer.send('t', 1, records('c'));
  await turns();
  const keys = (): unknown[] => sends.map(({ record }) => record.messages[0]!.key);
  expect(keys()).toEqual(['a', 'c']);
  expect(configs).toEqual([expect.objectContaining({ idempotent: false })]);
  sends[0]!.answer();
  sends[1]!.answer();
  await turns();
  expect(keys()).toEqual(['a', 'c', 'b']);
  sends[2]!.answer();
  const outcomes = await Promise.all([first, second, elsewhere]);
  expect(outcomes.map(({ kind }) => kind)).toEqual(['durable', 'durable', 'durable']);
  expect(sends.map(({ record }) => record.acks)).toEqual([-1, -1, -1]);
  await producer.close();
});
