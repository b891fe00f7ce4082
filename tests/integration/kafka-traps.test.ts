/** What kafkajs and Kafka do silently, and the adapter must not. */
import { createSystemClock, createSystemRng } from '@sapwood/runtime/clock/system';
import { createKafka, type KafkaLog } from '@sapwood/runtime/kafka';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kafkaEngine } from '../support/engines.ts';

const engine = await kafkaEngine();
const clock = createSystemClock();
const rng = createSystemRng();
const text = (value: string) => [{ key: 'k', value: Buffer.from(value) }];

describe.skipIf(!engine)('Kafka adapter', () => {
  let log: KafkaLog;
  let topic = '';
  beforeEach(async () => {
    topic = `trap-${rng.id().slice(0, 8)}`;
    log = await createKafka({
      connection: { brokers: engine!.address.split(','), clientId: 'test' },
      clock,
      rng,
      telemetry: () => {},
      topics: [{ name: topic, retention: 'delete' }],
    });
    await log.createTopics(2, { replicationFactor: 1, flushEach: false });
  });
  afterEach(() => log.close());
  afterAll(() => engine?.stop());

  it('KAFKA-1 a record for a partition that does not exist is rejected, not dropped', async () => {
    expect(await log.append(topic, 5, text('lost'))).toMatchObject({ kind: 'rejected' });
  });

  it('KAFKA-2 a record that is too large is rejected, and the next one goes through', async () => {
    const big = [{ key: 'k', value: Buffer.alloc(2_000_000) }];
    expect(await log.append(topic, 0, big)).toMatchObject({
      kind: 'rejected',
      reason: 'MESSAGE_TOO_LARGE',
    });
    expect(await log.append(topic, 0, text('a'))).toMatchObject({
      kind: 'durable',
      firstOffset: 0,
    });
  });

  it('KAFKA-3 concurrent appends to a partition keep their order', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, i) => log.append(topic, 0, text(String(i)))),
    );
    expect(outcomes.map((o) => o.kind === 'durable' && o.firstOffset)).toEqual(
      Array.from({ length: 50 }, (_, i) => i),
    );
  });

  it('KAFKA-4 two readers of one partition at different places, and a jump back', async () => {
    for (let i = 0; i < 20; i++) await log.append(topic, 1, text(String(i)));
    const at = async (from: number): Promise<number[]> =>
      (await log.read(topic, 1, from, { max: 3, waitMs: 0 })).map(({ offset }) => offset);
    expect(await at(0)).toEqual([0, 1, 2]);
    expect(await at(10)).toEqual([10, 11, 12]);
    expect(await at(13)).toEqual([13, 14, 15]);
    expect(await at(3)).toEqual([3, 4, 5]);
  });

  it('KAFKA-5 a read at the head answers within its time, and sees what comes later', async () => {
    await log.append(topic, 0, text('a'));
    expect(await log.read(topic, 0, 1, { max: 10, waitMs: 200 })).toEqual([]);
    const waiting = log.read(topic, 0, 1, { max: 10, waitMs: 20_000 });
    await log.append(topic, 0, text('b'));
    expect((await waiting).map(({ offset }) => offset)).toEqual([1]);
  });
});
