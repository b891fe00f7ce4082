/** A loop that works or rests. A replay moves time only while every loop rests. */
import type { Clock, Idle } from '@sapwood/runtime/ports';

export interface Loop extends Idle {
  /** Takes turns until the signal ends it; a turn answers how long to rest, ms. */
  run(turn: () => Promise<number>): Promise<void>;
  /** Rests within a turn: what Pylon asked to wait. */
  rest(ms: number): Promise<void>;
  /** Ends the rest between two turns; one that is asked for during a turn follows it at once. */
  wake(): void;
  readonly signal: AbortSignal;
}

/** Timers of weeks are cut into pieces: a machine that slept notices within an hour. */
const REST_MS_MAX = 3_600_000;

/** `working`: has a first turn to take, so it is not idle before it. */
export function createLoop(name: string, clock: Clock, signal: AbortSignal): Loop {
  let working = true;
  let woken = false;
  let endRest: (() => void) | null = null;

  const rest = async (ms: number): Promise<void> => {
    working = false;
    await clock.sleep(Math.min(ms, REST_MS_MAX), signal);
    working = true;
  };
  async function restUntilWoken(ms: number): Promise<void> {
    const ended = new AbortController();
    const stop = (): void => ended.abort();
    signal.addEventListener('abort', stop);
    endRest = stop;
    working = false;
    if (!signal.aborted) await clock.sleep(Math.min(ms, REST_MS_MAX), ended.signal);
    working = true;
    endRest = null;
    signal.removeEventListener('abort', stop);
  }
  return {
    name,
    signal,
    rest,
    idle: () => !working,
    wake() {
      woken = true;
      if (endRest === null) return;
      // From now on, not only once the sleep has ended: nobody may take it for idle in between.
      working = true;
      endRest();
    },
    async run(turn) {
      while (!signal.aborted) {
        woken = false;
        const ms = await turn();
        if (!woken) await restUntilWoken(ms);
      }
      working = false;
    },
  };
}
