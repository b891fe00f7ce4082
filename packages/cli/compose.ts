/** Every service in one process over one engine: what `start`, `demo` and `replay` run (design D6). */
import { hash } from 'node:crypto';
import { createAggregator } from '@sapwood/aggregator/app';
import { factCodec } from '@sapwood/contracts/facts';
import { partitionOf } from '@sapwood/contracts/partition';
import { TOPICS } from '@sapwood/contracts/topics';
import type { WorkspaceConfig } from '@sapwood/core/config';
import type { DraftFact, Fact } from '@sapwood/core/facts';
import { createFactFold, type FactFold } from '@sapwood/core/fold';
import type { Frame, MetricRecord, Series } from '@sapwood/core/metrics';
import { canonicalJson } from '@sapwood/core/num';
import { createDetector } from '@sapwood/detector/app';
import type { Access } from '@sapwood/gateway/access';
import { type Gateway, registerGateway } from '@sapwood/gateway/app';
import { registerIngest } from '@sapwood/ingest/app';
import type { NormalizerLimits } from '@sapwood/normalizer/config';
import { createNormalizer } from '@sapwood/normalizer/pipeline';
import { createAppender } from '@sapwood/runtime/appender';
import { type AsOf, createAsOf } from '@sapwood/runtime/as-of';
import { type ClockGuard, createClockGuard } from '@sapwood/runtime/clock/guard';
import type { Clock, EventLog, Idle, Rng, StateStore } from '@sapwood/runtime/ports';
import { createRetention } from '@sapwood/runtime/retention';
import { type Component, createRunGroup } from '@sapwood/runtime/supervise';
import type { Telemetry } from '@sapwood/runtime/telemetry';
import { createTicker } from '@sapwood/runtime/ticker';
import type { FastifyInstance } from 'fastify';
import { acceptedStamp } from './accepted-clock.ts';
import { retentionRules } from './retention.ts';
import type { Setup } from './setup.ts';
import { renewDetector } from './upgrade.ts';

export const TOPOLOGY = 1;

export const sha256Hex = (text: string): string => hash('sha256', text, 'hex');
/** 32 hex of a text: what the folds call `hash`. */
export const hash32 = (text: string): string => sha256Hex(text).slice(0, 32);

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
  });
  let url = '';
  const configuration = { name: 'config', start: () => applyConfig(setup, appender, ports) };
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
    aggregator,
    detector,
    serving(gateway),
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

/** Methods of a service object keep their `this`, whatever it is made of. */
export function serving(service: Gateway): Component {
  return {
    name: service.name,
    start: async () => service.start(),
    stop: async () => service.stop(),
    idle: () => service.idle(),
  };
}

export const newFactFold = (): FactFold => createFactFold({ topology: TOPOLOGY, hash: hash32 });

export type FactsAsOf = AsOf<Fact, MetricRecord, Frame>;

/** The fold over a prefix of a partition of `facts.v1`. */
export function factsAsOf(log: EventLog, clock: Clock, partition: number): FactsAsOf {
  const source = { topic: TOPICS.facts.name, partition, codec: factCodec };
  return createAsOf({ source, createFold: newFactFold, log, clock });
}

/** The gateway's look into the past, one at a time for each partition. */
export function gatewayAsOf(log: EventLog, clock: Clock) {
  const made = new Map<number, FactsAsOf>();
  const of = async (workspace: string): Promise<FactsAsOf> => {
    const partition = partitionOf(workspace, await log.partitions(TOPICS.facts.name));
    const asOf = made.get(partition) ?? factsAsOf(log, clock, partition);
    made.set(partition, asOf);
    return asOf;
  };
  return async (workspace: string, at: number): Promise<ReadonlyMap<string, Series> | 'busy'> => {
    try {
      const { fold, off } = await (await of(workspace)).at(at);
      return seriesOf(fold, workspace, off);
    } catch (error) {
      if ((error as { code?: string }).code === 'SAPWOOD_BUSY') return 'busy';
      throw error;
    }
  };
}

/** Every series of a workspace as a fold has them, stamped with the offset they are of. */
export function seriesOf(
  fold: Pick<FactFold, 'keys' | 'read'>,
  workspace: string,
  offset: number,
): Map<string, Series> {
  const found = new Map<string, Series>();
  for (const key of fold.keys()) {
    if (!key.startsWith(`${workspace}/`)) continue;
    const series = fold.read(key)?.series;
    if (series) found.set(series.key, { ...series, offset });
  }
  return found;
}

/** The fact that puts a configuration in force (design D11). */
export function configFact(workspace: string, config: WorkspaceConfig, at: number): DraftFact {
  const document = canonicalJson(config);
  return {
    kind: 'config.applied',
    workspace,
    entity: 'config',
    at: null,
    observedAt: at,
    origin: 'system',
    via: 'system',
    srcs: [],
    readAfter: null,
    group: null,
    body: { configHash: sha256Hex(document), document },
  };
}

/** Configuration enters the log once per change. */
export async function applyConfig(
  setup: Setup,
  appender: ReturnType<typeof createAppender>,
  { store, clock }: { readonly store: StateStore; readonly clock: Clock },
): Promise<void> {
  for (const { id, config } of setup.workspaces) {
    const hash = sha256Hex(canonicalJson(config));
    const record = `config/${id}`;
    const known = await store.getRecord(record);
    if (known && new TextDecoder().decode(known) === hash) continue;
    const outcome = await appender.append([configFact(id, config, clock.now())]);
    if (outcome.kind !== 'durable') {
      throw new Error(`The configuration was not kept: ${outcome.reason}`);
    }
    await store.putRecord(record, new TextEncoder().encode(hash));
  }
}
