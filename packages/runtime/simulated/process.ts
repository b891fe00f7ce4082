/** A simulated process: it can be closed in peace, stall, stand still, or die between any two awaits. */
import type { Clock, Rng } from '../ports.ts';
import { chance, type Struck } from './faults.ts';

export interface Process {
  /** Runs `effect` once, with a crash point before and after it. A dead process never answers. */
  call<T>(effect: () => T): Promise<T>;
  /** Resolves while the process lives; never once it is dead. */
  alive(): Promise<void>;
  closed(): boolean;
  close(): void;
  kill(): void;
  /** As SIGSTOP and SIGCONT: between them no answer arrives, and no request leaves. */
  pause(): void;
  resume(): void;
  /** Its crash point is void: faults are over. */
  spare(): void;
}

export interface ProcessOptions {
  /** The process dies at this crash point, counted from 1; two of them lie around every call. */
  readonly crashAt?: number;
  readonly onCrash?: () => void;
}

/** Of the line between a process and what it calls. */
export interface CallFaults {
  /** Probability, 0 to 1, that a request, and again that an answer, is on its way for a while. */
  readonly stall?: number;
  /** How long at most. */
  readonly stallMsMax?: number;
}

export interface ProcessDeps {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly faults: () => CallFaults;
  readonly struck: Struck;
  /** Ends the waits of a process that is closed. */
  readonly wake: () => void;
}

export function createProcess(options: ProcessOptions, deps: ProcessDeps): Process {
  const { clock, rng, faults, struck, wake } = deps;
  const { onCrash } = options;
  let { crashAt } = options;
  let points = 0;
  let dead = false;
  let closed = false;
  let standing: PromiseWithResolvers<void> | null = null;

  /** A promise of a dead process is never settled: its caller is dead too. */
  const silence = <T>(): Promise<T> => new Promise<T>(() => {});
  const point = (): void => {
    if (dead || ++points !== crashAt) return;
    dead = true;
    struck('crash');
    onCrash?.();
  };
  /** One way over the line. */
  const pass = async (): Promise<void> => {
    const { stall, stallMsMax = 1_000 } = faults();
    if (chance(rng, stall)) {
      struck('stall');
      await clock.sleep(Math.ceil(rng.next() * stallMsMax));
    }
    while (standing) await standing.promise;
  };
  const alive = async (): Promise<void> => {
    await pass();
    if (dead) await silence<void>();
  };
  return {
    call: async <T>(effect: () => T): Promise<T> => {
      point();
      await pass();
      if (dead) return silence<T>();
      const answer = effect();
      point();
      await pass();
      return dead ? silence<T>() : answer;
    },
    alive,
    closed: () => closed,
    close: () => {
      closed = true;
      wake();
    },
    kill: () => {
      dead = true;
    },
    pause: () => {
      standing ??= Promise.withResolvers();
    },
    resume: () => {
      standing?.resolve();
      standing = null;
    },
    spare: () => {
      crashAt = undefined;
    },
  };
}
