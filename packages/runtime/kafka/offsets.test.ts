import type { Admin } from 'kafkajs';
import { expect, it } from 'vitest';
import { fetchOffsets } from './offsets.ts';

const OFFSETS = [{ partition: 0, offset: '7', low: '0', high: '7' }];

/** An admin client whose broker answers with this. */
const adminThat = (answer: () => Promise<typeof OFFSETS>): Admin =>
  ({ fetchTopicOffsets: answer }) as unknown as Admin;
const failing = (error: Error): Promise<unknown> =>
  fetchOffsets(
    adminThat(async () => {
      throw error;
    }),
    'facts.v1',
  ).then(
    () => 'answered',
    (thrown: unknown) => thrown,
  );
/** As kafkajs takes apart an answer that tells of no partition. */
const noPartition = (): Error => {
  try {
    const { partitions } = [].pop() as unknown as { partitions: unknown };
    return new Error(String(partitions));
  } catch (error) {
    return error as Error;
  }
};
const lockTimeout = Object.assign(new Error('4 waiting locks'), {
  ...{ name: 'KafkaJSLockTimeout', retriable: false },
});

it('KAFKA-15 a broker that does not know the topic yet, or is slow, is worth asking again', async () => {
  expect(
    await fetchOffsets(
      adminThat(async () => OFFSETS),
      'facts.v1',
    ),
  ).toEqual(OFFSETS);
  expect(await failing(noPartition())).toMatchObject({ retriable: true });
  expect(await failing(lockTimeout)).toMatchObject({ retriable: true });
});

it('KAFKA-15 any other failure stays what it is', async () => {
  const other = Object.assign(new Error('not authorised'), { retriable: false });
  expect(await failing(other)).toBe(other);
});
