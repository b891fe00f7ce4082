import { describe, expect, it } from 'vitest';
import { createSeededRng } from './rng.ts';
import { createSystemClock } from './system.ts';
import { createVirtualClock } from './virtual.ts';

describe('clocks', () => {
  it('CLOCK-1 due timers run in order of due time, then of age', () => {
    const clock = createVirtualClock(1_000);
    const ran: string[] = [];
    clock.after(20, () => ran.push('b'));
    clock.after(10, () => ran.push('a'));
    clock.after(20, () => ran.push('c'));
    clock.after(21, () => ran.push('late'));
    expect(clock.advanceTo(1_020)).toBe(3);
    expect(ran).toEqual(['a', 'b', 'c']);
    expect(clock.nextAt()).toBe(1_021);
  });
  it('CLOCK-2 a periodic job that missed many periods runs once', () => {
    const clock = createVirtualClock(0);
    let runs = 0;
    const arm = (): void => {
      clock.after(5_000, () => {
        runs++;
        arm();
      });
    };
    arm();
    clock.advanceTo(3_600_000);
    expect(runs).toBe(1);
    expect(clock.nextAt()).toBe(3_605_000);
  });
  it('CLOCK-3 now and monotonic move by advanceTo alone and never back', async () => {
    const clock = createVirtualClock(500);
    const slept = clock.sleep(100);
    clock.advanceTo(400);
    expect([clock.now(), clock.monotonic()]).toEqual([500, 0]);
    clock.advanceTo(600);
    await slept;
    expect([clock.now(), clock.monotonic()]).toEqual([600, 100]);
  });
  it('CLOCK-4 an aborted sleep ends at once and leaves no timer', async () => {
    const clock = createVirtualClock(0);
    const abort = new AbortController();
    const slept = clock.sleep(1_000, abort.signal);
    abort.abort();
    await slept;
    expect(clock.nextAt()).toBeNull();
  });
  it('CLOCK-5 speed scales now and leaves the other face alone', async () => {
    const clock = createSystemClock({ speed: 1_000, startMs: 0 });
    const from = clock.monotonic();
    await clock.sleep(20);
    expect(clock.now()).toBeGreaterThanOrEqual(15_000);
    expect(clock.monotonic() - from).toBeLessThan(1_000);
  });
  it('RNG-1 one seed gives one sequence', () => {
    const a = createSeededRng(7);
    const b = createSeededRng(7);
    expect([a.next(), a.id(), a.next()]).toEqual([b.next(), b.id(), b.next()]);
    expect(a.id()).toMatch(/^[0-9a-f]{32}$/);
  });
});
