/** What is taken in at once and how fast: cheap checks before anything is read (reliability.md 1.3). */
import type { IngestLimits } from './config.ts';

export interface Bucket {
  /** Takes one; false where the rate is used up. */
  take(nowMs: number): boolean;
}

export function createBucket(perSecond: number, burst: number): Bucket {
  let tokens = burst;
  let filledAt: number | null = null;
  return {
    take(nowMs) {
      tokens = Math.min(
        burst,
        tokens + (Math.max(0, nowMs - (filledAt ?? nowMs)) * perSecond) / 1_000,
      );
      filledAt = nowMs;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}

/** Counts what is being worked on; `enter` answers false above a limit. */
export interface InFlight {
  enter(bytes: number): boolean;
  leave(bytes: number): void;
  count(): number;
}

export function createInFlight(
  limits: Pick<IngestLimits, 'inFlightMax' | 'inFlightBytesMax'>,
): InFlight {
  let count = 0;
  let bytes = 0;
  return {
    enter(size) {
      if (count >= limits.inFlightMax || bytes + size > limits.inFlightBytesMax) return false;
      count += 1;
      bytes += size;
      return true;
    },
    leave(size) {
      count -= 1;
      bytes -= size;
    },
    count: () => count,
  };
}
