/** `/healthz` and `/readyz` (ecosystem.md 9): alive is a loop that turns; ready is a word of each part. */
import type { Clock, Timer } from '@sapwood/runtime/ports';
import type { FastifyInstance } from 'fastify';

const BEAT_MS = 1_000;
/** A loop that lags more is stuck: the process is better started anew. */
export const LOOP_LAG_MS_MAX = 5_000;

export interface HealthDeps {
  readonly clock: Clock;
  /** By name; asked at each `/readyz`. */
  readonly checks: Readonly<Record<string, () => boolean | Promise<boolean>>>;
}

export interface Health {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  live(): boolean;
  /** Names of checks that fail; all of them while draining. */
  notReady(): Promise<readonly string[]>;
  /** From now on not ready: the first thing a shutdown does. */
  drain(): void;
}

export function createHealth({ clock, checks }: HealthDeps): Health {
  let timer: Timer | null = null;
  let lastBeat = clock.monotonic();
  let draining = false;
  const beat = (): void => {
    lastBeat = clock.monotonic();
    timer = clock.after(BEAT_MS, beat);
  };
  return {
    name: 'health',
    start: async () => beat(),
    stop: async () => {
      timer?.cancel();
      timer = null;
    },
    live: () => clock.monotonic() - lastBeat < BEAT_MS + LOOP_LAG_MS_MAX,
    drain: () => {
      draining = true;
    },
    notReady: async () => {
      const names = Object.keys(checks);
      if (draining) return names.length > 0 ? names : ['draining'];
      const answers = await Promise.all(
        names.map(async (name) => {
          try {
            return (await checks[name]!()) === true;
          } catch {
            return false;
          }
        }),
      );
      return names.filter((_, i) => !answers[i]);
    },
  };
}

/** Adds the two addresses. They say nothing that a stranger could use. */
export function registerHealth(server: FastifyInstance, health: Health): void {
  server.get('/healthz', async (_request, reply) => {
    const live = health.live();
    return reply.code(live ? 200 : 503).send({ live });
  });
  server.get('/readyz', async (_request, reply) => {
    const waitingFor = await health.notReady();
    const ready = waitingFor.length === 0;
    return reply.code(ready ? 200 : 503).send({ ready, waitingFor });
  });
}
