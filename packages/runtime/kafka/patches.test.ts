import { createRequire } from 'node:module';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ORIGINALS, patchKafkajs, shapeOf } from './patches.ts';

interface Queue {
  scheduleRequestTimeoutCheck(): void;
  push(request: object): void;
  fulfillRequest(answer: object): void;
}

/** A request queue of kafkajs, and the names of its events. */
function setUp(): { queue: Queue; send(id: number, requestTimeout: number): void; told: string[] } {
  patchKafkajs();
  const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue');
  const quiet = { debug: () => {}, warn: () => {} };
  const queue: Queue = new RequestQueue({
    ...{ maxInFlightRequests: null, requestTimeout: 1_000, enforceRequestTimeout: true },
    ...{ clientId: 'c', broker: 'b', logger: quiet },
  });
  const told: string[] = [];
  const send = (id: number, requestTimeout: number): void => {
    const entry = {
      ...{ apiKey: 1, apiName: 'Fetch', apiVersion: 11, correlationId: id },
      resolve: () => told.push(`${id} answered`),
      reject: ({ name }: Error) => told.push(`${id} ${name}`),
    };
    queue.push({ entry, expectResponse: true, requestTimeout, sendRequest: () => {} });
  };
  return { queue, send, told };
}

describe('kafkajs patches', () => {
  afterEach(() => void vi.useRealTimers());

  it('KAFKA-10 what is replaced is what was studied, and is replaced once', () => {
    for (const [method, shape] of Object.entries(ORIGINALS)) {
      expect(shapeOf(method as keyof typeof ORIGINALS), method).toBe(shape);
    }
    expect(patchKafkajs()).toEqual([]);
    expect(patchKafkajs()).toEqual([]);
    for (const [method, shape] of Object.entries(ORIGINALS)) {
      expect(shapeOf(method as keyof typeof ORIGINALS), method).not.toBe(shape);
    }
  });

  it('KAFKA-11 a connection on which nothing is asked arms no timer', () => {
    vi.useFakeTimers();
    const { queue, send, told } = setUp();
    queue.scheduleRequestTimeoutCheck();
    expect(vi.getTimerCount()).toBe(0);
    send(1, 2_000);
    expect(vi.getTimerCount()).toBe(1);
    queue.fulfillRequest({ correlationId: 1, payload: null, size: 0 });
    vi.advanceTimersByTime(10_000);
    expect(vi.getTimerCount()).toBe(0);
    expect(told).toEqual(['1 answered']);
  });

  it('KAFKA-11 each request is told late once its own time is over, and not before', () => {
    vi.useFakeTimers();
    const { queue, send, told } = setUp();
    queue.scheduleRequestTimeoutCheck();
    send(1, 60_000);
    vi.advanceTimersByTime(500);
    send(2, 0);
    vi.advanceTimersByTime(950);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(200);
    expect(told).toEqual(['2 KafkaJSRequestTimeoutError']);
    vi.advanceTimersByTime(60_000);
    expect(told.slice(1)).toEqual(['1 KafkaJSRequestTimeoutError']);
    expect(vi.getTimerCount()).toBe(0);
  });
});
