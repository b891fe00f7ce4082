import { alertCodec, sampleCodec } from '@sapwood/contracts/codec';
import { TOPICS } from '@sapwood/contracts/topics';
import { DEFAULT_TREE } from '@sapwood/core/default-tree';
import { canonicalJson } from '@sapwood/core/num';
import { type Sample, STEP_MS } from '@sapwood/core/samples';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { createSystemClock } from '@sapwood/runtime/clock/system';
import type { EventLog, StateStore } from '@sapwood/runtime/ports';
import { createSimulated } from '@sapwood/runtime/simulated';
import { describe, expect, it, vi } from 'vitest';
import { createDetector } from './app.ts';

const MONDAY = 1_764_547_200_000;
const clock = createSystemClock();
// A process never has another's ids: commits are told apart by them.
let seeds = 0;

function samples(): Sample[] {
  const document = canonicalJson({
    messages: 'read',
    currency: 'GBP',
    sources: ['pylon'],
    tree: DEFAULT_TREE,
  });
  const base = { workspace: 'acme', topology: 1 };
  const run = (from: number, steps: number, email: number): Sample['run'] => ({
    from: MONDAY + from * STEP_MS,
    to: MONDAY + (from + steps) * STEP_MS,
    config: 'c',
    series: ['first-response-time#waiting', 'first-response-time#waiting{channel=email}'],
    y: [email, email],
    n: [0, 0],
    flags: [0, 0],
  });
  const T = (step: number): number => MONDAY + step * STEP_MS + 5_000;
  return [
    { ...base, T: MONDAY, seq: 1, run: null, config: { configHash: 'c', document } },
    { ...base, T: T(10), seq: 2, run: run(0, 10, 1), config: null },
    { ...base, T: T(20), seq: 3, run: run(10, 10, 9), config: null },
    { ...base, T: T(90), seq: 4, run: run(20, 70, 0), config: null },
  ];
}

async function alertsAfter(log: EventLog, store: StateStore): Promise<string[]> {
  const rng = createSeededRng(++seeds);
  const telemetry = (): void => {};
  const detector = createDetector({
    log,
    store,
    clock,
    rng,
    telemetry,
    topology: 1,
    partition: 0,
  });
  await detector.start();
  await vi.waitFor(async () => expect(await detector.idle()).toBe(true), 2_000);
  await detector.stop();
  expect(await detector.ended).toBeNull();
  const records = await log.read(TOPICS.alerts.name, 0, 0, { max: 100, waitMs: 0 });
  const alerts = records.map((record) => alertCodec.decode(record.value!));
  return alerts.map((a) => `${a.phase}/${a.severity}#${a.revision} ${a.value}`);
}

describe.each(['log', 'store'] as const)('detector, outbox in the %s', (outbox) => {
  it('DET-30 samples in, alerts out, and a second start adds nothing', async () => {
    const { log, store } = createSimulated({ clock, outbox });
    const records = samples().map((s) => ({ key: s.workspace, value: sampleCodec.encode(s) }));
    await log.append(TOPICS.samples.name, 0, records.slice(0, 2));
    expect(await alertsAfter(log, store)).toEqual([]);
    // The topic is compacted: of each alert the newest record stays.
    await log.append(TOPICS.samples.name, 0, records.slice(2, 3));
    expect(await alertsAfter(log, store)).toEqual(['open/warning#2 9']);
    await log.append(TOPICS.samples.name, 0, records.slice(3));
    expect(await alertsAfter(log, store)).toEqual(['resolved/warning#4 0']);
    expect(await alertsAfter(log, store)).toEqual(['resolved/warning#4 0']);
  });
});
