/** Readers that compaction outran, and old appends that came late over newer ones. */
import { metricCodec } from '@sapwood/contracts/codec';
import { TOPICS } from '@sapwood/contracts/topics';
import { createFeed } from '@sapwood/gateway/feed';
import type { WorkspaceView } from '@sapwood/gateway/view';
import { createVirtualClock, type VirtualClock } from '@sapwood/runtime/clock/virtual';
import type { NewRecord } from '@sapwood/runtime/ports';
import { createSimulated, type Simulated } from '@sapwood/runtime/simulated';
import { awaitIdle } from '@sapwood/runtime/supervise';
import { beforeEach, describe, expect, it } from 'vitest';
import { frame, series } from './gateway-harness.ts';

const WHOLE = 'conversation-volume';
const PART = 'conversation-volume{channel=email}';

const value = (key: string, offset: number): NewRecord => {
  const made = series(key, offset, offset);
  const bytes = metricCodec.encode({ series: made, frame: null, tree: null });
  return { key: `${made.workspace}/${key}`, value: bytes };
};
const end = (offset: number): NewRecord => {
  const made = frame(offset);
  const bytes = metricCodec.encode({ series: null, frame: made, tree: null });
  return { key: `frame/${made.workspace}`, value: bytes };
};
const pass = (offset: number): NewRecord[] => [
  ...[value(WHOLE, offset), value(PART, offset), end(offset)],
];

describe('a gateway over a compacted topic', () => {
  let clock: VirtualClock;
  let world: Simulated;
  beforeEach(() => {
    clock = createVirtualClock(1_781_000_000_000);
    world = createSimulated({ clock });
  });
  const append = async (...records: NewRecord[]): Promise<void> => {
    await world.log.append(TOPICS.metrics.name, 0, records);
  };
  /** A gateway that starts now, and how far what it shows goes. */
  const open = async (): Promise<{
    readonly view: WorkspaceView;
    shown(): Promise<(number | undefined)[]>;
    stand(ms: number): void;
    stop(): Promise<void>;
  }> => {
    const connection = world.connect();
    const feed = createFeed({ log: connection.log, clock, telemetry: () => {} });
    await feed.start();
    const view = feed.view(frame(1).workspace);
    return {
      view,
      shown: async () => {
        await awaitIdle([feed]);
        // Its wait for records ends, and it looks at the head again.
        clock.advanceTo(clock.now() + 1_100);
        await awaitIdle([feed]);
        for (let i = 0; i < 50; i++) await Promise.resolve();
        const keys = [WHOLE, PART].map((key) => view.values.get(key)?.offset);
        return [view.frame?.offset, ...keys];
      },
      stand: (ms) => {
        connection.pause();
        clock.after(ms, () => connection.resume());
      },
      stop: () => feed.stop(),
    };
  };

  it('WS-61 a start in the middle of a pass shows nothing before its frame', async () => {
    await append(...pass(1));
    await append(value(WHOLE, 2));
    const { shown, stop } = await open();
    expect(await shown()).toEqual([undefined, undefined, undefined]);
    await append(value(PART, 2), end(2));
    expect(await shown()).toEqual([2, 2, 2]);
    await stop();
  });

  it('WS-61 a start after half a pass shows nothing under the frame before it', async () => {
    await append(...pass(1));
    await append(value(WHOLE, 2));
    const { shown, stop } = await open();
    expect(await shown()).toEqual([undefined, undefined, undefined]);
    await append(end(1));
    expect(await shown()).toEqual([undefined, undefined, undefined]);
    await append(...pass(3));
    expect(await shown()).toEqual([3, 3, 3]);
    await stop();
  });

  it('WS-61 a start after a frame shows all at once', async () => {
    await append(...pass(1));
    await append(...pass(2));
    const { shown, stop } = await open();
    expect(await shown()).toEqual([2, 2, 2]);
    await stop();
  });

  it('WS-46 WS-61 behind holes, who waits is answered once there is something to show', async () => {
    await append(...pass(1));
    await append(...pass(2));
    const shown: (number | undefined)[] = [];
    const feed = createFeed({
      ...{ log: world.connect().log, clock, telemetry: () => {} },
      onReplayed: () => shown.push(feed.view(frame(1).workspace).frame?.offset),
    });
    await feed.start();
    await awaitIdle([feed]);
    expect(shown).toEqual([2]);
    expect(feed.ready()).toBe(true);
    await feed.stop();
  });

  it('WS-61 a reader that stood still keeps what it showed until a pass is whole', async () => {
    await append(...pass(1));
    const { shown, stand, stop } = await open();
    expect(await shown()).toEqual([1, 1, 1]);
    stand(60_000);
    await append(...pass(2));
    await append(value(WHOLE, 3));
    clock.advanceTo(clock.now() + 60_000);
    expect(await shown()).toEqual([1, 1, 1]);
    await append(value(PART, 3), end(3));
    expect(await shown()).toEqual([3, 3, 3]);
    await stop();
  });

  it('WS-62 an older value that came late is not shown, and nothing newer beside it', async () => {
    await append(...pass(5));
    await append(value(WHOLE, 2));
    const { shown, stop } = await open();
    expect(await shown()).toEqual([undefined, undefined, undefined]);
    await append(end(6));
    expect(await shown()).toEqual([undefined, undefined, undefined]);
    await append(...pass(6));
    expect(await shown()).toEqual([6, 6, 6]);
    await append(value(WHOLE, 3));
    await append(end(7));
    expect(await shown()).toEqual([7, 6, 6]);
    await stop();
  });
});
