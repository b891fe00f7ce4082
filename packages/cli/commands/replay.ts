/** `sapwood replay`: an event log through the whole path (replay/README.md). */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FactFold } from '@sapwood/core/fold';
import { createPylonClient } from '@sapwood/pylon/client';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { createSystemClock } from '@sapwood/runtime/clock/system';
import { createVirtualClock } from '@sapwood/runtime/clock/virtual';
import type { Clock, StateStore } from '@sapwood/runtime/ports';
import { createSqlite, type Sqlite } from '@sapwood/runtime/sqlite';
import Fastify from 'fastify';
import { createSystem } from '../compose.ts';
import { UserError } from '../exit.ts';
import { factsAsOf } from '../facts-fold.ts';
import { readCases } from '../replay/cases.ts';
import { type Driven, drive, HOOK, type Instant, instantsOf } from '../replay/drive.ts';
import { loadMapping, type Mapping } from '../replay/mapping.ts';
import { progressBar } from '../replay/progress.ts';
import { readTable } from '../replay/table.ts';
import { createReplayTenant, idOf } from '../replay/tenant.ts';
import { keptSecret, rosterOf, type Setup, workspaceConfig } from '../setup.ts';
import { STORE_FILE } from './shared.ts';

export interface ReplayOptions {
  readonly mapping: string;
  readonly data: string;
  readonly resume?: boolean;
  readonly limit?: number;
  readonly json?: boolean;
}

const WORKSPACE = 'replay';
/** How many instants are played already: the replay's own record. */
const RECORD = 'replay/position';

export async function replay(file: string, options: ReplayOptions): Promise<void> {
  const result = await replayOn(embedded(options.data), file, options);
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
}

/** Opens what the services rest on; they live on the virtual clock that is given. */
export type OpenEngine = (clock: Clock) => Promise<Engine>;
type Engine = Pick<Sqlite, 'log' | 'store' | 'close'>;

const embedded =
  (data: string): OpenEngine =>
  async (clock) =>
    createSqlite({ file: join(data, STORE_FILE), clock, durability: 'RELAXED' });

/** Plays the log on an engine of one partition; `options.data` keeps the secrets. */
export async function replayOn(
  open: OpenEngine,
  file: string,
  options: ReplayOptions,
): Promise<Outcome & { readonly events: number }> {
  const { mapping, checkColumns } = loadMapping(options.mapping);
  const table = readTable(file, mapping.delimiter, options.limit);
  checkColumns(table.header);
  const cases = readCases(file, table, mapping);
  const instants = instantsOf(cases.cases);
  if (instants.length === 0) throw new UserError(`${file}: no row became an event.`);
  const tenant = createReplayTenant(cases.statuses);
  const { automations } = cases;
  const outcome = await play(instants, { open, mapping, automations, tenant, options });
  return { events: cases.instants, ...outcome };
}

interface Play {
  readonly open: OpenEngine;
  readonly mapping: Mapping;
  readonly automations: ReadonlySet<string>;
  readonly tenant: ReturnType<typeof createReplayTenant>;
  readonly options: ReplayOptions;
}

interface Outcome extends Omit<Driven, 'instants'> {
  readonly facts: number;
  readonly applied: number;
  readonly redundant: number;
  readonly quarantined: number;
  readonly seconds: number;
}

async function play(instants: readonly Instant[], how: Play): Promise<Outcome> {
  const { tenant, options } = how;
  const real = createSystemClock({});
  const startedAt = real.monotonic();
  mkdirSync(options.data, { recursive: true });
  const clock = createVirtualClock(instants[0]!.at - 1_000);
  const engine = await how.open(clock);
  try {
    const done = await position(engine.store, options.resume === true);
    await tenant.server.listen({ host: '127.0.0.1', port: 0 });
    const secret = keptSecret(options.data, 'replay-secret');
    const system = await lineOf(how, { engine, clock, real, secret });
    let stopped = false;
    process.once('SIGINT', () => {
      stopped = true;
    });
    // What was played before is set again in the desk, without a webhook.
    for (const { changes } of instants.slice(0, done)) {
      for (const { found, number, look } of changes) tenant.apply(found, number, look);
    }
    if (done > 0) clock.advanceTo(instants[done - 1]!.at);
    await system.start();
    const bar = progressBar(instants.length);
    const driven = await drive(instants.slice(done), {
      ...{ clock, components: system.components, tenant, url: system.url(), secret },
      onProgress: (count) => bar.show(done + count),
      stopped: () => stopped,
    });
    bar.end();
    await remember(engine.store, done + driven.instants);
    await system.stop();
    const { fold, off } = await factsAsOf(engine.log, real, 0).head();
    const { fates } = (fold as FactFold).totals(WORKSPACE)!;
    const { instants: _instants, ...sent } = driven;
    const seconds = Math.round((real.monotonic() - startedAt) / 100) / 10;
    return { ...sent, facts: off, ...fates, seconds };
  } finally {
    await tenant.server.close();
    await engine.close();
  }
}

interface Ground {
  readonly engine: Engine;
  readonly clock: Clock;
  /** What the reads of the desk wait by: its server lives in real time. */
  readonly real: Clock;
  readonly secret: string;
}

/** The whole path, as `sapwood start` has it, on the clock of the log. */
function lineOf(
  { mapping, automations, tenant, options }: Play,
  { engine, clock, real, secret }: Ground,
): ReturnType<typeof createSystem> {
  const rng = createSeededRng(1);
  const client = createPylonClient({
    baseUrl: addressOf(tenant.server.server.address()),
    token: 'replay',
    fetch: globalThis.fetch,
    clock: real,
    random: () => rng.next(),
    budget: 'off',
  });
  const workspaceKey = keptSecret(options.data, 'workspace-key');
  return createSystem({
    setup: replaySetup(mapping, automations, client, secret, workspaceKey),
    ...{ log: engine.log, store: engine.store, clock, rng },
    telemetry: () => {},
    server: Fastify({ logger: false, forceCloseConnections: true }),
    ...{ host: '127.0.0.1', port: 0, access: { kind: 'loopback' } },
    wallDir: null,
    build: 'replay',
    expires: false,
    normalizerLimits: {
      reconcileEveryMs: Number.POSITIVE_INFINITY,
      directoryEveryMs: 30 * 86_400_000,
    },
    onFailure: (name, reason) => {
      throw new Error(`${name}: ${reason}`);
    },
  });
}

async function position(store: StateStore, resume: boolean): Promise<number> {
  const bytes = await store.getRecord(RECORD);
  const done = bytes ? Number(new TextDecoder().decode(bytes)) : null;
  if (done !== null && !resume) {
    throw new UserError('This store holds a replay already: use --resume, or another --data DIR.');
  }
  return done ?? 0;
}

const remember = (store: StateStore, done: number): Promise<void> =>
  store.putRecord(RECORD, new TextEncoder().encode(String(done)));

function addressOf(address: ReturnType<import('node:net').Server['address']>): string {
  if (address === null || typeof address === 'string') throw new Error('no address');
  return `http://127.0.0.1:${address.port}`;
}

function replaySetup(
  mapping: Mapping,
  automations: ReadonlySet<string>,
  client: ReturnType<typeof createPylonClient>,
  secret: string,
  workspaceKey: string,
): Setup {
  const kinds = Object.fromEntries(
    [...automations].map((owner) => [idOf(owner), 'automation'] as const),
  );
  const source = {
    id: 'replay',
    workspace: WORKSPACE,
    destinations: [HOOK],
    bodies: 'hints',
    messages: mapping.messages,
    statuses: {},
    roster: rosterOf(kinds),
    priorityField: 'priority',
    categoryField: null,
    workspaceKey,
    client,
  } as const;
  return {
    workspaces: [
      {
        id: WORKSPACE,
        config: workspaceConfig(WORKSPACE, { currency: 'USD', sources: [source] }),
      },
    ],
    destinations: [
      {
        id: HOOK,
        workspace: WORKSPACE,
        source: 'replay',
        schemes: [{ kind: 'pylon-hmac', secrets: [secret] }],
      },
    ],
    costKeys: [],
    sources: [source],
    costs: [],
  };
}
