/** The simulated tenant behind `start` without a source, and behind `demo`. */
import { labelCodec } from '@sapwood/contracts/codec';
import { factCodec } from '@sapwood/contracts/facts';
import type { Label } from '@sapwood/contracts/label';
import { partitionOf } from '@sapwood/contracts/partition';
import { TOPICS } from '@sapwood/contracts/topics';
import type { CostEntry } from '@sapwood/core/facts';
import type { SourceConfig } from '@sapwood/normalizer/config';
import { createPylonClient, type PylonClient } from '@sapwood/pylon/client';
import type { Clock, EventLog, Rng, StateStore } from '@sapwood/runtime/ports';
import type { Component } from '@sapwood/runtime/supervise';
import type { LoadedConfig } from '@sapwood/service-kit/config';
import type { Scenario } from '@sapwood/simulator/behaviour';
import { DECLARED_TREE, declaredDocument, declareTiers } from '@sapwood/simulator/declared';
import { askedDirectly } from '@sapwood/simulator/direct';
import { historyFacts } from '@sapwood/simulator/history';
import type { Staff } from '@sapwood/simulator/staff';
import { createTraffic } from '@sapwood/simulator/traffic';
import { createSimulatedTenant, type SimulatedTenant } from '@sapwood/simulator/world';
import { configFact } from './config-fact.ts';
import { loadedConfig } from './loaded.ts';
import { appendHistory, type Moment, seedFacts } from './seed.ts';
import { type Declared, declaredOf, rosterOf, type Setup, workspaceConfig } from './setup.ts';
import { treeFrom } from './tree/file.ts';

export const SIMULATED = 'simulated';
/** A day and a bit: every window of the wall is full, its predecessor up to an hour too. */
const HISTORY_MS: number = 26 * 3_600_000;
/** Conversations in the busiest hour: a desk of a dozen agents. */
const PEAK_PER_HOUR = 45;
const RECORD = 'simulator/world';
const CURRENCY = 'GBP';
const REST = { baseUrl: 'http://127.0.0.1', token: SIMULATED } as const;
/** Slugs of its custom fields. */
const FIELDS = {
  categoryField: 'topic',
  accountFields: { tier: 'tier', arr: 'arr', parent: null },
} as const;

export interface Simulation {
  readonly setup: Setup;
  readonly world: SimulatedTenant;
}

export interface SimulationOptions {
  readonly seed: number;
  readonly secret: string;
  readonly costKey: string;
  readonly workspaceKey: string;
  /** What the file says of the desk's workspace, or of its first one. */
  readonly loaded?: Declared;
  /** Of the client that reads its REST API; left out: from now on its webhooks are all that is known. */
  readonly rng?: Pick<Rng, 'next'>;
}

interface SetupOptions extends Omit<SimulationOptions, 'seed' | 'rng'> {
  readonly staff: Staff;
  readonly client: PylonClient | null;
}

interface Engine {
  readonly log: EventLog;
  readonly store: StateStore;
}

/**
 * The tenant as it stands now, its past in the log. A store that was simulated before goes on with
 * the same desk: what it did while nobody looked is written as history.
 */
export async function simulate(
  { log, store }: Engine,
  clock: Clock,
  options: SimulationOptions,
): Promise<Simulation> {
  const partition = partitionOf(SIMULATED, await log.partitions(TOPICS.facts.name));
  const known = await store.getRecord(RECORD);
  const born = known
    ? (JSON.parse(new TextDecoder().decode(known)) as { seed: number; startMs: number })
    : { seed: options.seed, startMs: clock.now() - HISTORY_MS };
  const world = createSimulatedTenant({ ...born, peakPerHour: PEAK_PER_HOUR });
  declareTiers(world.staff);
  const client = options.rng ? clientOf(world, clock, options.rng) : null;
  const setup = simulatedSetup({ ...options, staff: world.staff, client }, clock.now());
  const [{ roster }] = setup.sources as [SourceConfig];
  // Before its history: a start that is cut off in it is gone on with, as the same desk.
  if (!known) await store.putRecord(RECORD, new TextEncoder().encode(JSON.stringify(born)));
  const newest = await newestStamp(log, partition);
  const history = historyFacts(world, {
    workspace: SIMULATED,
    source: SIMULATED,
    workspaceKey: options.workspaceKey,
    startMs: born.startMs,
    untilMs: clock.now(),
    read: { ...FIELDS, roster },
  });
  await seedFacts(
    log,
    partition,
    pastOf(setup, history, newest ?? born.startMs, newest === null),
    clock,
  );
  await appendLabels(log, partition, world.labels(SIMULATED), clock);
  return { setup, world };
}

function* pastOf(
  setup: Setup,
  history: Iterable<Moment>,
  since: number,
  fresh: boolean,
): Generator<Moment> {
  if (fresh) {
    const { id, config } = setup.workspaces[0]!;
    yield { at: since, facts: [configFact(id, config, since)] };
  }
  for (const moment of history) if (fresh || moment.at > since) yield moment;
}

/** Within the limits that Pylon publishes. */
function clientOf(world: SimulatedTenant, clock: Clock, rng: Pick<Rng, 'next'>): PylonClient {
  return createPylonClient({
    ...{ ...REST, clock, random: () => rng.next() },
    fetch: askedDirectly({ world, clock, token: REST.token, limits: true }),
  });
}

/** Log time of the newest fact; null: there is none. */
async function newestStamp(log: EventLog, partition: number): Promise<number | null> {
  const topic = TOPICS.facts.name;
  const { high } = await log.bounds(topic, partition);
  const options = { max: 1, waitMs: 0 };
  const [last] = high === 0 ? [] : await log.read(topic, partition, high - 1, options);
  return last?.value ? factCodec.decode(last.value).recordedAt : null;
}

async function appendLabels(
  log: EventLog,
  partition: number,
  labels: readonly Label[],
  clock: Clock,
): Promise<void> {
  const records = labels.map((label) => ({
    key: `${label.workspace}/${label.kind}/${label.id}`,
    value: labelCodec.encode(label),
  }));
  await appendHistory(log, TOPICS.labels.name, partition, records, clock);
}

/** What it declares where no file says anything of a workspace. */
function builtIn(staff: Staff): Declared {
  const texts: Readonly<Record<string, string>> = {
    '/sapwood.yaml': declaredDocument(staff, SIMULATED),
    '/tree.yaml': DECLARED_TREE,
  };
  const readText = (path: string): string | null => texts[path] ?? null;
  return loadedConfig({ file: 'sapwood.yaml', folder: '/', env: {}, readText });
}

/** Whatever currency the file reports: the desk's costs are in its own. */
function declaredDesk(loaded: Declared | undefined, staff: Staff, now: number) {
  const ids = Object.keys(loaded?.config.workspaces ?? {});
  const id = ids.includes(SIMULATED) ? SIMULATED : ids[0];
  if (loaded === undefined || id === undefined) {
    return { own: declaredOf(SIMULATED, builtIn(staff), now), treeFile: null };
  }
  const { tree: treeFile } = loaded.config.workspaces[id]!;
  const declared = declaredOf(id, loaded, now);
  return {
    own: treeFile ? { ...declared, tree: treeFrom(treeFile, CURRENCY) } : declared,
    treeFile,
  };
}

export function simulatedSetup(
  { secret, costKey, workspaceKey, loaded, staff, client }: SetupOptions,
  now: number,
): Setup {
  const { own, treeFile } = declaredDesk(loaded, staff, now);
  const source = {
    id: SIMULATED,
    workspace: SIMULATED,
    destinations: [SIMULATED],
    bodies: 'facts',
    messages: 'read',
    statuses: {},
    roster: rosterOf({ [staff.bot.id]: 'bot' }),
    priorityField: 'priority',
    ...FIELDS,
    workspaceKey,
    client,
  } as const;
  return {
    workspaces: [
      {
        id: SIMULATED,
        config: workspaceConfig(SIMULATED, { ...own, currency: CURRENCY, sources: [source] }),
        treeFile,
      },
    ],
    destinations: [
      {
        id: SIMULATED,
        workspace: SIMULATED,
        source: SIMULATED,
        schemes: [{ kind: 'pylon-hmac', secrets: [secret] }],
      },
    ],
    costKeys: [{ id: SIMULATED, workspace: SIMULATED, key: costKey }],
    sources: [source],
    costs: [{ id: SIMULATED, workspace: SIMULATED }],
  };
}

/** Webhooks a second where somebody set a rate; null: the desk's own rhythm. */
export function loadOf({
  config,
  origins,
}: Pick<LoadedConfig, 'config' | 'origins'>): number | null {
  const isSet = origins.get('simulator.eventsPerSecond')?.kind !== 'default';
  return isSet ? config.simulator.eventsPerSecond : null;
}

/** The tenant's live webhooks and cost feed, posted to our own address like anybody's. */
export function simulatedTraffic(options: {
  readonly world: SimulatedTenant;
  readonly clock: Clock;
  readonly url: () => string;
  readonly secret: string;
  readonly costKey: string;
  readonly scenario: Scenario;
  readonly eventsPerSecond: number | null;
}): Component {
  const { world, clock, url, secret, costKey, scenario, eventsPerSecond } = options;
  const traffic = createTraffic({
    world,
    clock,
    secret,
    scenario,
    ...(eventsPerSecond === null ? {} : { eventsPerSecond }),
    send: ({ body, headers }) => post(`${url()}/hooks/${SIMULATED}`, headers, body),
    sendCosts: (entries) => postCosts(`${url()}/v1/costs`, costKey, entries),
  });
  return {
    name: 'simulator',
    start: async () => traffic.start(),
    stop: () => traffic.stop(),
    idle: () => traffic.idle(),
  };
}

async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
): Promise<number> {
  const answer = await fetch(url, { method: 'POST', headers, body: new Uint8Array(body) });
  await answer.arrayBuffer();
  return answer.status;
}

const postCosts = (url: string, key: string, entries: readonly CostEntry[]): Promise<number> =>
  post(
    url,
    { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    new TextEncoder().encode(JSON.stringify(entries)),
  );
