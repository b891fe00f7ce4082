/** A simulated process: it can be closed in peace, or die between any two awaits. */
export interface Process {
  /** Runs `effect` once, with a crash point before and after it. A dead process never answers. */
  call<T>(effect: () => T): Promise<T>;
  /** Resolves while the process lives; never once it is dead. */
  alive(): Promise<void>;
  closed(): boolean;
  close(): void;
  kill(): void;
}

export interface ProcessOptions {
  /** The process dies at this crash point, counted from 1; two of them lie around every call. */
  readonly crashAt?: number;
  readonly onCrash?: () => void;
}

export function createProcess({ crashAt, onCrash }: ProcessOptions, wake: () => void): Process {
  let points = 0;
  let dead = false;
  let closed = false;

  /** A promise of a dead process is never settled: its caller is dead too. */
  const silence = <T>(): Promise<T> => new Promise<T>(() => {});
  const point = (): void => {
    if (dead || ++points !== crashAt) return;
    dead = true;
    onCrash?.();
  };
  return {
    call: async <T>(effect: () => T): Promise<T> => {
      point();
      await null;
      if (dead) return silence<T>();
      const answer = effect();
      point();
      return dead ? silence<T>() : answer;
    },
    alive: () => (dead ? silence<void>() : Promise.resolve()),
    closed: () => closed,
    close: () => {
      closed = true;
      wake();
    },
    kill: () => {
      dead = true;
    },
  };
}
