/**
 * What runs in the process of each service of the distributed engine. The parts are the same as in
 * `compose.ts`, which runs all of them in one. Half of a start is reading code, so each process reads
 * its own service and no other.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TOPICS } from '@sapwood/contracts/topics';
import type { Access } from '@sapwood/gateway/access';
import type { GatewayDeps } from '@sapwood/gateway/app';
import type { ClockGuard } from '@sapwood/runtime/clock/guard';
import { createPartitioned } from '@sapwood/runtime/partitions';
import type { Clock, EventLog, Rng, StateStore } from '@sapwood/runtime/ports';
import { SNAPSHOT_LIMITS } from '@sapwood/runtime/snapshots';
import type { Component } from '@sapwood/runtime/supervise';
import type { Telemetry } from '@sapwood/runtime/telemetry';
import { createTicker } from '@sapwood/runtime/ticker';
import { createHttpServer } from '@sapwood/service-kit/http';
import { ensureBuilt } from '@sapwood/wallboard/build';
import type { FastifyInstance } from 'fastify';
import { acceptedStamp } from '../accepted-clock.ts';
import { applyConfig } from '../config-fact.ts';
import type { gatewayAsOf } from '../facts-fold.ts';
import type { Setup } from '../setup.ts';
import { createTreeWatch } from '../tree/watch.ts';

export interface ServiceDeps {
  readonly setup: Setup;
  readonly log: EventLog;
  readonly store: StateStore;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly telemetry: Telemetry;
  readonly guard: ClockGuard;
  readonly http: { readonly host: string; readonly port: number };
  /** Whom a gateway asks what a value is made of. */
  readonly aggregators: readonly string[];
  readonly access: Access;
  readonly onFailure: (name: string, reason: string) => void;
}

export interface Service {
  /** Started in order, stopped in reverse. */
  readonly components: readonly Component[];
  /** Conditions of `/readyz`, beside having started. */
  readonly ready?: Readonly<Record<string, () => boolean>>;
  /** Where it listens, once started; left out: it does not. */
  readonly url?: () => string;
  /** Adds what it answers on the operators' port. */
  readonly ops?: (server: FastifyInstance) => void;
}

export const SERVICES: Readonly<Record<string, (deps: ServiceDeps) => Promise<Service>>> = {
  ingest,
  normalizer,
  aggregator,
  detector,
  gateway,
};

async function ingest(deps: ServiceDeps): Promise<Service> {
  const { registerIngest } = await import('@sapwood/ingest/app');
  const { setup, guard, http } = deps;
  const server = createHttpServer({});
  const service = registerIngest(server, {
    ...deps,
    isClockWrong: () => guard.check() !== null,
    destinations: setup.destinations,
    costKeys: setup.costKeys,
  });
  let url = '';
  const web: Component = {
    name: 'web',
    start: async () => {
      url = await server.listen(http);
      service.start();
    },
    // What was let in is answered before ingest settles: a drain refuses nobody it has accepted.
    stop: async () => {
      await server.close();
      await service.stop();
    },
    idle: () => service.idle(),
  };
  return { components: [web], url: () => url };
}

/** The one process that writes facts, and so the one that ticks. */
async function normalizer(deps: ServiceDeps): Promise<Service> {
  const { createNormalizer } = await import('@sapwood/normalizer/pipeline');
  const { createAppender } = await import('@sapwood/runtime/appender');
  const { setup, log, clock, telemetry, guard, store } = deps;
  const accepted = { acceptedStamp: await acceptedStamp(store) };
  const appender = createAppender({ log, clock, telemetry, guard, ...accepted });
  const configuration = { name: 'config', start: () => applyConfig(setup, appender, deps) };
  const pipeline = createNormalizer({
    ...deps,
    appender,
    sources: setup.sources,
    costs: setup.costs,
    onFatal: (error) => deps.onFailure('normalizer', error.message),
  });
  const trees = createTreeWatch({ ...deps, appender });
  const workspaces = setup.workspaces.map(({ id }) => id);
  const ticker = createTicker({ appender, clock, workspaces });
  return { components: [appender, configuration, trees, pipeline, ticker] };
}

async function aggregator(deps: ServiceDeps): Promise<Service> {
  const { createAggregator } = await import('@sapwood/aggregator/app');
  const { newFactFold, TOPOLOGY: topology } = await import('../facts-fold.ts');
  const { registerExplain } = await import('@sapwood/aggregator/routes/explain');
  const { ensureStoreKey, holdsStoreKey } = await import('@sapwood/runtime/http/store-key');
  const { store, rng } = deps;
  const fold = { createFold: newFactFold, topology, foreignCode: 'stop' } as const;
  const all = createAggregator({ ...deps, ...fold, snapshots: SNAPSHOT_LIMITS });
  const key = { name: 'key', start: () => ensureStoreKey(store, rng) };
  const isOurs = (header: string | undefined): Promise<boolean> => holdsStoreKey(store, header);
  return {
    components: [key, all],
    ops: (server) => registerExplain(server, { explainer: all, isOurs }),
  };
}

async function detector(deps: ServiceDeps): Promise<Service> {
  const { createDetector } = await import('@sapwood/detector/app');
  const { TOPOLOGY } = await import('../facts-fold.ts');
  const fold = { topology: TOPOLOGY, foreignCode: 'stop', snapshots: SNAPSHOT_LIMITS } as const;
  const all = createPartitioned({
    name: 'detector',
    log: deps.log,
    group: 'detector',
    topic: TOPICS.samples.name,
    create: (partition) => [createDetector({ ...deps, ...fold, partition })],
  });
  return { components: [all] };
}

async function gateway(deps: ServiceDeps): Promise<Service> {
  const { registerGateway } = await import('@sapwood/gateway/app');
  const { createHttpExplainer } = await import('@sapwood/runtime/http/explainer');
  const { setup, http, access } = deps;
  const primary = setup.workspaces[0]!;
  const wallDir = await ensureBuilt();
  const server = createHttpServer({});
  const service = await registerGateway(server, {
    ...deps,
    workspace: primary.id,
    access,
    currency: primary.config.currency,
    build: buildOf(wallDir),
    wallDir,
    asOf: lookBack(deps),
    explainer: createHttpExplainer(deps),
    ...(primary.app === undefined ? {} : { app: primary.app }),
  });
  let url = '';
  const web: Component = {
    name: 'web',
    start: async () => {
      url = await server.listen(http);
    },
    stop: async () => server.close(),
  };
  const ready = { values: () => service.ready() };
  return { components: [service, web], ready, url: () => url };
}

/** The fold is read with the first question about the past: a start has no use for it. */
function lookBack({ log, clock }: ServiceDeps): NonNullable<GatewayDeps['asOf']> {
  let made: Promise<ReturnType<typeof gatewayAsOf>> | null = null;
  return async (workspace, at) => {
    made ??= import('../facts-fold.ts').then((loaded) => loaded.gatewayAsOf(log, clock));
    return (await made)(workspace, at);
  };
}

/** The same in every gateway of a release: screens reload when it differs. */
function buildOf(wallDir: string): string {
  const page = readFileSync(join(wallDir, 'index.html'));
  return createHash('sha256').update(page).digest('hex').slice(0, 12);
}
