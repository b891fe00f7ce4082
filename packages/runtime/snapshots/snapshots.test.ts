import { snapshotCodec } from '@sapwood/contracts/codec';
import { factCodec } from '@sapwood/contracts/facts';
import type { Fact } from '@sapwood/core/facts';
import type { Put } from '@sapwood/core/fold-contract';
import type { Frame, MetricRecord } from '@sapwood/core/metrics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createCountingFold,
  factRecord,
  issueDraft,
  LEAVES_MS,
} from '../../../tests/support/counting-fold.ts';
import { createSeededRng } from '../clock/rng.ts';
import { createVirtualClock, type VirtualClock } from '../clock/virtual.ts';
import { createFoldRunner } from '../fold-runner.ts';
import { createOutboxRelay } from '../outbox.ts';
import type { EventLog, NewRecord, Scope } from '../ports.ts';
import { createSimulated, type Simulated } from '../simulated/index.ts';
import { awaitIdle } from '../supervise.ts';
import { deflated, inflated, recordOf, SNAPSHOTS } from './chunks.ts';
import { snapshotsOf } from './reader.ts';
import { createSnapshotWriter, type SnapshotLimits } from './writer.ts';

const START = 1_781_000_000_000;
const scope: Scope = { fold: 'facts', topology: 1, partition: 0 };
const EACH_FIVE: SnapshotLimits = { records: 5, everyMs: 1e9, recordsMin: 1e9 };
const NEVER: SnapshotLimits = { records: 1e9, everyMs: 1e9, recordsMin: 1e9 };

const facts = (n: number, from = 0): NewRecord[] =>
  Array.from({ length: n }, (_, i) => {
    const at = from + i;
    return factRecord(issueDraft(`i${at % 7}`, at % 2 ? 'slack' : 'email'), START + at * 90_000);
  });

interface Line {
  readonly told: string[];
  start(): Promise<void>;
  settle(ms?: number): Promise<void>;
  stop(): Promise<void>;
}

let seeds = 0;
function line(
  clock: VirtualClock,
  world: Simulated,
  limits: SnapshotLimits,
  slowMs: () => number = () => 0,
): Line {
  const told: string[] = [];
  const connection = world.connect();
  const common = {
    ...{ ...connection, scope, clock, rng: createSeededRng(++seeds) },
    telemetry: (event: { readonly type: string; readonly text?: string }): void => {
      if (event.text) told.push(event.text);
    },
  };
  const runner = createFoldRunner<Fact, MetricRecord, Frame>({
    ...common,
    source: { topic: 'facts.v1', partition: 0, codec: factCodec },
    createFold: createCountingFold,
    foreignCode: 'stop',
    fromSnapshots: true,
    slice: { records: 3 },
  });
  const slow: EventLog = {
    ...connection.log,
    append: async (topic, partition, records) => {
      if (topic === SNAPSHOTS) await clock.sleep(slowMs());
      return connection.log.append(topic, partition, records);
    },
  };
  const folding = [createOutboxRelay({ ...common, runner }), runner];
  const parts = [createSnapshotWriter({ ...common, log: slow, runner, limits }), ...folding];
  return {
    told,
    start: async () => {
      for (const part of parts) await part.start();
    },
    settle: async (ms = 6_000) => {
      const untilMs = clock.now() + ms;
      for (;;) {
        await awaitIdle(folding);
        const next = clock.nextAt();
        if (next === null || next > untilMs) break;
        clock.advanceTo(next);
      }
      clock.advanceTo(untilMs);
    },
    stop: async () => {
      for (const part of parts.toReversed()) await part.stop();
      connection.kill();
    },
  };
}

const newest = async (world: Simulated, code = 'count-1') =>
  (await snapshotsOf(scope, code, world.log))[0] ?? null;
const textsOf = (puts: Iterable<readonly [string, string, unknown]>): string[] =>
  [...puts].map(([space, field, bytes]) => `${space} ${field} ${bytes}`).sort();

/** The state of a fold that was never interrupted. */
function stateAfter(records: readonly NewRecord[]): string[] {
  const fold = createCountingFold();
  records.forEach(({ value }, offset) => {
    const fact = factCodec.decode(value!);
    fold.advance(fold.timeOf(fact));
    fold.ingest(fact, offset);
  });
  return textsOf(fold.encode() as Iterable<Put>);
}
async function stored(world: Simulated): Promise<string[]> {
  const puts: [string, string, unknown][] = [];
  for await (const [space, field, bytes] of world.store.load(scope)) {
    puts.push([space, field, Buffer.from(bytes!)]);
  }
  return textsOf(puts);
}
/** Each once, as a consumer keeps them. */
async function sent(world: Simulated): Promise<number[]> {
  const records = await world.log.read('events.v1', 0, 0, { max: 10_000, waitMs: 0 });
  return [...new Set(records.map(({ headers }) => Number(headers['seq'])))];
}

describe('snapshots', () => {
  it('SNAP-1 an empty store begins from the newest snapshot, and the rest is folded again', async () => {
    const clock = createVirtualClock(START + LEAVES_MS * 100);
    const world = createSimulated({ clock, outbox: 'store' });
    const records = facts(23);
    const first = line(clock, world, EACH_FIVE);
    await first.start();
    for (const record of records) {
      await world.log.append('facts.v1', 0, [record]);
      await first.settle();
    }
    await first.stop();
    const snapshot = await newest(world);
    expect(snapshot!.manifest.off).toBe(20);
    expect(textsOf(snapshot!.puts())).toEqual(stateAfter(records.slice(0, 20)));
    const before = await sent(world);
    world.wipeStore();
    const second = line(clock, world, NEVER);
    await second.start();
    await second.settle();
    expect(second.told).toEqual(['The state of facts/0 begins from a snapshot at offset 20.']);
    expect(await stored(world)).toEqual(stateAfter(records));
    expect(await sent(world)).toEqual(before);
    await second.stop();
  });

  it('SNAP-2 what is committed while it is written is in it, at whatever moment it came', async () => {
    let during = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const clock = createVirtualClock(START + LEAVES_MS * 100);
        const world = createSimulated({ clock, outbox: 'store' });
        const rng = createSeededRng(seed);
        const slowMs = (): number => Math.floor(rng.next() * 3_000);
        const first = line(clock, world, { ...EACH_FIVE, records: 3, pieceChars: 100 }, slowMs);
        await first.start();
        const records = facts(30);
        for (const record of records) {
          await world.log.append('facts.v1', 0, [record]);
          await first.settle(700);
        }
        await first.settle(60_000);
        await first.stop();
        const read = await world.log.read('facts.v1', 0, 0, { max: 1_000, waitMs: 0 });
        for (const { manifest, puts } of await snapshotsOf(scope, 'count-1', world.log)) {
          const folded = read.slice(0, manifest.off) as unknown as NewRecord[];
          expect(textsOf(puts())).toEqual(stateAfter(folded));
        }
        // In many pieces: commits came between them.
        const parts = await world.log.read(SNAPSHOTS, 0, 0, { max: 100, waitMs: 0 });
        during += parts.filter(({ key }) => Number(key?.split('/').at(-1)) > 3).length;
      }),
      { numRuns: 15 },
    );
    expect(during).toBeGreaterThan(5);
  });

  it('SNAP-3 half a snapshot does not count, and the one before it does', async () => {
    const clock = createVirtualClock(START);
    const world = createSimulated({ clock });
    const put: Put = ['conv', 'i1', '{}'];
    const manifest = { code: 'count-1', off: 9, tail: 'ff', T: START };
    const { createHash } = await import('node:crypto');
    const write = async (slot: 'A' | 'B', off: number, spoil: 'none' | 'sum' | 'hole') => {
      const chunks = ['i1', 'i2'].map((id) => deflated([['conv', id, `"${off}"`]]));
      const sum = createHash('sha256');
      for (const chunk of chunks) sum.update(chunk);
      const sha256 = spoil === 'sum' ? '00' : sum.digest('hex');
      const records = chunks.map((puts, chunk) =>
        recordOf(scope, slot, { chunk, puts, manifest: null }),
      );
      const last = recordOf(scope, slot, {
        chunk: chunks.length,
        puts: null,
        manifest: { ...manifest, off, sha256 },
      });
      if (spoil === 'hole') records.shift();
      await world.log.append(SNAPSHOTS, 0, [...records, last]);
    };
    await write('A', 10, 'none');
    await write('B', 20, 'sum');
    expect((await newest(world))?.manifest.off).toBe(10);
    await write('B', 30, 'hole');
    expect((await newest(world))?.manifest.off).toBe(10);
    await write('B', 40, 'none');
    expect((await newest(world))?.manifest.off).toBe(40);
    expect(await newest(world, 'count-2')).toBeNull();
    await world.log.append(SNAPSHOTS, 0, [
      { key: 'no record', value: new Uint8Array([1, 2, 3]) },
      recordOf(scope, 'A', { chunk: 0, puts: deflated([put]), manifest: null }),
    ]);
    expect((await newest(world))?.manifest.off).toBe(40);
    await world.log.append(SNAPSHOTS, 0, [
      { key: 'facts/1/B/0', value: new Uint8Array([1, 2, 3]) },
    ]);
    expect(await newest(world)).toBeNull();
  });

  it('SNAP-4 a snapshot of another log is passed over', async () => {
    const clock = createVirtualClock(START + LEAVES_MS * 100);
    const world = createSimulated({ clock });
    const first = line(clock, world, EACH_FIVE);
    await first.start();
    await world.log.append('facts.v1', 0, facts(12));
    await first.settle();
    await first.stop();
    const snapshot = (await newest(world))!;
    const other = createSimulated({ clock });
    await other.log.append('facts.v1', 0, facts(12, 100));
    const records = await world.log.read(SNAPSHOTS, 0, 0, { max: 100, waitMs: 0 });
    await other.log.append(SNAPSHOTS, 0, records);
    expect((await newest(other))?.manifest).toEqual(snapshot.manifest);
    const second = line(clock, other, NEVER);
    await second.start();
    await second.settle();
    expect(second.told).toEqual([]);
    expect(await stored(other)).toEqual(stateAfter(facts(12, 100)));
    await second.stop();
  });

  it('SNAP-5 it waits for what left with the state, and is not written where the store was lost', async () => {
    const clock = createVirtualClock(START + LEAVES_MS * 100);
    const world = createSimulated({ clock, outbox: 'store' });
    const held = world.connect();
    const common = { scope, clock, rng: createSeededRng(99), telemetry: () => {} };
    const runner = createFoldRunner<Fact, MetricRecord, Frame>({
      ...{ ...common, ...held, foreignCode: 'stop', createFold: createCountingFold },
      source: { topic: 'facts.v1', partition: 0, codec: factCodec },
    });
    const writer = createSnapshotWriter({ ...common, ...held, runner, limits: EACH_FIVE });
    await writer.start();
    await runner.start();
    await world.log.append('facts.v1', 0, facts(6));
    const later = async (ms: number): Promise<void> => {
      const untilMs = clock.now() + ms;
      for (let next = clock.nextAt(); next !== null && next <= untilMs; next = clock.nextAt()) {
        clock.advanceTo(next);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await awaitIdle([runner]);
    await later(5_000);
    // Nobody empties the outbox.
    expect(await newest(world)).toBeNull();
    world.wipeStore();
    await later(5_000);
    expect(writer.idle()).toBe(true);
    expect(await newest(world)).toBeNull();
    await runner.stop();
    await writer.stop();
  });

  it('SNAP-3 what was not answered is not passed over', async () => {
    const world = createSimulated({ clock: createVirtualClock(START) });
    const puts = deflated([['conv', 'i1', '{}']]);
    const record = recordOf(scope, 'A', { chunk: 0, puts, manifest: null });
    await world.log.append(SNAPSHOTS, 0, [record]);
    const silent = { ...world.log, read: async () => [] };
    await expect(snapshotsOf(scope, 'count-1', silent)).rejects.toMatchObject({ retriable: true });
  });

  it('SNAP-6 puts come back as they were', () => {
    const space = fc.constantFrom('conv' as const, 'dir' as const);
    const text = fc.option(fc.string({ unit: 'binary' }));
    const anyPuts = fc.array(fc.tuple(space, fc.string({ unit: 'binary' }), text));
    fc.assert(
      fc.property(anyPuts, (puts) => {
        const record = recordOf(scope, 'A', { chunk: 0, puts: deflated(puts), manifest: null });
        const back = inflated(snapshotCodec.decode(record.value!).puts!);
        expect(textsOf(back)).toEqual(textsOf(puts));
      }),
    );
  });
});
