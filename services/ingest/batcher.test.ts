import { createVirtualClock } from '@sapwood/runtime/clock/virtual';
import type { AppendOutcome } from '@sapwood/runtime/ports';
import { describe, expect, it } from 'vitest';
import { createBucket, createInFlight } from './admission.ts';
import { type Batcher, createBatcher } from './batcher.ts';

interface Rig {
  readonly batcher: Batcher;
  readonly batches: string[][];
  readonly open: ((outcome: AppendOutcome) => void)[];
  readonly clock: ReturnType<typeof createVirtualClock>;
}
const DURABLE: AppendOutcome = { kind: 'durable', firstOffset: 0, appendedAt: 0 };

function rig(batchItemsMax = 4, batchBytesMax = 1_000): Rig {
  const clock = createVirtualClock(0);
  const batches: string[][] = [];
  const open: ((outcome: AppendOutcome) => void)[] = [];
  const batcher = createBatcher({
    clock,
    telemetry: () => {},
    limits: { deadlineMs: 4_000, batchItemsMax, batchBytesMax },
    log: {
      append: (_topic, _partition, records) => {
        batches.push(records.map((record) => record.key ?? ''));
        return new Promise((resolve) => open.push(resolve));
      },
    },
  });
  return { batcher, batches, open, clock };
}
const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};
const record = (key: string, bytes = 10) => ({ key, value: new Uint8Array(bytes) });

describe('batcher', () => {
  it('ING-30 one append at a time, and no workspace starves another', async () => {
    const { batcher, batches, open } = rig();
    for (let i = 0; i < 6; i++) void batcher.append('t', 0, 'loud', record(`loud${i}`));
    void batcher.append('t', 0, 'quiet', record('quiet'));
    await turns();
    expect(batches).toEqual([['loud0', 'quiet', 'loud1', 'loud2']]);
    open[0]!(DURABLE);
    await turns();
    expect(batches[1]).toEqual(['loud3', 'loud4', 'loud5']);
    open[1]!(DURABLE);
    await batcher.stop();
    expect(batcher.idle()).toBe(true);
    expect(await batcher.append('t', 0, 'quiet', record('late'))).toBe('unavailable');
  });
  it('ING-31 a batch has one target and a limit of bytes', async () => {
    const { batcher, batches, open } = rig(10, 25);
    for (const key of ['a', 'b', 'c']) void batcher.append('t', 0, 'w', record(key));
    void batcher.append('u', 0, 'x', record('other'));
    for (let i = 0; i < 3; i++) {
      await turns();
      open[i]?.(DURABLE);
    }
    await batcher.stop();
    expect(batches.map((batch) => batch.length)).toEqual([2, 1, 1]);
    expect(batches.flat().sort()).toEqual(['a', 'b', 'c', 'other']);
  });
  it('ING-32 what waited too long in the queue is refused and not written', async () => {
    const { batcher, batches, open, clock } = rig(1);
    const first = batcher.append('t', 0, 'w', record('first'));
    const second = batcher.append('t', 0, 'w', record('second'));
    await turns();
    clock.advanceTo(4_000);
    expect(await Promise.all([first, second])).toEqual(['unavailable', 'unavailable']);
    open[0]!(DURABLE);
    await batcher.stop();
    expect(batches).toEqual([['first']]);
  });
});

describe('admission', () => {
  it('ING-33 a bucket gives its burst, then its rate', () => {
    const bucket = createBucket(2, 3);
    expect([0, 0, 0, 0, 499, 500].map((ms) => bucket.take(ms))).toEqual([
      true,
      true,
      true,
      false,
      false,
      true,
    ]);
  });
  it('ING-34 items and bytes in flight are both limited', () => {
    const inFlight = createInFlight({ inFlightMax: 2, inFlightBytesMax: 10 });
    expect([inFlight.enter(6), inFlight.enter(6), inFlight.enter(4), inFlight.enter(0)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    inFlight.leave(6);
    expect(inFlight.enter(6)).toBe(true);
  });
});
