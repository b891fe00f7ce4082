/**
 * ingest: verify, append, answer. Two encapsulated scopes, so that the tolerance of the hooks never
 * reaches our own API and its strictness never loses a webhook.
 */
import { rawCodec } from '@sapwood/contracts/codec';
import { partitionOf } from '@sapwood/contracts/partition';
import { TOPICS } from '@sapwood/contracts/topics';
import type { EventLog, Idle, Timer } from '@sapwood/runtime/ports';
import type { FastifyInstance } from 'fastify';
import { createInFlight } from './admission.ts';
import { createBatcher } from './batcher.ts';
import { DEFAULT_LIMITS } from './config.ts';
import type { IngestDeps, IngestParts } from './parts.ts';
import { registerFeeds } from './routes/feeds.ts';
import { registerHooks } from './routes/hooks.ts';

export interface Ingest extends Idle {
  /** Serving has begun: heartbeats say so in the raw log, from now on each minute. */
  start(): void;
  /** Settles what was taken; the server should have stopped listening. */
  stop(): Promise<void>;
}

function createPartitionFor(log: Pick<EventLog, 'partitions'>): IngestParts['partitionFor'] {
  // The number of partitions of a topic never changes while a process runs (design D7).
  const counts = new Map<string, number>();
  return async (topic, workspace) => {
    let count = counts.get(topic);
    if (count === undefined) {
      count = await log.partitions(topic);
      counts.set(topic, count);
    }
    return partitionOf(workspace, count);
  };
}

/** One heartbeat per destination: with bodies alone, silence could not be told from loss. */
async function beat(parts: IngestParts): Promise<void> {
  const at = parts.clock.now();
  if (parts.isClockWrong?.()) return;
  await Promise.all(
    parts.destinations.map(async ({ id, workspace }) => {
      const heartbeat = { dest: id, workspace, at };
      const record = { key: id, value: rawCodec.encode({ delivery: null, heartbeat }) };
      const partition = await parts.partitionFor(TOPICS.rawPylon.name, workspace);
      await parts.batcher.append(TOPICS.rawPylon.name, partition, workspace, record);
    }),
  );
}

/** Adds the routes of ingest to a server. Call `start` once it listens. */
export function registerIngest(server: FastifyInstance, deps: IngestDeps): Ingest {
  const limits = { ...DEFAULT_LIMITS, ...deps.limits };
  const parts: IngestParts = {
    ...deps,
    limits,
    batcher: createBatcher({ ...deps, limits }),
    inFlight: createInFlight(limits),
    partitionFor: createPartitionFor(deps.log),
  };
  let timer: Timer | null = null;
  let beating: Promise<void> | null = null;

  function heartbeat(): void {
    timer = deps.clock.after(limits.heartbeatMs / (deps.clock.speed ?? 1), heartbeat);
    beating = beat(parts)
      .catch(() => deps.telemetry({ type: 'Notice', level: 'warn', text: 'A heartbeat was lost.' }))
      .finally(() => {
        beating = null;
      });
  }

  void server.register(async (scope) => registerHooks(scope, parts));
  void server.register(async (scope) => registerFeeds(scope, parts));

  return {
    name: 'ingest',
    idle: () => parts.batcher.idle() && parts.inFlight.count() === 0 && beating === null,
    start: heartbeat,
    async stop() {
      timer?.cancel();
      await beating;
      await parts.batcher.stop();
    },
  };
}
