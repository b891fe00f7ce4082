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
  // What `now` scales by is no jump.
  const offset = (): number => clock.now() - clock.monotonic() * (clock.speed ?? 1);
  /** Wall minus monotonic as it was last believed. */
  let trusted = offset();
  /** Where it jumped to, and since when it runs true there; null while it is believed. */
  let strange: { readonly at: number; readonly sinceMs: number } | null = null;

  const jumped = (): boolean => {
    const shown = offset();
    const isAt = (known: number): boolean => Math.abs(shown - known) <= JUMP_MS_MAX;
    if (!strange || !isAt(strange.at)) strange = { at: shown, sinceMs: clock.monotonic() };
    // A clock that is put right is believed at once, a new time only after a while.
    const steady = clock.monotonic() - strange.sinceMs >= STEADY_MS;
    if (!isAt(trusted) && !steady) return true;
    trusted = shown;
    strange = null;
    return false;
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
