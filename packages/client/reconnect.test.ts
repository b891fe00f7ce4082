import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { connect } from './index.ts';

/** A socket that the test opens and closes. */
class FakeSocket extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readyState = FakeSocket.CONNECTING;
  binaryType = 'blob';
  send(): void {}
  close(): void {}
  open(): void {
    this.readyState = FakeSocket.OPEN;
    this.dispatchEvent(new Event('open'));
  }
  end(): void {
    this.readyState = FakeSocket.CLOSED;
    this.dispatchEvent(new CloseEvent('close', { code: 1_006 }));
  }
}

/** A client, and the sockets that it made, the newest last. */
function subscribe() {
  const sockets: FakeSocket[] = [];
  class Noted extends FakeSocket {
    constructor() {
      super();
      sockets.push(this);
    }
  }
  const client = connect({ url: 'ws://127.0.0.1:9/v1/ws', webSocket: Noted });
  return { client, sockets };
}

/** How long it takes until `sockets` has another one, ms. */
async function untilNext(sockets: readonly FakeSocket[]): Promise<number> {
  const before = sockets.length;
  for (let ms = 0; ms <= 10_000; ms += 10) {
    if (sockets.length > before) return ms;
    await vi.advanceTimersByTimeAsync(10);
  }
  throw new Error('it does not try again');
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('SDK-12 after a connection that held it comes back within a second, however often', async () => {
  const { client, sockets } = subscribe();
  await vi.advanceTimersByTimeAsync(0);
  for (let time = 0; time < 12; time++) {
    sockets.at(-1)!.open();
    await vi.advanceTimersByTimeAsync(1_100);
    sockets.at(-1)!.end();
    expect(await untilNext(sockets)).toBeLessThanOrEqual(1_020);
  }
  client.close();
});

it('SDK-12 refused again and again, clients do not try at one moment', async () => {
  const waits = new Set<number>();
  for (let n = 0; n < 10; n++) {
    const { client, sockets } = subscribe();
    await vi.advanceTimersByTimeAsync(0);
    let waited = 0;
    for (let time = 0; time < 10; time++) {
      sockets.at(-1)!.end();
      waited = await untilNext(sockets);
    }
    expect(waited).toBeLessThanOrEqual(2_020);
    waits.add(waited);
    client.close();
  }
  expect(waits.size).toBeGreaterThan(3);
});
