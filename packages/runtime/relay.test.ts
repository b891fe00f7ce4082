import { metricCodec } from '@sapwood/contracts/codec';
import { factCodec } from '@sapwood/contracts/facts';
import type { Frame } from '@sapwood/core/metrics';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  createCountingFold,
  factRecord,
  issueDraft,
  LEAVES_MS,
  tickDraft,
} from '../../tests/support/counting-fold.ts';
import { createAsOf } from './as-of.ts';
import { createSeededRng } from './clock/rng.ts';
import { createVirtualClock, type VirtualClock } from './clock/virtual.ts';
import { createFoldRunner } from './fold-runner.ts';
import type { EventLog, LogRecord, NewRecord } from './ports.ts';
import { createRelay, type Relay } from './relay.ts';
import { createSimulated, type Simulated } from './simulated/index.ts';
import { awaitIdle } from './supervise.ts';

const START = 1_781_000_000_000;
const scope = { fold: 'facts', topology: 3, partition: 0 };
const source = { topic: 'facts.v1', partition: 0, codec: factCodec };

describe('relay', () => {
  let clock: VirtualClock;
  let world: Simulated;
  let seen = 0;
  beforeEach(() => {
    clock = createVirtualClock(START);
    world = createSimulated({ clock });
    seen = 0;
  });
  const open = async (
    log?: EventLog,
  ): Promise<{ stop(): Promise<void>; pass(ms: number): Promise<void> }> => {
    const rng = createSeededRng(clock.now());
    const connection = world.connect();
    const ports = {
      ...connection,
      log: log ?? connection.log,
      clock,
      rng,
      telemetry: () => {},
      scope,
    };
    const runner = createFoldRunner({
      ...ports,
      source,
      createFold: createCountingFold,
      foreignCode: 'stop',
    });
    const relay: Relay = createRelay({ ...ports, runner, inputTopic: 'facts.v1' });
    await relay.start();
    await runner.start();
    return {
      pass: async (ms) => {
        const untilMs = clock.now() + ms;
        for (;;) {
          await awaitIdle([runner, relay]);
          const next = clock.nextAt();
          if (next === null || next > untilMs) break;
          clock.advanceTo(next);
        }
        clock.advanceTo(untilMs);
        await awaitIdle([runner, relay]);
      },
      stop: async () => {
        await relay.stop();
        await runner.stop();
      },
    };
  };
  const append = (...records: NewRecord[]): Promise<unknown> =>
    world.log.append('facts.v1', 0, records);
  /** What was written to `metrics.v1` since the last look. */
  const news = async (): Promise<LogRecord[]> => {
    const all = await world.log.read('metrics.v1', 0, seen, { max: 1_000, waitMs: 0 });
    seen = (await world.log.bounds('metrics.v1', 0)).high;
    return [...all];
  };
  const frameOf = (record: LogRecord): Frame => metricCodec.decode(record.value!).frame!;

  it('RELAY-1 a pass is every changed series at one V, its frame last', async () => {
    await append(
      factRecord(issueDraft('i1', 'email'), START),
      factRecord(issueDraft('i2', 'slack'), START + 1),
    );
    const { pass, stop } = await open();
    await pass(300);
    const records = await news();
    expect(records.map(({ key }) => key)).toEqual([
      'acme/volume{channel=email}',
      'acme/volume{channel=slack}',
      'frame/acme',
    ]);
    const series = records.slice(0, 2).map(({ value }) => metricCodec.decode(value!).series!);
    expect(series.map(({ offset, topology }) => [offset, topology])).toEqual([
      [2, 3],
      [2, 3],
    ]);
    expect(frameOf(records[2]!)).toMatchObject({
      offset: 2,
      topology: 3,
      asOf: START + 1,
      catchingUp: false,
    });
    await stop();
  });

  it('RELAY-2 passes keep 250 ms apart however often the log moves', async () => {
    const { pass, stop } = await open();
    await pass(1_000);
    await news();
    const frames: number[] = [];
    for (let i = 0; i < 100; i++) {
      await append(factRecord(issueDraft(`i${i}`), clock.now()));
      await pass(10);
      for (const r of await news()) if (r.key!.startsWith('frame/')) frames.push(r.appendedAt);
    }
    expect(frames.length).toBeGreaterThanOrEqual(4);
    expect(frames.length).toBeLessThanOrEqual(5);
    for (let i = 1; i < frames.length; i++)
      expect(frames[i]! - frames[i - 1]!).toBeGreaterThanOrEqual(250);
    await stop();
  });

  it('RELAY-3 a quiet log has a frame at least each 5 s, at the head', async () => {
    await append(factRecord(issueDraft('i1'), START));
    const { pass, stop } = await open();
    await pass(1_000);
    await news();
    for (let i = 0; i < 4; i++) {
      await pass(5_250);
      const records = await news();
      expect(records.map(({ key }) => key)).toContain('frame/acme');
      expect(frameOf(records.at(-1)!)).toMatchObject({ offset: 1, catchingUp: false });
    }
    await stop();
  });

  it('RELAY-4 a series that left the tree is published as gone', async () => {
    await append(factRecord(issueDraft('i1'), START));
    const { pass, stop } = await open();
    await pass(300);
    await news();
    await append(factRecord(tickDraft, START + LEAVES_MS));
    await pass(300);
    expect((await news())[0]).toMatchObject({ key: 'acme/volume{channel=email}', value: null });
    await stop();
  });

  it('RELAY-5 a series that left just before a crash is gone after the restart', async () => {
    await append(factRecord(issueDraft('i1'), START));
    const first = await open();
    await first.pass(300);
    await first.stop();
    await news();
    const rng = createSeededRng(5);
    const ports = { ...world.connect(), clock, rng, telemetry: () => {}, scope };
    const alone = createFoldRunner({
      ...ports,
      source,
      createFold: createCountingFold,
      foreignCode: 'stop',
    });
    await append(factRecord(tickDraft, START + LEAVES_MS));
    await alone.start();
    await awaitIdle([alone]);
    await alone.stop();
    const second = await open();
    await second.pass(300);
    const records = await news();
    expect(records.map(({ key, value }) => [key, value === null])).toEqual([
      ['acme/volume{channel=email}', true],
      ['frame/acme', false],
    ]);
    await second.stop();
  });

  it('RELAY-6 while it catches up, frames say so and hold at the last pass', async () => {
    await append(factRecord(issueDraft('i1'), START));
    const first = await open();
    await first.pass(300);
    await first.stop();
    await news();
    clock.advanceTo(START + 60_000);
    const { log } = world;
    const records = [
      factRecord(issueDraft('i2'), START + 10),
      factRecord(issueDraft('i3'), START + 20),
    ];
    await append(...records);
    clock.advanceTo(START + 120_000);
    // A log that hands over one record and then stalls: the fold stays behind its head.
    const slow = {
      ...log,
      read: (...args: Parameters<typeof log.read>) =>
        args[0] === 'facts.v1' && args[2] >= 2
          ? clock.sleep(3_600_000).then(() => [])
          : log.read(args[0], args[1], args[2], {
              ...args[3],
              max: args[0] === 'facts.v1' ? 1 : args[3].max,
            }),
    };
    const ports = {
      store: world.store,
      log: slow,
      clock,
      rng: createSeededRng(9),
      telemetry: () => {},
      scope,
    };
    const runner = createFoldRunner({
      ...ports,
      source,
      createFold: createCountingFold,
      foreignCode: 'stop',
    });
    const relay = createRelay({ ...ports, runner, inputTopic: 'facts.v1' });
    await relay.start();
    await runner.start();
    for (let i = 0; i < 40; i++) {
      await awaitIdle([relay]);
      clock.advanceTo(clock.now() + 300);
    }
    const found = await news();
    expect(found.map(({ key }) => key)).toEqual(['frame/acme']);
    expect(frameOf(found[0]!)).toMatchObject({ offset: 1, asOf: START, catchingUp: true });
  });

  it('RELAY-7 what was not acknowledged is published again, with a frame of its own', async () => {
    await append(factRecord(issueDraft('i1'), START));
    let refused = 0;
    const { log } = world;
    const failing: EventLog = {
      ...log,
      append: async (topic, ...rest) =>
        topic === 'metrics.v1' && refused++ < 3
          ? { kind: 'rejected', reason: 'no' }
          : log.append(topic, ...rest),
    };
    const { pass, stop } = await open(failing);
    await pass(2_000);
    expect(refused).toBeGreaterThan(3);
    const keys = (await news()).map(({ key }) => key);
    expect(keys).toEqual(['acme/volume{channel=email}', 'frame/acme']);
    await stop();
  });

  it('RELAY-8 a state that was rolled back publishes nothing before it is as far as it was', async () => {
    const written: number[] = [];
    world = createSimulated({
      clock,
      onWrite: (topic, _partition, { value }) => {
        if (topic !== 'metrics.v1') return;
        const { series, frame } = metricCodec.decode(value!);
        written.push((series ?? frame)!.offset);
      },
    });
    const first = await open();
    await append(factRecord(issueDraft('i1'), clock.now()));
    await first.pass(300);
    const putBack = world.snapshotStore();
    await append(factRecord(issueDraft('i2'), clock.now()));
    await append(factRecord(issueDraft('i3'), clock.now()));
    await first.pass(300);
    await first.stop();
    putBack();
    expect(written.at(-1)).toBe(3);
    written.length = 0;
    const { log } = world;
    // It has the second fact at once, and the third after a second: so young a log counts as read.
    let isSlow = true;
    const second = await open({
      ...log,
      read: async (topic, partition, from, options) => {
        if (topic !== 'facts.v1' || !isSlow) return log.read(topic, partition, from, options);
        if (from >= 2) await clock.sleep(1_000);
        return log.read(topic, partition, from, { ...options, max: 1 });
      },
    });
    for (let i = 0; i < 20; i++) {
      for (let turn = 0; turn < 50; turn++) await Promise.resolve();
      clock.advanceTo(clock.now() + 50);
    }
    isSlow = false;
    await second.pass(1_000);
    expect([...new Set(written)]).toEqual([3]);
    await second.stop();
  });

  it('ASOF-1 the past is a prefix of the log, advanced to the instant asked for', async () => {
    await append(
      factRecord(issueDraft('i1'), START),
      factRecord(issueDraft('i2'), START + 1_000),
      factRecord(tickDraft, START + LEAVES_MS + 2_000),
    );
    const asOf = createAsOf({ source, createFold: createCountingFold, log: world.log, clock });
    const live = async (at: number): Promise<number> => [...(await asOf.at(at)).fold.keys()].length;
    expect(await live(START - 1)).toBe(0);
    expect(await live(START + 999)).toBe(1);
    expect((await asOf.at(START + LEAVES_MS)).off).toBe(2);
    const state = await asOf.at(START + LEAVES_MS);
    expect(state.fold.read('acme/volume{channel=email}')!.series!.waiting!.count).toBe(1);
    expect((await asOf.head()).off).toBe(3);
    const first = asOf.head();
    await expect(asOf.head()).rejects.toMatchObject({ code: 'SAPWOOD_BUSY' });
    await first;
    await world.log.trim('facts.v1', 0, 1);
    await expect(asOf.head()).rejects.toMatchObject({ code: 'SAPWOOD_HISTORY_GONE' });
  });
});
