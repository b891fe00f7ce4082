import { eventCodec, metricCodec } from '@sapwood/contracts/codec';
import { factCodec } from '@sapwood/contracts/facts';
import type { Fact } from '@sapwood/core/facts';
import type { Frame, MetricRecord } from '@sapwood/core/metrics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createCountingFold,
  factRecord,
  issueDraft,
  LEAVES_MS,
  tickDraft,
} from '../../tests/support/counting-fold.ts';
import { applyRecord } from './apply.ts';
import { claim } from './claim.ts';
import { createSeededRng } from './clock/rng.ts';
import { createVirtualClock, type VirtualClock } from './clock/virtual.ts';
import { createFoldRunner, type FoldRunner, type FoldRunnerDeps } from './fold-runner.ts';
import { createOutboxRelay } from './outbox.ts';
import type { NewRecord, Scope } from './ports.ts';
import { createRelay } from './relay.ts';
import { createSimulated, type Simulated, type SimulatedConnection } from './simulated/index.ts';
import { awaitIdle } from './supervise.ts';
import type { TelemetryEvent } from './telemetry.ts';

const START = 1_781_000_000_000;
const scope: Scope = { fold: 'facts', topology: 1, partition: 0 };
const source = { topic: 'facts.v1', partition: 0, codec: factCodec };
type Deps = FoldRunnerDeps<Fact, MetricRecord, Frame>;

interface Rig {
  readonly runner: FoldRunner<MetricRecord, Frame>;
  readonly told: TelemetryEvent[];
  start(): Promise<void>;
  /** Until nothing happens any more for `ms`. */
  settle(ms?: number): Promise<void>;
  stop(): Promise<void>;
}

function rig(clock: VirtualClock, connection: SimulatedConnection, over: Partial<Deps> = {}): Rig {
  const told: TelemetryEvent[] = [];
  const telemetry = (event: TelemetryEvent): void => void told.push(event);
  const rng = createSeededRng(++seeds);
  const common = { ...connection, scope, clock, rng, telemetry };
  const runner = createFoldRunner({
    ...common,
    source,
    createFold: createCountingFold,
    foreignCode: 'stop',
    ...over,
  });
  const parts = [
    runner,
    createRelay({ ...common, runner, inputTopic: 'facts.v1' }),
    createOutboxRelay({ ...common, runner }),
  ];
  return {
    runner,
    told,
    start: async () => {
      for (const part of parts) await part.start();
    },
    settle: async (ms = 6_000) => {
      const untilMs = clock.now() + ms;
      for (;;) {
        await awaitIdle(parts);
        const next = clock.nextAt();
        if (next === null || next > untilMs) break;
        clock.advanceTo(next);
      }
    },
    stop: async () => {
      await Promise.all(parts.map((part) => part.stop()));
    },
  };
}
let seeds = 0;

const append = (world: Simulated, records: readonly NewRecord[]): Promise<unknown> =>
  world.log.append('facts.v1', 0, records);

/** Records from a compact description: which issue, which channel, how much later. */
const arbitraryLog = fc.array(
  fc.record({
    entity: fc.constantFrom('i1', 'i2', 'i3', 'i4', 'i5', 'poison', 'tick'),
    channel: fc.constantFrom('email', 'slack'),
    laterMs: fc.constantFrom(0, 1, 60_000, LEAVES_MS),
  }),
  { minLength: 1, maxLength: 25 },
);
type Described = typeof arbitraryLog extends fc.Arbitrary<infer T> ? T : never;

function recordsOf(described: Described): NewRecord[] {
  let at = START;
  return described.map(({ entity, channel, laterMs }) => {
    at += laterMs;
    return factRecord(entity === 'tick' ? tickDraft : issueDraft(entity, channel), at);
  });
}

/** The state and outputs of a fold that was never interrupted. */
function reference(records: readonly NewRecord[]): {
  puts: string[];
  events: string[];
  live: string[];
} {
  const fold = createCountingFold();
  records.forEach((record, offset) => {
    applyRecord(fold, factCodec, { ...record, headers: {}, offset, appendedAt: 0 });
  });
  const { outbox } = fold.touched();
  return {
    puts: [...fold.encode()].map((put) => put.join(' ')),
    events: outbox.map(({ seq, key }) => `${seq} ${key}`),
    live: [...fold.keys()].map((key) => `${key} ${fold.read(key)!.series!.waiting!.count}`).sort(),
  };
}

async function storedPuts(world: Simulated): Promise<string[]> {
  const puts: string[] = [];
  for await (const [space, field, bytes] of world.store.load(scope)) {
    puts.push(`${space} ${field} ${Buffer.from(bytes!)}`);
  }
  return puts;
}

/** As a consumer reads: in order, skipping what it has seen, and never a gap. */
async function sentEvents(world: Simulated): Promise<string[]> {
  const records = await world.log.read('events.v1', 0, 0, { max: 10_000, waitMs: 0 });
  const events: string[] = [];
  let last = 0;
  for (const { value, key } of records) {
    const { seq } = eventCodec.decode(value!);
    if (seq <= last) continue;
    if (seq !== last + 1) throw new Error(`seq ${seq} after ${last}`);
    last = seq;
    events.push(`${seq} ${key}`);
  }
  return events;
}

async function shown(world: Simulated): Promise<{ live: string[]; frame: Frame | null }> {
  const records = await world.log.read('metrics.v1', 0, 0, { max: 10_000, waitMs: 0 });
  const live: string[] = [];
  let frame: Frame | null = null;
  for (const { key, value } of records) {
    if (!value) continue;
    const record = metricCodec.decode(value);
    if (record.frame) ({ frame } = record);
    else live.push(`${key} ${record.series!.waiting!.count}`);
  }
  return { live: live.sort(), frame };
}

async function expectTruth(world: Simulated, records: readonly NewRecord[]): Promise<void> {
  const truth = reference(records);
  expect(await storedPuts(world)).toEqual(truth.puts);
  expect(await sentEvents(world)).toEqual(truth.events);
  const { live, frame } = await shown(world);
  expect(live).toEqual(truth.live);
  expect(frame).toMatchObject({ offset: records.length, topology: 1, catchingUp: false });
}

describe('fold runner', () => {
  it('RUN-1 folds, commits, emits and publishes', async () => {
    const clock = createVirtualClock(START);
    const world = createSimulated({ clock, outbox: 'store' });
    const records = ['i1', 'i2', 'i1'].map((id, i) => factRecord(issueDraft(id), START + i));
    const { start, settle, stop, told } = rig(clock, world);
    await start();
    await append(world, records);
    await settle();
    await expectTruth(world, records);
    const counts = told.filter((e) => e.type === 'FactsApplied');
    expect(counts.reduce((n, e) => n + e.applied + e.redundant, 0)).toBe(3);
    await stop();
  });

  it('RUN-2 any slicing gives the same state and the same output', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryLog, fc.integer({ min: 1, max: 6 }), async (described, size) => {
        const clock = createVirtualClock(START);
        const world = createSimulated({ clock, outbox: 'store' });
        const records = recordsOf(described);
        const { start, settle, stop } = rig(clock, world, { slice: { records: size } });
        for (const record of records) await append(world, [record]);
        await start();
        await settle();
        await expectTruth(world, records);
        await stop();
      }),
      { numRuns: 60 },
    );
  });

  it('RUN-3 a crash at any await, then a restart, gives the same state and output', async () => {
    let crashes = 0;
    await fc.assert(
      fc.asyncProperty(
        arbitraryLog,
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 3 }),
        fc.constantFrom('log' as const, 'store' as const),
        async (described, crashPoints, outbox) => {
          const clock = createVirtualClock(START);
          const world = createSimulated({ clock, outbox });
          const records = recordsOf(described);
          await append(world, records.slice(0, 12));
          for (const crashAt of crashPoints) {
            const crashed = Promise.withResolvers<void>();
            const connection = world.connect({
              crashAt,
              onCrash: () => {
                crashes++;
                crashed.resolve();
              },
            });
            const doomed = rig(clock, connection, { slice: { records: 4 } });
            await Promise.race([crashed.promise, doomed.start().then(() => doomed.settle())]);
            connection.kill();
          }
          if (records.length > 12) await append(world, records.slice(12));
          const { start, settle, stop } = rig(clock, world.connect(), { slice: { records: 4 } });
          await start();
          await settle();
          await expectTruth(world, records);
          await stop();
        },
      ),
      { numRuns: 150 },
    );
    expect(crashes).toBeGreaterThan(100);
  });

  it('RUN-4 lost and doubled answers of log and store change nothing', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryLog, fc.nat(), async (described, seed) => {
        const clock = createVirtualClock(START);
        const world = createSimulated({ clock, rng: createSeededRng(seed), outbox: 'store' });
        const records = recordsOf(described);
        await append(world, records);
        world.setFaults({
          lostCommit: 0.2,
          lostCommitAnswer: 0.3,
          doubleAppend: 0.2,
          lostAnswer: 0.2,
          lostAppend: 0.2,
        });
        const { start, settle, stop } = rig(clock, world, { slice: { records: 3 } });
        await start();
        await settle(20_000);
        world.setFaults({});
        await settle(20_000);
        await expectTruth(world, records);
        await stop();
      }),
      { numRuns: 60 },
    );
  });

  it('RUN-5 a store that rolled back, or came back empty, is rebuilt from the log', async () => {
    for (const lose of ['roll back', 'wipe'] as const) {
      const clock = createVirtualClock(START);
      const world = createSimulated({ clock });
      const records = ['i1', 'i2', 'i3', 'i4'].map((id, i) =>
        factRecord(issueDraft(id), START + i),
      );
      const { start, settle, stop, told } = rig(clock, world);
      await start();
      await append(world, records.slice(0, 1));
      await settle();
      const rollBack = world.snapshotStore();
      await append(world, records.slice(1, 3));
      await settle();
      if (lose === 'wipe') world.wipeStore();
      else rollBack();
      await append(world, records.slice(3));
      await settle();
      await expectTruth(world, records);
      expect(told.map((e) => e.type === 'CommitConflict' && e.kind)).toContain(
        lose === 'wipe' ? 'EMPTY' : 'OFFSET',
      );
      await stop();
    }
  });

  it('RUN-6 of two owners one is fenced, and neither alters a result', async () => {
    const clock = createVirtualClock(START);
    const world = createSimulated({ clock });
    const records = Array.from({ length: 30 }, (_, i) =>
      factRecord(issueDraft(`i${i}`), START + i),
    );
    const a = rig(clock, world.connect());
    const b = rig(clock, world.connect());
    await a.start();
    await a.settle();
    await b.start();
    for (const record of records) {
      await append(world, [record]);
      await Promise.race([a.settle(400), b.settle(400)]);
    }
    await a.stop();
    await b.settle(20_000);
    await expectTruth(world, records);
    await b.stop();
  });

  it('RUN-7 another code version stops the partition, or rebuilds it where that is allowed', async () => {
    const clock = createVirtualClock(START);
    const world = createSimulated({ clock });
    const records = ['i1', 'i2'].map((id, i) => factRecord(issueDraft(id), START + i));
    await append(world, records);
    const first = rig(clock, world.connect());
    await first.start();
    await first.settle();
    await first.stop();
    const createFold = (): ReturnType<typeof createCountingFold> => createCountingFold('count-2');
    const refused = rig(clock, world.connect(), { createFold });
    await refused.start();
    expect(await refused.runner.ended).toMatchObject({ reason: 'FOREIGN_CODE' });
    await refused.stop();
    const rebuilt = rig(clock, world.connect(), { createFold, foreignCode: 'rebuild' });
    await rebuilt.start();
    await rebuilt.settle();
    expect((await world.store.meta(scope))!.code).toBe('count-2');
    expect(await storedPuts(world)).toEqual(reference(records).puts);
    await rebuilt.stop();
  });

  it('RUN-8 a truncated, cut or exchanged log stops the partition and nothing is published', async () => {
    const clock = createVirtualClock(START);
    const records = ['i1', 'i2', 'i3'].map((id, i) => factRecord(issueDraft(id), START + i));
    const world = createSimulated({ clock });
    await append(world, records);
    const first = rig(clock, world.connect());
    await first.start();
    await first.settle();
    await first.stop();
    const stopsWith = async (other: Simulated, reason: string): Promise<void> => {
      const connection = { ...world.connect(), log: other.log };
      const { start, runner, stop } = rig(clock, connection);
      await start();
      expect(await runner.ended).toMatchObject({ reason });
      await stop();
      expect((await other.log.bounds('metrics.v1', 0)).high).toBe(0);
    };
    const logOf = async (news: readonly NewRecord[]): Promise<Simulated> => {
      const other = createSimulated({ clock });
      await append(other, news);
      return other;
    };
    await stopsWith(await logOf(records.slice(0, 2)), 'LOG_TRUNCATED');
    await stopsWith(await logOf([...records.slice(1), records[0]!]), 'LOG_DIVERGED');
    const cut = await logOf([...records, ...records]);
    await cut.log.trim('facts.v1', 0, 5);
    await stopsWith(cut, 'PASSED_BY_RETENTION');
    world.wipeStore();
    await stopsWith(cut, 'HISTORY_GONE');
  });

  it('RUN-9 poison is counted and noted inside the commit; the others go on', async () => {
    const clock = createVirtualClock(START);
    const world = createSimulated({ clock });
    const good = factRecord(issueDraft('i1'), START);
    const flipped = Buffer.from(good.value!);
    flipped[20]! ^= 1;
    const records = [
      good,
      { key: 'x', value: flipped },
      factRecord(issueDraft('poison'), START + 1),
      factRecord(issueDraft('i2'), START + 2),
      { key: 'y', value: null },
    ];
    await append(world, records);
    const { start, settle, stop } = rig(clock, world);
    await start();
    await settle();
    await expectTruth(world, records);
    const noted = await world.log.read('dlq.facts.v1', 0, 0, { max: 10, waitMs: 0 });
    expect(noted.map(({ key }) => key)).toEqual(['facts.v1/0/1', 'facts.v1/0/2', 'facts.v1/0/4']);
    expect(await storedPuts(world)).toContain('dir counters {"poisoned":3,"seq":2}');
    await stop();
  });

  it('RUN-10 a fold that says stop stops before that record, and what came before is kept', async () => {
    const clock = createVirtualClock(START);
    const world = createSimulated({ clock });
    await append(world, [
      factRecord(issueDraft('i1'), START),
      factRecord(issueDraft('halt'), START),
    ]);
    const { start, runner, stop } = rig(clock, world);
    await start();
    expect(await runner.ended).toMatchObject({ reason: 'REFUSED', detail: 'Record 1: told to.' });
    expect(await world.store.meta(scope)).toMatchObject({ off: 1 });
    await stop();
  });

  it('RUN-11 a gap in the log stops the partition before anything after it is folded', async () => {
    const clock = createVirtualClock(START);
    const world = createSimulated({ clock });
    const records = ['i1', 'i2', 'i3'].map((id, i) => factRecord(issueDraft(id), START + i));
    await append(world, records);
    const { log, store } = world;
    const holed: typeof log = {
      ...log,
      read: async (...args) => (await log.read(...args)).filter(({ offset }) => offset !== 1),
    };
    const { start, runner, stop } = rig(clock, { ...world.connect(), log: holed, store });
    await start();
    expect(await runner.ended).toMatchObject({ reason: 'GAP' });
    expect(await store.meta(scope)).toMatchObject({ off: 0 });
    await stop();
  });

  it('RUN-12 who looks between slices never sees a state that is ahead of its offset', async () => {
    const clock = createVirtualClock(START);
    const world = createSimulated({ clock });
    const { log, store } = world;
    const gate = Promise.withResolvers<void>();
    const slow: typeof store = {
      ...store,
      commit: async (...args) => {
        await gate.promise;
        return store.commit(...args);
      },
    };
    const { start, runner, stop } = rig(clock, { ...world.connect(), log, store: slow });
    await start();
    while ((await runner.still((view) => view.off)) !== 0) await Promise.resolve();
    await append(world, [factRecord(issueDraft('i1'), START)]);
    for (let i = 0; i < 20; i++) await Promise.resolve();
    const look = runner.still((view) => [view.off, [...view.fold.keys()].length]);
    gate.resolve();
    expect(await look).toEqual([1, 1]);
    await stop();
  });

  it('RUN-13 a state loaded while another owner wrote it is not used', async () => {
    const clock = createVirtualClock(START);
    const world = createSimulated({ clock });
    const { log, store } = world;
    const deps = {
      scope,
      source,
      createFold: createCountingFold,
      log,
      foreignCode: 'stop',
    } as const;
    expect(await claim({ ...deps, store }, 'a')).toMatchObject({ kind: 'again', why: 'begun' });
    let raced = false;
    const racing: typeof store = {
      ...store,
      load: async function* (of) {
        yield* store.load(of);
        if (!raced) await store.claim(of, 'b', createCountingFold().code);
        raced = true;
      },
    };
    expect(await claim({ ...deps, store: racing }, 'a')).toMatchObject({
      kind: 'again',
      why: 'rival',
    });
    expect(await claim({ ...deps, store: racing }, 'a')).toMatchObject({ kind: 'claimed', off: 0 });
  });

  it('RUN-18 two that load at the same moment do not take it from each other for ever', async () => {
    const clock = createVirtualClock(START);
    const world = createSimulated({ clock });
    const records = ['i1', 'i2'].map((id, i) => factRecord(issueDraft(id), START + i));
    await append(world, records);
    let loads = 0;
    const slowly = (connection: SimulatedConnection): SimulatedConnection => ({
      ...connection,
      store: {
        ...connection.store,
        load: async function* (of) {
          loads += 1;
          await clock.sleep(1_000);
          yield* connection.store.load(of);
        },
      },
    });
    const pass = async (ms: number): Promise<void> => {
      for (const endMs = clock.now() + ms; clock.now() < endMs; ) {
        clock.advanceTo(clock.now() + 50);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const both = [rig(clock, slowly(world.connect())), rig(clock, slowly(world.connect()))];
    await both[0]!.start();
    // Each would take it while the other is half-way.
    await pass(500);
    await both[1]!.start();
    await pass(60_000);
    await expectTruth(world, records);
    expect(loads).toBeLessThan(20);
    await Promise.all(both.map((one) => one.stop()));
  });

  it('RUN-14 a fenced owner takes over again what its rival left undone', async () => {
    const clock = createVirtualClock(START);
    const world = createSimulated({ clock });
    const { start, settle, stop } = rig(clock, world.connect());
    await start();
    await settle();
    // The rival claims and dies: nothing but the owner's name has changed.
    await world.store.claim(scope, 'rival', createCountingFold().code);
    const records = ['i1', 'i2', 'i3'].map((id, i) => factRecord(issueDraft(id), START + i));
    for (const record of records) {
      await append(world, [record]);
      await settle(3_000);
    }
    await settle(20_000);
    await expectTruth(world, records);
    expect(await world.store.meta(scope)).toMatchObject({ off: records.length });
    await stop();
  });
});
