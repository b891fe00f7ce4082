import { factCodec } from '@sapwood/contracts/facts';
import type { DraftFact, Fact } from '@sapwood/core/facts';
import { beforeEach, describe, expect, it } from 'vitest';
import { factRecord, issueDraft, tickDraft } from '../../tests/support/counting-fold.ts';
import { type Appender, type AppenderDeps, createAppender } from './appender.ts';
import { createClockGuard } from './clock/guard.ts';
import { createVirtualClock, type VirtualClock } from './clock/virtual.ts';
import { createSimulated, type Simulated } from './simulated/index.ts';
import { awaitIdle } from './supervise.ts';
import { createTicker } from './ticker.ts';

const START = 1_781_000_000_000;

describe('appender and ticker', () => {
  let clock: VirtualClock;
  let world: Simulated;
  beforeEach(() => {
    clock = createVirtualClock(START);
    world = createSimulated({ clock });
  });
  const appender = (over: Partial<AppenderDeps> = {}): Appender =>
    createAppender({ log: world.log, clock, telemetry: () => {}, ...over });
  const started = async (over: Partial<AppenderDeps> = {}): Promise<Appender> => {
    const made = appender(over);
    await made.start();
    return made;
  };
  const facts = async (): Promise<Fact[]> => {
    const records = await world.log.read('facts.v1', 0, 0, { max: 10_000, waitMs: 0 });
    return records.map(({ value }) => factCodec.decode(value!));
  };
  const drafts = (n: number, from = 0): DraftFact[] =>
    Array.from({ length: n }, (_, i) => issueDraft(`i${from + i}`));

  it('APP-1 stamps are the clock’s and never go back', async () => {
    const a = await started();
    await a.append([issueDraft('i1')]);
    clock.advanceTo(START + 5);
    await a.append([issueDraft('i2')]);
    expect((await facts()).map((f) => f.recordedAt)).toEqual([START, START + 5]);
    const behind = await started({ clock: createVirtualClock(START - 1_000) });
    await behind.append([issueDraft('i3')]);
    expect((await facts()).at(-1)!.recordedAt).toBe(START + 5);
  });

  it('APP-2 each call learns its own offset; calls share appends and stay whole', async () => {
    const a = await started();
    const sizes = [1, 300, 300, 700, 2];
    const outcomes = await Promise.all(sizes.map((n, i) => a.append(drafts(n, i * 1_000))));
    expect(outcomes.map((o) => o.kind === 'durable' && o.firstOffset)).toEqual([
      0, 1, 301, 601, 1_301,
    ]);
    expect((await facts())[601]!.entity).toBe('i3000');
    await awaitIdle([a]);
  });

  it('APP-3 what cannot be written is refused alone', async () => {
    const a = await started();
    const bad = { ...issueDraft('x'), observedAt: 1.5 } as DraftFact;
    const mixed = [issueDraft('a'), { ...issueDraft('b'), workspace: 'other' }];
    const outcomes = await Promise.all([
      a.append([issueDraft('i1')]),
      a.append([bad]),
      a.append(mixed),
      a.append([]),
      a.append([issueDraft('i2')]),
    ]);
    expect(outcomes.map(({ kind }) => kind)).toEqual([
      'durable',
      'rejected',
      'rejected',
      'rejected',
      'durable',
    ]);
    expect((await facts()).map(({ entity }) => entity)).toEqual(['i1', 'i2']);
    await a.stop();
    expect(await a.append([issueDraft('i3')])).toMatchObject({
      kind: 'rejected',
      reason: 'stopped',
    });
  });

  it('APP-4 a log ahead of the clock refuses the start in one sentence, unless accepted', async () => {
    await world.log.append('facts.v1', 0, [factRecord(issueDraft('i1'), START + 61_000)]);
    await expect(appender().start()).rejects.toMatchObject({
      code: 'SAPWOOD_CLOCK_BEHIND_LOG',
      message: expect.stringMatching(/^[^.]*\.\d{3}Z[^.]*\.$/),
    });
    const a = await started({ acceptedStamp: START + 61_000 });
    expect(a.lastStamp(0)).toBe(START + 61_000);
  });

  it('APP-5 a clock that jumped is refused until it ran true, or its reference agrees', async () => {
    let wall = START;
    const skewed = { ...clock, now: () => wall + clock.monotonic(), monotonic: clock.monotonic };
    const guard = createClockGuard(skewed);
    const a = await started({ clock: skewed, guard });
    expect((await a.append([issueDraft('i1')])).kind).toBe('durable');
    wall += 3_600_000;
    // Idle in between: a refusal at once must not keep what comes later.
    await awaitIdle([a]);
    expect(await a.append([issueDraft('i2')])).toMatchObject({ reason: 'clock_jumped' });
    wall -= 3_600_000;
    expect((await a.append([issueDraft('i2')])).kind).toBe('durable');
    wall += 3_600_000;
    expect(await a.append([issueDraft('i2')])).toMatchObject({ reason: 'clock_jumped' });
    clock.advanceTo(START + 61_000);
    expect((await a.append([issueDraft('i2')])).kind).toBe('durable');
    guard.observe(START + 61_000);
    expect(await a.append([issueDraft('i3')])).toMatchObject({ reason: 'clock_skewed' });
    wall -= 3_600_000;
    expect((await a.append([issueDraft('i3')])).kind).toBe('durable');
  });

  it('APP-7 a clock that is set between the look at it and the stamp stamps nothing', async () => {
    let looks = Number.POSITIVE_INFINITY;
    const now = (): number => START + clock.monotonic() + (looks-- > 0 ? 0 : 3_600_000);
    const set = { ...clock, now, monotonic: clock.monotonic };
    const a = await started({ clock: set, guard: createClockGuard(set) });
    looks = 1;
    expect(await a.append([issueDraft('i1')])).toMatchObject({ reason: 'clock_jumped' });
    expect(a.lastStamp(0)).toBe(0);
    looks = Number.POSITIVE_INFINITY;
    expect((await a.append([issueDraft('i1')])).kind).toBe('durable');
    expect(a.lastStamp(0)).toBeLessThan(START + 3_600_000);
  });

  it('APP-6 one append is in flight, however many calls come meanwhile', async () => {
    let open = 0;
    let most = 0;
    const log: typeof world.log = {
      ...world.log,
      append: async (...args) => {
        most = Math.max(most, ++open);
        for (let i = 0; i < 5; i++) await Promise.resolve();
        open--;
        return world.log.append(...args);
      },
    };
    const a = await started({ log });
    const calls: Promise<unknown>[] = [];
    for (let i = 0; i < 20; i++) {
      calls.push(a.append([issueDraft(`i${i}`)]));
      await Promise.resolve();
    }
    await Promise.all(calls);
    expect([most, (await facts()).length]).toEqual([1, 20]);
  });

  it('TICK-1 a recent log ticks at each multiple of 5 s, never before it', async () => {
    const a = await started();
    await a.append([issueDraft('i1')]);
    const ticker = createTicker({ appender: a, clock, workspaces: ['acme'] });
    clock.advanceTo(START + 1);
    await ticker.start();
    for (let at = START; at <= START + 20_000; at += 1_000) {
      clock.advanceTo(at);
      await awaitIdle([a, ticker]);
    }
    const ticks = (await facts()).filter(({ kind }) => kind === 'tick');
    expect(ticks.map(({ at }) => at! - START)).toEqual([5_000, 10_000, 15_000, 20_000]);
    for (const { at, recordedAt } of ticks) expect(recordedAt).toBeGreaterThanOrEqual(at!);
    await ticker.stop();
  });

  it('TICK-2 after two hours without a fact it ticks each minute; heartbeats do not count', async () => {
    const base = Math.ceil(START / 60_000) * 60_000;
    await world.log.append('facts.v1', 0, [factRecord(issueDraft('i1'), base - 7_200_000)]);
    await world.log.append('facts.v1', 0, [factRecord(tickDraft, base - 1)]);
    clock.advanceTo(base);
    const a = await started();
    expect(a.lastFactAt(0)).toBe(base - 7_200_000);
    const ticker = createTicker({ appender: a, clock, workspaces: ['acme'] });
    await ticker.start();
    for (let at = base; at <= base + 120_000; at += 5_000) {
      clock.advanceTo(at);
      await awaitIdle([a, ticker]);
    }
    const ticks = (await facts()).slice(2);
    expect(ticks.map(({ at }) => at! - base)).toEqual([60_000, 120_000]);
    await ticker.stop();
  });

  it('TICK-4 after the clock was put back it ticks on, at the multiples it now passes', async () => {
    let offMs = 24 * 3_600_000;
    const skewed = { ...clock, now: () => clock.now() + offMs };
    const a = await started({ clock: skewed });
    const ticker = createTicker({ appender: a, clock: skewed, workspaces: ['acme'] });
    await ticker.start();
    clock.advanceTo(clock.now() + 6_000);
    await awaitIdle([a, ticker]);
    offMs = 0;
    const before = (await facts()).length;
    for (let i = 0; i < 20; i++) {
      clock.advanceTo(clock.now() + 5_000);
      await awaitIdle([a, ticker]);
    }
    expect((await facts()).length).toBeGreaterThan(before);
    await ticker.stop();
  });

  it('TICK-3 periods missed while the machine slept become one tick', async () => {
    const a = await started();
    const ticker = createTicker({ appender: a, clock, workspaces: ['acme'] });
    await ticker.start();
    clock.advanceTo(START + 3_600_000);
    await awaitIdle([a, ticker]);
    expect(await facts()).toHaveLength(1);
    await ticker.stop();
  });
});
