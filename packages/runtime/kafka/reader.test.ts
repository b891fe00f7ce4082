import type { Kafka } from 'kafkajs';
import { expect, it } from 'vitest';
import { createVirtualClock } from '../clock/virtual.ts';
import { createWaiters } from '../waiters.ts';
import { createReader } from './reader.ts';

type Listener = (event: { payload: object }) => void;

/** A consumer that notes what is asked of it; `join` ends its group's rebalance. */
function fake(): { newClient: () => Kafka; asked: string[]; join(): void } {
  const asked: string[] = [];
  let joined: Listener = () => {};
  const partitionsOf = ([{ partitions }]: [{ partitions: number[] }]): string => partitions.join();
  const consumer = {
    events: { GROUP_JOIN: 'join', CRASH: 'crash' },
    on: (event: string, listener: Listener) => {
      if (event === 'join') joined = listener;
    },
    connect: async () => {},
    subscribe: async () => {},
    run: async () => {},
    disconnect: async () => {},
    pause: (places: [{ partitions: number[] }]) => asked.push(`pause ${partitionsOf(places)}`),
    resume: (places: [{ partitions: number[] }]) => asked.push(`resume ${partitionsOf(places)}`),
    seek: ({ partition, offset }: { partition: number; offset: string }) =>
      asked.push(`seek ${partition} to ${offset}`),
  };
  const newClient = (): Kafka => ({ consumer: () => consumer }) as unknown as Kafka;
  return { newClient, asked, join: () => joined({ payload: {} }) };
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('KAFKA-7 it pauses at the join, and seeks only then, to where its caller stands', async () => {
  const { newClient, asked, join } = fake();
  const clock = createVirtualClock(0);
  const waiters = createWaiters(clock);
  const reader = createReader({
    ...{ newClient, clock, waiters },
    newGroupId: () => 'g',
    topic: 't',
    partitions: 2,
  });
  const stop = new AbortController();
  const read = reader.read(1, 42, { max: 1, waitMs: 60_000, signal: stop.signal });
  await turn();
  expect(asked).toEqual([]);
  for (let round = 0; round < 2; round++) {
    join();
    expect(asked).toEqual(['pause 0', 'pause 1']);
    await turn();
    expect(asked.splice(0)).toEqual(['pause 0', 'pause 1', 'seek 1 to 42', 'resume 1']);
  }
  stop.abort();
  expect(await read).toEqual([]);
  await reader.close();
});
