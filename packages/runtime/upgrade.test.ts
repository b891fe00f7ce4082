/** What happens to a store that another version of a fold has written (design D12, reliability.md 1.9). */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { metricCodec } from '@sapwood/contracts/codec';
import { factCodec } from '@sapwood/contracts/facts';
import { TOPICS } from '@sapwood/contracts/topics';
import { describe, expect, it } from 'vitest';
import {
  createCountingFold,
  factRecord,
  issueDraft,
  tickDraft,
} from '../../tests/support/counting-fold.ts';
import { createSeededRng } from './clock/rng.ts';
import { createVirtualClock, type VirtualClock } from './clock/virtual.ts';
import { createFoldRunner } from './fold-runner.ts';
import type { NewRecord, Scope } from './ports.ts';
import { createRelay } from './relay.ts';
import { createSimulated, type Simulated } from './simulated/index.ts';
import { awaitIdle, type Component } from './supervise.ts';
import type { TelemetryEvent } from './telemetry.ts';

const START = 1_781_000_000_000;
/** More than the runner reports progress about. */
const FACTS = 60_000;
const scope: Scope = { fold: 'facts', topology: 1, partition: 0 };

interface Process {
  readonly parts: readonly Component[];
  readonly told: TelemetryEvent[];
  /** Everything it published; the topic itself keeps the newest of each key. */
  readonly sent: Published[];
  stop(): Promise<void>;
}

async function start(
  world: Simulated,
  clock: VirtualClock,
  code: string,
  topic = 'facts.v1',
): Promise<Process> {
  const told: TelemetryEvent[] = [];
  const telemetry = (event: TelemetryEvent): void => void told.push(event);
  const { log, store } = world.connect();
  // In memory nothing takes time: a turn of the loop lets frames out between two slices.
  const read: typeof log.read = async (...request) => {
    await nextTurn();
    return log.read(...request);
  };
  const sent: Published[] = [];
  const append: typeof log.append = (name, partition, records) => {
    if (name === TOPICS.metrics.name) sent.push(...records.map(publishedIn));
    return log.append(name, partition, records);
  };
  const ports = { log: { ...log, read, append }, store };
  const shared = { ...ports, scope, clock, telemetry, rng: createSeededRng(1) };
  const runner = createFoldRunner({
    ...shared,
    source: { topic, partition: 0, codec: factCodec },
    createFold: () => createCountingFold(code),
    foreignCode: 'rebuild',
  });
  const parts = [createRelay({ ...shared, runner, inputTopic: topic }), runner];
  for (const part of parts) await part.start();
  return {
    parts,
    told,
    sent,
    stop: async () => void (await Promise.all(parts.map((p) => p.stop()))),
  };
}

const settle = async (clock: VirtualClock, parts: Process['parts'], ms = 6_000): Promise<void> => {
  await awaitIdle(parts);
  for (const untilMs = clock.now() + ms; clock.now() < untilMs; ) {
    clock.advanceTo(clock.now() + 250);
    await awaitIdle(parts);
  }
};

interface Published {
  readonly offset: number;
  readonly isFrame: boolean;
  readonly catchingUp: boolean;
}
function publishedIn({ value }: NewRecord): Published {
  const { frame, series } = metricCodec.decode(value!);
  const { offset } = (frame ?? series)!;
  return { offset, isFrame: frame !== null, catchingUp: frame?.catchingUp ?? false };
}

function aLog(clock: VirtualClock): NewRecord[] {
  const some = ['i1', 'i2', 'i3'].map((id, i) => factRecord(issueDraft(id), START + i));
  const quiet = factRecord(tickDraft, START + 10);
  const records = [...some, ...Array<NewRecord>(FACTS - 4).fill(quiet)];
  // Long after: only a fold that has read everything counts as caught up.
  clock.advanceTo(START + 3_600_000);
  return [...records, factRecord(issueDraft('i4'), START + 20)];
}

describe('another version of a fold', () => {
  it('UPGRADE-4 rebuilds from the start, tells how far it is, and publishes no value before the end', async () => {
    const clock = createVirtualClock(START);
    const world = createSimulated({ clock });
    await world.log.append('facts.v1', 0, aLog(clock));
    const old = await start(world, clock, 'count-1');
    await settle(clock, old.parts);
    await old.stop();

    const next = await start(world, clock, 'count-2');
    // Frames are due while it works: time goes on although it is busy.
    for (let i = 0; i < 40_000 && next.told.filter(isProgress).length < 3; i++) {
      if (i % 5 === 0) clock.advanceTo(clock.now() + 1_000);
      await nextTurn();
    }
    await settle(clock, next.parts);
    const progress = next.told.filter(isProgress);
    expect(progress.map(({ off }) => off)).toEqual([0, 0, 50_000].map(atLeast));
    expect(new Set(progress.map((event) => event.high))).toEqual(new Set([FACTS]));
    const news = next.sent;
    const before = news.slice(
      0,
      news.findIndex(({ isFrame }) => !isFrame),
    );
    expect(before.length).toBeGreaterThan(0);
    // What was shown goes on being shown, as of when it was true, and says that it is old.
    expect(before.filter(({ catchingUp, offset }) => !catchingUp || offset !== FACTS)).toEqual([]);
    const values = news.filter(({ isFrame }) => !isFrame);
    expect(new Set(values.map(({ offset }) => offset))).toEqual(new Set([FACTS]));
    expect(news.at(-1)).toMatchObject({ isFrame: true, catchingUp: false, offset: FACTS });
    expect(await world.store.meta(scope)).toMatchObject({ code: 'count-2', off: FACTS });
    await next.stop();
  }, 120_000);

  it('UPGRADE-5 over a topic with a term it begins with what is left of it', async () => {
    const clock = createVirtualClock(START);
    const world = createSimulated({ clock });
    const topic = 'samples.v1';
    const records = ['i1', 'i2', 'i3'].map((id, i) => factRecord(issueDraft(id), START + i));
    await world.log.append(topic, 0, records);
    const old = await start(world, clock, 'count-1', topic);
    await settle(clock, old.parts);
    await old.stop();
    await world.log.trim(topic, 0, 2);
    const next = await start(world, clock, 'count-2', topic);
    await settle(clock, next.parts);
    expect(next.told.filter(({ type }) => type === 'PartitionStopped')).toEqual([]);
    expect(await world.store.meta(scope)).toMatchObject({ code: 'count-2', off: 3 });
    await next.stop();
  });
});

type Progress = Extract<TelemetryEvent, { type: 'RebuildProgress' }>;
const isProgress = (event: TelemetryEvent): event is Progress => event.type === 'RebuildProgress';
const atLeast = (least: number): unknown =>
  expect.toSatisfy((off: number) => off >= least && off < least + 1_000, `about ${least}`);
