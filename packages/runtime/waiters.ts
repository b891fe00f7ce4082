/** Reads that wait for a record: woken by the append itself, so no poll and no lost wake-up. */
import type { Clock } from './ports.ts';

export interface Waiters {
  /** Resolves at the next `wake(name)`, after `ms`, on abort, or at `close`; never rejects. */
  wait(name: string, ms: number, signal?: AbortSignal): Promise<void>;
  wake(name: string): void;
  /** Wakes everyone; later waits end at once. */
  close(): void;
}

export function createWaiters(clock: Clock): Waiters {
  const waiting = new Map<string, Set<() => void>>();
  let closed = false;

  const wake = (name: string): void => {
    const set = waiting.get(name);
    if (!set) return;
    waiting.delete(name);
    for (const release of set) release();
  };
  return {
    wait: (name, ms, signal) =>
      new Promise((resolve) => {
        if (closed || signal?.aborted || ms <= 0) return resolve();
        const set = waiting.get(name) ?? new Set();
        waiting.set(name, set);
        const release = (): void => {
          set.delete(release);
          timer.cancel();
          signal?.removeEventListener('abort', release);
          resolve();
        };
        const timer = clock.after(ms, release);
        signal?.addEventListener('abort', release);
        set.add(release);
      }),
    wake,
    close: () => {
      closed = true;
      for (const name of [...waiting.keys()]) wake(name);
    },
  };
}
