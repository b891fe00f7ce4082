/**
 * The guard at the stamp (reliability.md 7): log time only moves forward, so a wrong clock must be
 * caught before it writes.
 */
import type { Clock } from '../ports.ts';

/** A clock further than this off its reference is refused. */
export const SKEW_MS_MAX = 60_000;
/** A jump against the monotonic clock, where there is no reference. */
export const JUMP_MS_MAX = 5_000;
/** A jumped clock without a reference is believed again after it ran true for this long. */
const STEADY_MS = 60_000;

export interface ClockGuard {
  /** Null: stamp. Else why not, as a closed word. */
  check(): 'clock_skewed' | 'clock_jumped' | null;
  /** What a reference (a broker's append time, a `Date` header) shows now, epoch ms. */
  observe(referenceMs: number): void;
}

/** The reference runs on by the monotonic clock, so a corrected wall clock is accepted at once. */
export function createClockGuard(clock: Clock): ClockGuard {
  /** Reference minus monotonic; null until one was seen. */
  let reference: number | null = null;
  let wall = clock.now() - clock.monotonic();
  let jumpedAtMs: number | null = null;

  const jumped = (): boolean => {
    const shown = clock.now() - clock.monotonic();
    if (Math.abs(shown - wall) > JUMP_MS_MAX) jumpedAtMs = clock.monotonic();
    wall = shown;
    if (jumpedAtMs !== null && clock.monotonic() - jumpedAtMs >= STEADY_MS) jumpedAtMs = null;
    return jumpedAtMs !== null;
  };
  return {
    check: () => {
      if (reference === null) return jumped() ? 'clock_jumped' : null;
      const skewMs = Math.abs(clock.now() - clock.monotonic() - reference);
      return skewMs > SKEW_MS_MAX ? 'clock_skewed' : null;
    },
    observe: (referenceMs) => {
      reference = referenceMs - clock.monotonic();
    },
  };
}
