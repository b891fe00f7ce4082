import type { Kafka } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../clock/virtual.ts';
import { createWaiters } from '../waiters.ts';
import type { FetchRequest } from './cluster.ts';
import { createFetcher } from './fetcher.ts';
import { createReader, type KafkaReader } from './reader.ts';

interface Fetch {
  readonly request: FetchRequest;
  /** `topic|partition@offset`, in order. */
  readonly places: string;
  /** Records of partition to text, and where its log ends. */
  answer(records: Readonly<Record<number, readonly [from: number, ...texts: string[]]>>): void;
  fail(error: Error): void;
}

/** A cluster of one broker whose fetches are answered by hand. */
function fake(): { newClient: () => Kafka; fetches: Fetch[]; learned: () => number } {
  const fetches: Fetch[] = [];
  let learned = 0;
  const fetch = (request: FetchRequest): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const asked = request.topics.flatMap(({ topic, partitions }) =>
        partitions.map(({ partition, fetchOffset }) => ({ topic, partition, from: fetchOffset })),
      );
      const answer: Fetch['answer'] = (records) => {
        const partitions = asked.map(({ partition, from }) => {
          const [first, ...texts] = records[partition] ?? [Number(from)];
          const messages = texts.map((text, i) => ({
            ...{ key: null, value: Buffer.from(text), offset: String(first + i) },
            ...{ timestamp: '0', headers: {}, isControlRecord: false },
          }));
          const highWatermark = String(first + texts.length);
          return { partition, highWatermark, abortedTransactions: [], messages };
        });
        resolve({ responses: [{ topicName: 't', partitions }] });
      };
      const places = asked.map(({ topic, partition, from }) => `${topic}|${partition}@${from}`);
      fetches.push({ request, places: places.sort().join(' '), answer, fail: reject });
    });
  const cluster = {
    connect: async () => {},
    disconnect: async () => {},
    addMultipleTargetTopics: async () => {},
    refreshMetadata: async () => {
      learned += 1;
    },
    findLeaderForPartitions: (_topic: string, partitions: number[]) => ({ 1: partitions }),
    findBroker: async () => ({ fetch }),
    fetchTopicsOffset: async () => [{ partitions: [{ offset: '7' }] }],
  };
  const symbol = Symbol('private:Kafka:createCluster');
  const newClient = (): Kafka => ({ [symbol]: () => cluster }) as unknown as Kafka;
  return { newClient, fetches, learned: () => learned };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const forEver = { max: 10, waitMs: 3_600_000 };

function setUp(): ReturnType<typeof fake> & { reader: KafkaReader; clock: VirtualClock } {
  const cluster = fake();
  const clock = createVirtualClock(0);
  const waiters = createWaiters(clock);
  const fetcher = createFetcher({ newClient: cluster.newClient, clock, waiters });
  return { ...cluster, clock, reader: createReader({ fetcher, clock, waiters }) };
}
const begin = async (clock: VirtualClock): Promise<void> => {
  await turn();
  clock.advanceTo(clock.now() + 1);
  await turn();
};
const textsOf = (records: readonly { readonly value: Uint8Array | null }[]): string[] =>
  records.map(({ value }) => Buffer.from(value!).toString());

describe('Kafka reader', () => {
  it('KAFKA-7 what waits at the head does not keep another place from being read', async () => {
    const { reader, clock, fetches } = setUp();
    const stop = new AbortController();
    const waiting = [0, 1].map((p) => reader.read('t', p, 5, { ...forEver, signal: stop.signal }));
    await begin(clock);
    expect(fetches.map(({ places }) => places)).toEqual(['t|0@5 t|1@5']);
    fetches[0]!.answer({});
    await turn();
    expect(fetches.slice(1).map(({ places }) => places)).toEqual(['t|0@5 t|1@5']);
    expect(fetches[1]!.request.maxWaitTime).toBeGreaterThanOrEqual(1_000);
    const back = reader.read('t', 0, 2, forEver);
    await turn();
    expect(fetches.slice(2).map(({ places }) => places)).toEqual(['t|0@2']);
    expect(fetches[2]!.request.maxWaitTime).toBeLessThan(10);
    fetches[2]!.answer({ 0: [2, 'c', 'd', 'e'] });
    expect(textsOf(await back)).toEqual(['c', 'd', 'e']);
    fetches[1]!.answer({ 1: [5, 'x'] });
    expect(textsOf(await waiting[1]!)).toEqual(['x']);
    stop.abort();
    expect(await waiting[0]).toEqual([]);
    reader.close();
  });

  it('KAFKA-7 an answer to what was asked before a jump is void', async () => {
    const { reader, clock, fetches } = setUp();
    const first = reader.read('t', 0, 40, { max: 10, waitMs: 1 });
    await begin(clock);
    clock.advanceTo(10);
    expect(await first).toEqual([]);
    clock.advanceTo(60_000);
    const second = reader.read('t', 0, 3, forEver);
    await turn();
    fetches[0]!.answer({ 0: [40, 'old'] });
    await turn();
    expect(fetches[1]!.places).toBe('t|0@3');
    fetches[1]!.answer({ 0: [3, 'new'] });
    expect(textsOf(await second)).toEqual(['new']);
    reader.close();
  });

  it('KAFKA-8 at rest one fetch waits for all, and what nobody reads is left out', async () => {
    const { reader, clock, fetches } = setUp();
    const stop = new AbortController();
    const once = reader.read('t', 0, 0, { max: 10, waitMs: 1 });
    const waiting = reader.read('t', 1, 5, { ...forEver, signal: stop.signal });
    await begin(clock);
    fetches[0]!.answer({});
    await turn();
    clock.advanceTo(10);
    expect(await once).toEqual([]);
    expect(fetches).toHaveLength(2);
    fetches[1]!.answer({});
    await turn();
    expect(fetches[2]!.places).toBe('t|0@0 t|1@5');
    clock.advanceTo(10_000);
    fetches[2]!.answer({});
    await turn();
    expect(fetches.slice(3).map(({ places }) => places)).toEqual(['t|1@5']);
    stop.abort();
    expect(await waiting).toEqual([]);
    reader.close();
  });

  it('KAFKA-12 another partition of a topic that is known is fetched at once', async () => {
    const { reader, clock, fetches, learned } = setUp();
    const first = reader.read('t', 0, 5, forEver);
    await begin(clock);
    fetches[0]!.answer({ 0: [5, 'a'] });
    expect(textsOf(await first)).toEqual(['a']);
    const before = learned();
    const second = reader.read('t', 1, 2, forEver);
    await turn();
    expect(fetches.at(-1)!.places).toContain('t|1@2');
    expect(learned()).toBe(before);
    fetches.at(-1)!.answer({ 1: [2, 'b'] });
    expect(textsOf(await second)).toEqual(['b']);
    reader.close();
  });

  it('KAFKA-9 a fetch that fails is tried again after a rest, from the same place', async () => {
    const { reader, clock, fetches, learned } = setUp();
    const read = reader.read('t', 0, 3, forEver);
    await begin(clock);
    fetches[0]!.fail(new Error('closed'));
    await turn();
    expect(fetches).toHaveLength(1);
    const before = learned();
    clock.advanceTo(clock.now() + 100);
    await turn();
    expect(learned()).toBeGreaterThan(before);
    expect(fetches[1]!.places).toBe('t|0@3');
    const gone = { name: 'KafkaJSOffsetOutOfRange', topic: 't', partition: 0 };
    fetches[1]!.fail(Object.assign(new Error('gone'), gone));
    await turn();
    clock.advanceTo(clock.now() + 1_000);
    await turn();
    expect(fetches[2]!.places).toBe('t|0@7');
    fetches[2]!.answer({ 0: [7, 'h'] });
    expect((await read).map(({ offset }) => offset)).toEqual([7]);
    reader.close();
  });

  it('KAFKA-16 no answer is not the answer that there is nothing', async () => {
    const { reader, clock, fetches } = setUp();
    const expected = { max: 10, waitMs: 1_000, expected: true };
    const outcome = (read: Promise<readonly unknown[]>): Promise<unknown> =>
      read.catch(({ code }: { code: string }) => code);
    const unanswered = outcome(reader.read('t', 0, 3, expected));
    await begin(clock);
    clock.advanceTo(clock.now() + 1_000);
    expect(await unanswered).toBe('SAPWOOD_LOG_UNREACHABLE');
    const again = outcome(reader.read('t', 0, 3, expected));
    fetches[0]!.answer({});
    await turn();
    clock.advanceTo(clock.now() + 1_000);
    expect(await again).toEqual([]);
    reader.close();
  });
});
