import type { Series } from '@sapwood/core/metrics';
import type { Clock } from '@sapwood/runtime/ports';
import { describe, expect, it } from 'vitest';
import { Session } from './session.ts';
import { WorkspaceView } from './view.ts';

const KEY = 'conversation-volume';

function frame(offset: number) {
  return { workspace: 'w', topology: 1, offset, asOf: offset, watermarks: [], catchingUp: false };
}
const series = (offset: number) =>
  ({ workspace: 'w', topology: 1, key: KEY, offset, cells: [] }) as unknown as Series;

/** A session on a hand-moved clock and a socket whose buffer the test sets. */
function rig(client: 'wall' | 'desk' = 'desk', replayed = true) {
  let now = 0;
  const sent: { type: string; json: string }[] = [];
  const state = { buffered: 0, closed: 0 };
  const clock = { now: () => now, monotonic: () => now } as Clock;
  const view = new WorkspaceView('w');
  view.replayed = replayed;
  view.acceptSeries(series(1));
  view.acceptFrame(frame(1), 0);
  const session = new Session({
    view,
    viewer: 'floor',
    clock,
    build: 'b',
    epoch: 'e',
    currency: 'USD',
    notice: null,
    wire: {
      send: (type, json) => sent.push({ type, json }),
      bufferedBytes: () => state.buffered,
      close: (code) => {
        state.closed = code;
      },
    },
  });
  session.onMessage(JSON.stringify({ type: 'hello', client }));
  session.onMessage(JSON.stringify({ type: 'subscribe', keys: ['*'] }));
  return {
    session,
    view,
    state,
    sent,
    pass(offset: number): void {
      view.acceptSeries(series(offset));
      view.acceptFrame(frame(offset), now);
    },
    /** Beats each 250 ms, as the hub does. */
    wait(ms: number): void {
      for (const end = now + ms; now < end; ) {
        now += 250;
        session.tick();
      }
    },
    types: (): string[] => sent.map((one) => one.type),
  };
}

describe('session', () => {
  it('WS-40 a slow client gets nothing while it is slow, then the newest values once', () => {
    const r = rig();
    r.state.buffered = 300 * 1024;
    r.wait(250);
    for (let offset = 2; offset < 30; offset += 1) r.pass(offset);
    r.wait(5_000);
    expect(r.types()).toEqual(['hello', 'snapshot', 'live']);
    r.state.buffered = 0;
    r.wait(250);
    expect(r.types().slice(3)).toEqual(['values']);
    expect(r.sent[3]!.json).toContain('"offset":29');
    expect(r.state.closed).toBe(0);
  });

  it('WS-41 10 s of slowness, or 1 MiB that does not shrink, closes with 4008', () => {
    const slow = rig();
    slow.state.buffered = 300 * 1024;
    slow.wait(9_750);
    expect(slow.state.closed).toBe(0);
    slow.wait(1_000);
    expect(slow.state.closed).toBe(4008);
    const heavy = rig();
    heavy.state.buffered = 2 * 1024 * 1024;
    heavy.wait(1_500);
    expect(heavy.state.closed).toBe(4008);
    const draining = rig();
    for (let left = 3 * 1024 * 1024; left > 0; left -= 200 * 1024) {
      draining.state.buffered = left;
      draining.wait(250);
    }
    expect(draining.state.closed).toBe(0);
  });

  it('WS-42 a frame is passed on at once, and a heartbeat fills a silence of 5 s', () => {
    const r = rig();
    r.wait(1_000);
    r.view.acceptFrame(frame(2), 1_000);
    expect(r.types().slice(3)).toEqual(['heartbeat']);
    r.wait(4_750);
    expect(r.types()).toHaveLength(4);
    r.wait(250);
    expect(r.types().slice(4)).toEqual(['heartbeat']);
    const heartbeat = JSON.parse(r.sent[4]!.json) as { frameAgeMs: number };
    expect(heartbeat.frameAgeMs).toBe(5_000);
  });

  it('WS-43 a desk gets at most 4 batches a second, a wall one', () => {
    for (const [client, most] of [
      ['desk', 4],
      ['wall', 1],
    ] as const) {
      const r = rig(client);
      r.wait(1_000);
      const before = r.sent.length;
      for (let i = 0; i < 40; i += 1) {
        r.pass(10 + i);
        if (i % 10 === 9) r.wait(250);
      }
      const batches = r.types().slice(before).length;
      expect(batches).toBeLessThanOrEqual(most + 1);
      r.wait(1_000);
      expect(r.sent.at(-1)!.json).toContain('"offset":49');
    }
  });

  it('WS-44 a connection that says nothing for 5 s is closed', () => {
    let now = 0;
    let closed = 0;
    const session = new Session({
      view: new WorkspaceView('w'),
      viewer: 'floor',
      clock: { now: () => now, monotonic: () => now } as Clock,
      build: 'b',
      epoch: 'e',
      currency: 'USD',
      notice: null,
      wire: {
        send: () => undefined,
        bufferedBytes: () => 0,
        close: (code) => {
          closed = code;
        },
      },
    });
    now = 5_001;
    session.tick();
    expect(closed).toBe(4009);
  });

  it('WS-46 while the gateway reads what was there before it, a client waits, and is not sent away', () => {
    const r = rig('desk', false);
    r.wait(8_000);
    r.pass(2);
    r.wait(1_000);
    expect(r.types()).toEqual(['hello']);
    r.view.replayed = true;
    r.wait(250);
    expect(r.types()).toEqual(['hello', 'snapshot', 'live']);
    expect(r.sent[1]!.json).toContain('"offset":2');
    expect(r.state.closed).toBe(0);
  });

  it('WS-45 a ring that no longer holds all alerts resets instead of sending some', () => {
    const view = new WorkspaceView('w');
    view.replayed = true;
    for (let i = 0; i < 1_100; i += 1) {
      view.acceptAlert({ alertId: `a${i}`, revision: 1, status: 'resolved' } as never);
    }
    expect(view.alertsSince(10)).toBeNull();
    expect(view.alertsSince(1_000)).toHaveLength(100);
    expect(view.alertsSince(1_101)).toBeNull();
  });
});
