/** A process's components as one group: started in order, watched, stopped in reverse. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock, Idle, Timer } from './ports.ts';
import type { Telemetry } from './telemetry.ts';

const WATCH_MS = 5_000;
/** Busy for so long without a step forward: the process is ended and starts anew (crash-only). */
export const STUCK_MS = 60_000;
const STOP_MS_MAX = 30_000;
/** A replay that never settles has a loop in it. */
const IDLE_PASSES_MAX = 1_000_000;

export interface Component {
  readonly name: string;
  start?(): Promise<void>;
  stop?(): Promise<void>;
  idle?(): boolean | Promise<boolean>;
  /** A number that rises with each step done; the watchdog looks at it while not idle. */
  position?(): number;
  /** Resolves to a reason if the component stood still by itself, null after `stop`. */
  readonly ended?: Promise<{ readonly reason: string; readonly detail: string } | null>;
}

export interface RunGroupDeps {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** A component ended by itself or is stuck. The group is still running: the caller decides. */
  readonly onFailure?: (name: string, reason: string) => void;
}

export interface RunGroup {
  /** Starts in order. If one fails, those before it are stopped again and the error is thrown. */
  start(): Promise<void>;
  /** Stops in reverse order, each within 30 s. Safe to call twice. */
  stop(): Promise<void>;
}

export function createRunGroup(components: readonly Component[], deps: RunGroupDeps): RunGroup {
  const { clock, telemetry, onFailure = () => {} } = deps;
  const started: Component[] = [];
  const seen = new Map<Component, { position: number; sinceMs: number }>();
  let watch: Timer | null = null;
  let stopping: Promise<void> | null = null;

  const look = async (component: Component): Promise<void> => {
    if (!component.position) return;
    const position = component.position();
    const last = seen.get(component);
    const still = last?.position === position && !(await component.idle?.());
    if (!still) {
      seen.set(component, { position, sinceMs: clock.monotonic() });
    } else if (clock.monotonic() - last.sinceMs >= STUCK_MS) {
      seen.delete(component);
      telemetry({ type: 'Notice', level: 'error', text: `${component.name} makes no progress.` });
      onFailure(component.name, 'stuck');
    }
  };
  const arm = (): void => {
    watch = clock.after(WATCH_MS, () => {
      for (const component of started) look(component).catch(() => {});
      arm();
    });
  };
  const follow = (component: Component): void => {
    component.ended
      ?.then((end) => {
        if (end && !stopping) onFailure(component.name, end.reason);
      })
      .catch(() => {});
  };
  const stopOne = async (component: Component): Promise<void> => {
    const limit = Promise.withResolvers<'late'>();
    const timer = clock.after(STOP_MS_MAX, () => limit.resolve('late'));
    const ended = (component.stop?.() ?? Promise.resolve()).then(() => 'stopped' as const);
    const how = await Promise.race([ended, limit.promise]).catch((error: Error) => error.message);
    timer.cancel();
    if (how === 'stopped') return;
    telemetry({ type: 'Notice', level: 'warn', text: `${component.name} did not stop: ${how}.` });
  };
  const stopAll = async (): Promise<void> => {
    watch?.cancel();
    for (const component of started.splice(0).reverse()) await stopOne(component);
  };
  return {
    start: async () => {
      for (const component of components) {
        try {
          await component.start?.();
        } catch (error) {
          await stopAll();
          throw error;
        }
        started.push(component);
        follow(component);
      }
      arm();
    },
    stop: () => {
      stopping ??= stopAll();
      return stopping;
    },
  };
}

/**
 * Resolves once nothing can progress unless time passes: every component idle in one pass, twice in
 * a row with a turn of the event loop between (reliability.md 7).
 */
export async function awaitIdle(components: readonly Partial<Idle>[]): Promise<void> {
  for (let passes = 0, calm = 0; calm < 2; passes++) {
    if (passes > IDLE_PASSES_MAX) throw new Error('the components never become idle');
    let idle = true;
    for (const component of components) {
      if (!component.idle || (await component.idle())) continue;
      idle = false;
      break;
    }
    calm = idle ? calm + 1 : 0;
    await nextTurn();
  }
}
