import { DAY_MS } from '@sapwood/core/time';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createVirtualClock, type VirtualClock } from './clock/virtual.ts';
import type { EventLog } from './ports.ts';
import { createRetention, neededByFold, offsetAt, type RetentionRule } from './retention.ts';
import { createSimulated, type Simulated } from './simulated/index.ts';
import { awaitIdle } from './supervise.ts';
import type { TelemetryEvent } from './telemetry.ts';

const START = 1_781_000_000_000;
const RAW = 'raw.pylon.v1';
const KEPT_DAYS = 14;
const value = new Uint8Array([1]);

const raw = (needs: RetentionRule['needs'], days: number | null = KEPT_DAYS): RetentionRule => ({
  topic: { name: RAW, retention: 'delete' },
  keptDays: days,
  needs,
});

/** `count` records a day for so many days. */
async function fill(
  { log }: { readonly log: EventLog },
  clock: VirtualClock,
  days: number,
  count: number,
  topic = RAW,
): Promise<void> {
  for (let day = 0; day < days; day++) {
    const records = Array.from({ length: count }, (_, i) => ({ key: `${day}-${i}`, value }));
    await log.append(topic, 0, records);
    clock.advanceTo(clock.now() + DAY_MS);
  }
}

async function passes(
  world: Simulated,
  clock: VirtualClock,
  rules: readonly RetentionRule[],
): Promise<TelemetryEvent[]> {
  const told: TelemetryEvent[] = [];
  const retention = createRetention({ ...world, clock, rules, telemetry: (e) => told.push(e) });
  await retention.start();
  for (let i = 0; i < 60; i++) {
    clock.advanceTo(clock.now() + 300_000);
    await awaitIdle([retention]);
  }
  await retention.stop();
  return told;
}

const textsOf = (told: readonly TelemetryEvent[]): string[] =>
  told.flatMap((event) => (event.type === 'Notice' ? [event.text] : []));

describe('retention', () => {
  it('RETAIN-1 what is older than its topic keeps is removed, in slices, and nothing younger', async () => {
    const clock = createVirtualClock(START);
    const world = createSimulated({ clock });
    await fill(world, clock, 20, 1_500);
    const told = await passes(world, clock, [raw([])]);
    expect(await world.log.bounds(RAW, 0)).toEqual({ low: 7 * 1_500, high: 20 * 1_500 });
    expect(textsOf(told)).toEqual([`Retention removed 10500 records of ${RAW}/0.`]);
  });

  it('RETAIN-2 nothing is removed that a consumer still needs, and that is said', async () => {
    const clock = createVirtualClock(START);
    const world = createSimulated({ clock });
    await fill(world, clock, 20, 10);
    const told = await passes(world, clock, [raw([async () => 9_999, async () => 33])]);
    expect((await world.log.bounds(RAW, 0)).low).toBe(33);
    expect(textsOf(told)).toContain(
      `${RAW}/0 keeps 37 records longer than 14 days: a consumer has not passed them.`,
    );
    const unread = neededByFold(world.store, 'facts', 1);
    expect(await unread(0)).toBe(0);
    const meta = { own: 'a', off: 40, tail: '00', cid: '', code: 'x', T: 0 };
    await world.store.bootstrap({ fold: 'facts', topology: 1, partition: 0 }, meta, []);
    expect(await unread(0)).toBe(39);
  });

  it('RETAIN-3 what is kept for ever is never touched', async () => {
    const clock = createVirtualClock(START);
    const world = createSimulated({ clock });
    await fill(world, clock, 50, 10);
    await passes(world, clock, [raw([], null)]);
    expect(await world.log.bounds(RAW, 0)).toEqual({ low: 0, high: 500 });
  });

  it('RETAIN-4 a compacted topic with a term loses its oldest keys, and their tombstones a day later', async () => {
    const clock = createVirtualClock(START);
    const world = createSimulated({ clock });
    const topic = 'alerts.v1';
    await fill(world, clock, 20, 3, topic);
    const rules = [
      { topic: { name: topic, retention: 'compact' as const }, keptDays: 14, needs: [] },
    ];
    const keys = async (): Promise<(string | null)[]> =>
      (await world.log.read(topic, 0, 0, { max: 999, waitMs: 0 }))
        .filter((record) => record.value !== null)
        .map((record) => record.key);
    await passes(world, clock, rules);
    expect(await keys()).toHaveLength(13 * 3);
    expect((await keys())[0]).toBe('7-0');
    clock.advanceTo(clock.now() + 2 * DAY_MS);
    await passes(world, clock, rules);
    clock.advanceTo(clock.now() + 2 * DAY_MS);
    await passes(world, clock, rules);
    const left = await world.log.read(topic, 0, 0, { max: 999, waitMs: 0 });
    expect(left.filter((record) => record.value === null).length).toBeLessThanOrEqual(12);
    expect(left.some(({ key, value: v }) => v === null && key === '0-0')).toBe(false);
  });

  it('RETAIN-5 the offset of an instant is that of the first record not older', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(5), { maxLength: 40 }),
        fc.nat(120),
        fc.nat(10),
        async (gaps, at, cut) => {
          const clock = createVirtualClock(START);
          const { log } = createSimulated({ clock });
          const times: number[] = [];
          for (const gap of gaps) {
            clock.advanceTo(clock.now() + gap);
            times.push(clock.now());
            await log.append(RAW, 0, [{ key: 'k', value }]);
          }
          const low = Math.min(cut, gaps.length);
          await log.trim(RAW, 0, low);
          const first = times.findIndex((time, i) => i >= low && time >= START + at);
          const expected = first < 0 ? gaps.length : first;
          expect(await offsetAt(log, RAW, 0, START + at)).toBe(expected);
        },
      ),
    );
  });
});
