/** Every service in one process over one engine: what `start`, `demo` and `replay` run (design D6). */
import { createAggregator } from '@sapwood/aggregator/app';
import { createDetector } from '@sapwood/detector/app';
import type { Access } from '@sapwood/gateway/access';
import { registerGateway } from '@sapwood/gateway/app';
import { registerIngest } from '@sapwood/ingest/app';
import type { NormalizerLimits } from '@sapwood/normalizer/config';
import { createNormalizer } from '@sapwood/normalizer/pipeline';
import { createAppender } from '@sapwood/runtime/appender';
import { type ClockGuard, createClockGuard } from '@sapwood/runtime/clock/guard';
import type { Clock, EventLog, Idle, Rng, StateStore } from '@sapwood/runtime/ports';
import { createRetention } from '@sapwood/runtime/retention';
import { type Component, createRunGroup } from '@sapwood/runtime/supervise';
import type { Telemetry } from '@sapwood/runtime/telemetry';
import { createTicker } from '@sapwood/runtime/ticker';
import type { FastifyInstance } from 'fastify';
import { acceptedStamp } from './accepted-clock.ts';
import { applyConfig } from './config-fact.ts';
import { gatewayAsOf, newFactFold, TOPOLOGY } from './facts-fold.ts';
import { retentionRules } from './retention.ts';
import type { Setup } from './setup.ts';
import { createTreeWatch } from './tree/watch.ts';
import { renewDetector } from './upgrade.ts';

export interface SystemDeps {
  readonly setup: Setup;
  readonly log: EventLog;
  readonly store: StateStore;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly telemetry: Telemetry;
  /** Not listening yet; the routes are added to it. */
  readonly server: FastifyInstance;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly access: Access;
  readonly wallDir: string | null;
  readonly build: string;
  /** Default: one of its own, without a reference. */
  readonly guard?: ClockGuard;
  readonly normalizerLimits?: Partial<NormalizerLimits>;
  /** False: nothing is removed, however old; a replay's past is its point. Default true. */
  readonly expires?: boolean;
  readonly onFailure: (name: string, reason: string) => void;
}

export interface System {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Address that the server listens on, once started. */
  url(): string;
  /** What must be idle before time may move on (replay). */
  readonly components: readonly Partial<Idle>[];
}

export async function createSystem(deps: SystemDeps): Promise<System> {
  const { setup, log, store, clock, rng, telemetry, server } = deps;
  const ports = { log, store, clock, rng, telemetry };
  const guard = deps.guard ?? createClockGuard(clock);
  const accepted = { acceptedStamp: await acceptedStamp(store) };
  const appender = createAppender({ log, clock, telemetry, guard, ...accepted });
  const normalizer = createNormalizer({
    ...ports,
    appender,
    sources: setup.sources,
    costs: setup.costs,
    ...(deps.normalizerLimits ? { limits: deps.normalizerLimits } : {}),
    onFatal: (error) => deps.onFailure('normalizer', error.message),
  });
  const aggregator = createAggregator({
    ...ports,
    topology: TOPOLOGY,
    createFold: newFactFold,
    foreignCode: 'rebuild',
  });
  const detector = createDetector({ ...ports, topology: TOPOLOGY, partition: 0 });
  const ticker = createTicker({ appender, clock, workspaces: setup.workspaces.map((w) => w.id) });
  const ingest = registerIngest(server, {
    ...ports,
    isClockWrong: () => guard.check() !== null,
    destinations: setup.destinations,
    costKeys: setup.costKeys,
  });
  const rules = retentionRules({ setup, log, store, topology: TOPOLOGY });
  const retention = createRetention({ log, clock, telemetry, rules });
  const primary = setup.workspaces[0]!;
  const gateway = await registerGateway(server, {
    ...ports,
    workspace: primary.id,
    access: deps.access,
    currency: primary.config.currency,
    build: deps.build,
    wallDir: deps.wallDir,
    asOf: gatewayAsOf(log, clock),
    explainer: aggregator,
    ...(primary.app === undefined ? {} : { app: primary.app }),
  });
  let url = '';
  const configuration = { name: 'config', start: () => applyConfig(setup, appender, ports) };
  const trees = createTreeWatch({ setup, appender, ...ports });
  const web: Component = {
    name: 'web',
    start: async () => {
      url = await server.listen({ host: deps.host, port: deps.port });
      ingest.start();
    },
    // What was let in is answered before ingest settles: a drain refuses nobody it has accepted.
    stop: async () => {
      await server.close();
      await ingest.stop();
    },
    idle: () => ingest.idle(),
  };
  const upgrade = { name: 'upgrade', start: () => renewDetector(log, store, TOPOLOGY) };
  const order: readonly Component[] = [
    appender,
    upgrade,
    configuration,
    trees,
    aggregator,
    detector,
    gateway,
    normalizer,
    ticker,
    ...(deps.expires === false ? [] : [retention]),
    web,
  ];
  const group = createRunGroup(order, { clock, telemetry, onFailure: deps.onFailure });
  return {
    start: () => group.start(),
    stop: () => group.stop(),
    url: () => url,
    components: order,
  };
}
