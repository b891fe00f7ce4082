/** SIGTERM and SIGINT drain; a second one exits at once (ecosystem.md 9). */
import type { Clock } from '@sapwood/runtime/ports';
import { EXIT_CODES } from './errors.ts';

export type StopSignal = 'SIGTERM' | 'SIGINT';

/** The part of `process` that a shutdown needs; `main.ts` passes it in. */
export interface ProcessPort {
  on(signal: StopSignal, listener: () => void): unknown;
  off(signal: StopSignal, listener: () => void): unknown;
  exit(code: number): void;
}

export interface ShutdownDeps {
  readonly process: ProcessPort;
  readonly clock: Clock;
  /** Drains and closes everything, in reverse order of start. */
  readonly stop: (signal: StopSignal) => Promise<void>;
  /** Told what happens, in one sentence each. */
  readonly say?: (text: string) => void;
  /** After this long the process exits anyway; the next start is a recovery like any other. */
  readonly graceMs?: number;
}

const GRACE_MS = 40_000;
const SIGNALS: readonly StopSignal[] = ['SIGTERM', 'SIGINT'];

export interface Shutdown {
  /** Takes the handlers away again. */
  dispose(): void;
}

export function installShutdown(deps: ShutdownDeps): Shutdown {
  const { process, clock, stop, say = () => {}, graceMs = GRACE_MS } = deps;
  let begun = false;
  const drain = async (signal: StopSignal): Promise<void> => {
    const timer = clock.after(graceMs, () => {
      say('Stopping took too long; exiting.');
      process.exit(EXIT_CODES.SAPWOOD_UNEXPECTED);
    });
    try {
      await stop(signal);
      process.exit(0);
    } catch (error) {
      say(`Stopping failed: ${(error as Error).message}`);
      process.exit(EXIT_CODES.SAPWOOD_UNEXPECTED);
    } finally {
      timer.cancel();
    }
  };
  const handlers = SIGNALS.map((signal) => {
    const handler = (): void => {
      if (begun) {
        process.exit(EXIT_CODES.SAPWOOD_INTERRUPTED);
        return;
      }
      begun = true;
      say('Stopping; once more to exit at once.');
      void drain(signal);
    };
    process.on(signal, handler);
    return [signal, handler] as const;
  });
  return {
    dispose: () => {
      for (const [signal, handler] of handlers) process.off(signal, handler);
    },
  };
}
