/** Waits that double up to a limit, with jitter, so that many who failed do not return at once. */
import type { Clock, Rng } from './ports.ts';

export interface Backoff {
  wait(signal?: AbortSignal): Promise<void>;
  reset(): void;
}

/** Counts sleeps, so that a loop can say that only time will move it (`Idle`). */
export interface Rest {
  during<T>(sleep: Promise<T>): Promise<T>;
  resting(): boolean;
}

export function createRest(): Rest {
  let count = 0;
  return {
    during: async (sleep) => {
      count++;
      try {
        return await sleep;
      } finally {
        count--;
      }
    },
    resting: () => count > 0,
  };
}

export interface BackoffLimits {
  readonly firstMs: number;
  readonly maxMs: number;
}

export function createBackoff(clock: Clock, rng: Rng, limits: BackoffLimits): Backoff {
  let nextMs = limits.firstMs;
  return {
    wait: (signal) => {
      const ms = Math.ceil(nextMs * (0.5 + rng.next() / 2));
      nextMs = Math.min(nextMs * 2, limits.maxMs);
      return clock.sleep(ms, signal);
    },
    reset: () => {
      nextMs = limits.firstMs;
    },
  };
}
