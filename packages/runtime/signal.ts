/** A bell for one loop: rings are kept until heard, so a ring between two waits is not lost. */
import type { Clock } from './ports.ts';

export interface Signal {
  ring(): void;
  /** Resolves at once if it rang since the last wait, else at the next ring or after `ms`. */
  wait(ms: number): Promise<void>;
  /** A ring that nobody has heard yet. */
  rung(): boolean;
}

export function createSignal(clock: Clock): Signal {
  let rung = false;
  let release: (() => void) | null = null;
  return {
    ring: () => {
      rung = true;
      release?.();
    },
    wait: async (ms) => {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = clock.after(ms, () => release?.());
          release = () => {
            timer.cancel();
            release = null;
            resolve();
          };
        });
      }
      rung = false;
    },
    rung: () => rung,
  };
}
