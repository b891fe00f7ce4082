/** Moves log time of a quiet log: one tick record per partition (reliability.md 7). */

import type { DraftFact } from '@sapwood/core/facts';
import { HOUR_MS } from '@sapwood/core/time';
import type { Appender } from './appender.ts';
import type { Clock, Idle, Timer } from './ports.ts';

const STEP_MS = 5_000;
const QUIET_STEP_MS = 60_000;
/** After this long without a fact a log ticks each minute. */
const RECENT_MS: number = 2 * HOUR_MS;

export interface TickerDeps {
  readonly appender: Appender;
  readonly clock: Clock;
  /** Every workspace this installation serves; one of each partition gives its ticks their name. */
  readonly workspaces: readonly string[];
}

export interface Ticker extends Idle {
  start(): Promise<void>;
  stop(): Promise<void>;
}

const tick = (workspace: string, atMs: number, observedAt: number): DraftFact => ({
  kind: 'tick',
  workspace,
  entity: workspace,
  at: atMs,
  observedAt,
  origin: 'system',
  via: 'system',
  srcs: [],
  readAfter: null,
  group: null,
  body: {},
});

/** Start it after the appender, in the process that runs the normalizer, and nowhere else. */
export function createTicker({ appender, clock, workspaces }: TickerDeps): Ticker {
  let timer: Timer | null = null;
  let stopped = false;
  let inFlight: Promise<unknown> | null = null;
  /** The last multiple that was ticked: a timer that fires early must not tick it twice. */
  let lastMs = 0;

  const isDue = (partition: number, multipleMs: number): boolean =>
    multipleMs % QUIET_STEP_MS === 0 ||
    multipleMs - lastMs > STEP_MS ||
    multipleMs - appender.lastFactAt(partition) < RECENT_MS;

  const tickAt = async (multipleMs: number): Promise<void> => {
    const named = new Map(workspaces.map((name) => [appender.partitionOf(name), name]));
    const due = [...named].filter(([partition]) => isDue(partition, multipleMs));
    lastMs = multipleMs;
    await Promise.all(
      due.map(([, workspace]) => appender.append([tick(workspace, multipleMs, clock.now())])),
    );
  };
  const fire = (): void => {
    const multipleMs = Math.floor(clock.now() / STEP_MS) * STEP_MS;
    // Lower, too: a clock that was set back ticks on from where it is.
    if (multipleMs !== lastMs && !inFlight) {
      // A tick that is rejected is not repeated: the next multiple says the same and more.
      inFlight = tickAt(multipleMs).finally(() => {
        inFlight = null;
      });
    }
    arm();
  };
  const arm = (): void => {
    if (stopped) return;
    timer = clock.after((STEP_MS - (clock.now() % STEP_MS)) / (clock.speed ?? 1), fire);
  };
  return {
    name: 'ticker',
    start: async () => {
      lastMs = Math.floor(clock.now() / STEP_MS) * STEP_MS;
      arm();
    },
    stop: async () => {
      stopped = true;
      timer?.cancel();
      await inFlight;
    },
    idle: () => inFlight === null,
  };
}
