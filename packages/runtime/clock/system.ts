/** The only module of the runtime that reads the machine's clock or arms its timers. */
import { randomBytes } from 'node:crypto';
import type { Clock, Rng, Timer } from '../ports.ts';

/** Longer delays overflow Node's timer and would fire at once. */
const TIMER_MS_MAX = 2_147_483_647;

export interface SystemClockOptions {
  /** Scales `now` alone (reliability.md 7): time-outs, passes and frames keep real time. */
  readonly speed?: number;
  /** What `now` shows at the start, epoch ms. Default: the machine's time. */
  readonly startMs?: number;
}

/** Sleeps on any clock that can arm a timer; an abort ends the sleep early, without an error. */
export function sleepOn(
  after: (ms: number, task: () => void) => Timer,
  ms: number,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const wake = (): void => {
      timer.cancel();
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const timer = after(ms, wake);
    signal?.addEventListener('abort', wake);
  });
}

export function createSystemClock(options: SystemClockOptions = {}): Clock {
  const speed = options.speed ?? 1;
  const realStartMs = Date.now();
  const startMs = options.startMs ?? realStartMs;
  const plain = speed === 1 && startMs === realStartMs;
  const after = (ms: number, task: () => void): Timer => {
    const timer = setTimeout(task, Math.min(Math.max(0, ms), TIMER_MS_MAX));
    return { cancel: () => clearTimeout(timer) };
  };
  return {
    speed,
    now: () => (plain ? Date.now() : Math.floor(startMs + (Date.now() - realStartMs) * speed)),
    monotonic: () => performance.now(),
    after,
    sleep: (ms, signal) => sleepOn(after, ms, signal),
  };
}

export function createSystemRng(): Rng {
  return {
    next: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
    id: () => randomBytes(16).toString('hex'),
  };
}
