/** Every service as a program of a simulated process, wired as `packages/cli/compose.ts` wires them. */
import { createAggregator } from '@sapwood/aggregator/app';
import type { WorkspaceConfig } from '@sapwood/core/config';
import { canonicalJson } from '@sapwood/core/num';
import { createDetector } from '@sapwood/detector/app';
import { createFeed } from '@sapwood/gateway/feed';
import { Hub } from '@sapwood/gateway/hub';
import { registerIngest } from '@sapwood/ingest/app';
import { createNormalizer } from '@sapwood/normalizer/pipeline';
import { type Appender, createAppender } from '@sapwood/runtime/appender';
import type { SnapshotLimits } from '@sapwood/runtime/snapshots';
import type { Component } from '@sapwood/runtime/supervise';
import { createTicker } from '@sapwood/runtime/ticker';
import fastify, { type FastifyInstance } from 'fastify';
import { configFact } from '../../packages/cli/config-fact.ts';
import { newFactFold, TOPOLOGY } from '../../packages/cli/facts-fold.ts';
import { sha256Hex } from '../../packages/cli/hash.ts';
import { rosterOf } from '../../packages/cli/setup.ts';
import type { Ports, Program } from './machine.ts';
import type { ConfigFor } from './plan.ts';
import { costKeyOf, secretOf, WORKSPACES } from './sender.ts';
import type { Gate } from './viewer.ts';

/** What the world outside holds on to: where requests and subscribers go now. */
export interface Doors {
  server: FastifyInstance | null;
  gate: Gate | null;
  /** The configuration that a start of the normalizer applies. */
  config: ConfigFor;
}

const ROSTER = { robot: 'bot' } as const;
const costKeys = WORKSPACES.map((workspace) => ({
  ...{ id: `${workspace}-costs`, workspace, key: costKeyOf(workspace) },
}));

export const ingestProgram =
  (doors: Doors): Program =>
  async (ports) => {
    const server = fastify();
    const ingest = registerIngest(server, {
      ...ports,
      costKeys,
      destinations: WORKSPACES.map((workspace) => ({
        ...{ id: `${workspace}-hook`, workspace, source: `${workspace}-pylon` },
        schemes: [{ kind: 'pylon-hmac', secrets: [secretOf(workspace)] }],
      })),
    });
    await server.ready();
    const web: Component = {
      name: 'ingest',
      start: async () => {
        doors.server = server;
        ingest.start();
      },
      stop: async () => {
        if (doors.server === server) doors.server = null;
        await server.close();
        await ingest.stop();
      },
      idle: () => ingest.idle(),
    };
    return [web];
  };

interface Hashed {
  readonly config: WorkspaceConfig;
  readonly hash: string;
}
const hashes = new Map<ConfigFor, Map<string, Hashed>>();
/** There are a few configurations, and thousands of starts. */
function hashed(make: ConfigFor, workspace: string): Hashed {
  const known = hashes.get(make) ?? new Map<string, Hashed>();
  hashes.set(make, known);
  const config = make(workspace);
  const found = known.get(workspace) ?? { config, hash: sha256Hex(canonicalJson(config)) };
  known.set(workspace, found);
  return found;
}

/** As `compose.ts` does it at each start: once per change. */
function configuration(doors: Doors, appender: Appender, { store, clock }: Ports): Component {
  const applyTo = async (workspace: string): Promise<void> => {
    const { config, hash } = hashed(doors.config, workspace);
    const known = await store.getRecord(`config/${workspace}`);
    if (known && new TextDecoder().decode(known) === hash) return;
    const outcome = await appender.append([configFact(workspace, config, clock.now())]);
    if (outcome.kind !== 'durable')
      throw new Error(`The configuration was not kept: ${JSON.stringify(outcome)}`);
    await store.putRecord(`config/${workspace}`, new TextEncoder().encode(hash));
  };
  return {
    name: 'config',
    start: async () => {
      for (const workspace of WORKSPACES) await applyTo(workspace);
    },
  };
}

export const normalizerProgram =
  (doors: Doors, onFatal: (error: Error) => void): Program =>
  (ports) => {
    const { log, clock, telemetry } = ports;
    const appender = createAppender({ log, clock, telemetry });
    const normalizer = createNormalizer({
      ...ports,
      appender,
      onFatal,
      costs: costKeys,
      sources: WORKSPACES.map((workspace) => ({
        ...{ id: `${workspace}-pylon`, workspace, destinations: [`${workspace}-hook`] },
        ...({ bodies: 'facts', messages: 'read', statuses: {}, roster: rosterOf(ROSTER) } as const),
        ...{ priorityField: 'priority', categoryField: null, workspaceKey: 'key', client: null },
      })),
    });
    const ticker = createTicker({ appender, clock, workspaces: WORKSPACES });
    return [appender, configuration(doors, appender, ports), normalizer, ticker];
  };

/** Left out where the store lies in the log's file: it is never lost alone. */
export const aggregatorProgram =
  (snapshots?: SnapshotLimits): Program =>
  (ports) => [
    createAggregator({
      ...{ ...ports, topology: TOPOLOGY, createFold: newFactFold, foreignCode: 'stop' },
      ...(snapshots ? { snapshots } : {}),
    }),
  ];

export const detectorProgram =
  (snapshots?: SnapshotLimits): Program =>
  (ports) => [
    createDetector({
      ...{ ...ports, topology: TOPOLOGY, partition: 0, foreignCode: 'stop' },
      ...(snapshots ? { snapshots } : {}),
    }),
  ];

export const gatewayProgram =
  (doors: Doors): Program =>
  (ports) => {
    const feed = createFeed(ports);
    const hub = new Hub({ ...ports, drainMs: 0 });
    const epoch = ports.rng.id();
    return [
      {
        name: 'gateway',
        start: async () => {
          await feed.start();
          doors.gate = {
            hub,
            clock: ports.clock,
            epoch,
            view: (workspace) => feed.view(workspace),
          };
        },
        stop: async () => {
          await hub.stop();
          await feed.stop();
        },
        idle: () => feed.idle(),
      },
    ];
  };

/** Several programs in one process, as `npm start` runs them. */
export const together =
  (...programs: readonly Program[]): Program =>
  async (ports) => {
    const all: Component[] = [];
    for (const program of programs) all.push(...(await program(ports)));
    return all;
  };
