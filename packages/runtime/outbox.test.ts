import { describe, expect, it } from 'vitest';
import { createSeededRng } from './clock/rng.ts';
import { createVirtualClock } from './clock/virtual.ts';
import { createOutboxRelay } from './outbox.ts';
import type { EventLog, OutboxRecord, Scope, StateStore } from './ports.ts';

const scope: Scope = { fold: 'facts', topology: 1, partition: 0 };
const START_MS = 1_781_000_000_000;
const ENTRIES = 3_000;

/** Everything that needs no time is done. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function entry(seq: number): OutboxRecord {
  return { topic: 'events.v1', partition: 0, seq, key: 'k', value: new Uint8Array([1]) };
}

function relayOver(settles: (asked: number) => boolean) {
  const clock = createVirtualClock(START_MS);
  let held = Array.from({ length: ENTRIES }, (_, seq) => entry(seq));
  let asked = 0;
  const appended: number[] = [];
  const log = {
    append: async (_topic: string, _partition: number, records: readonly OutboxRecord[]) => {
      appended.push(...records.map(({ seq }) => seq));
      return { kind: 'durable', firstOffset: 0, appendedAt: 0 };
    },
  } as unknown as EventLog;
  const store = {
    pending: async (_scope: Scope, max: number) => held.slice(0, max),
    settle: async (_scope: Scope, _own: string, entries: readonly OutboxRecord[]) => {
      asked += 1;
      if (settles(asked)) held = held.filter((one) => !entries.includes(one));
    },
  } as unknown as StateStore;
  const runner = { own: () => 'me', onCommit: () => {} };
  const relay = createOutboxRelay({ scope, runner, log, store, clock, rng: createSeededRng(7) });
  return { relay, clock, appended, left: () => held.length, asked: () => asked };
}

describe('outbox relay', () => {
  it('RUN-17 what has gathered leaves batch after batch, without a rest between them', async () => {
    const { relay, appended, left } = relayOver(() => true);
    await relay.start();
    await settled();
    expect(left()).toBe(0);
    expect(appended).toEqual(Array.from({ length: ENTRIES }, (_, seq) => seq));
    await relay.stop();
  });

  it('RUN-17 what it cannot settle, because another owns it by now, it does not send without a rest', async () => {
    const { relay, clock, asked } = relayOver((nth) => nth > 2);
    await relay.start();
    await settled();
    expect(asked()).toBe(1);
    for (let ms = 0; ms < 10_000; ms += 100) {
      clock.advanceTo(START_MS + ms);
      await settled();
    }
    expect(asked()).toBeGreaterThan(5);
    await relay.stop();
  });
});
