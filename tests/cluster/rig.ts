/** A real Kafka and a real Redis, and services on them as processes that a test starts and kills. */
import { type Client, connect } from '@sapwood/client';
import { partitionOf } from '@sapwood/contracts/partition';
import { signBody } from '@sapwood/pylon/signature';
import type { EventLog } from '@sapwood/runtime/ports';
import { expect } from 'vitest';
import type { Broker } from '../../deploy/kafka/broker.ts';
import type { RedisServer } from '../../deploy/kafka/redis.ts';
import { logView } from '../../packages/cli/distributed/partition-view.ts';
import { type LetterFields, letterFrom } from '../support/desk.ts';
import { rawFates, sha256 } from '../support/journal.ts';
import { createPlace, type Place, type ServiceName } from '../support/place.ts';
import { clock, type Ending, runCli } from '../support/process.ts';
import { PYLON_SECRET, until } from '../support/pylon.ts';
import { type Engines, type Grounds, startGrounds } from './grounds.ts';

const COST_KEY = 'cost_key_do_not_use';
/** Few enough for two cores, more than one so that nothing may assume it. */
export const PARTITIONS = 3;
/** One on each partition; the first is the one that the gateway shows. */
export const WORKSPACES = ['acme', 'globex', 'hooli'] as const;
export type WorkspaceName = (typeof WORKSPACES)[number];
const SETTLED_MS = 60_000;
/** The batch oracle takes its time beside other tests. */
const VERIFY_MS = 240_000;

interface Sent {
  /** Bodies that were answered with 200, by their hash. */
  readonly acknowledged: Map<string, WorkspaceName>;
  /** How often each was sent. */
  readonly times: Map<string, number>;
}

export interface Rig {
  readonly brokers: readonly Broker[];
  readonly redis: RedisServer;
  /** Runs a command of the CLI that ends by itself, with this configuration. */
  sapwood(...args: readonly string[]): Promise<Ending>;
  /** Starts one more process of a service. */
  start(name: ServiceName, env?: Readonly<Record<string, string>>): Place;
  places(name: ServiceName): readonly Place[];
  /** Posts a signed body until it is answered with 200, to one ingest after the other. */
  post(fields: LetterFields, workspace?: WorkspaceName): Promise<void>;
  cost(entries: readonly object[]): Promise<number>;
  /** A client of the first gateway, or of this address. */
  wall(url?: string): Client;
  /** Statuses of every answer to a post. */
  statuses(): ReadonlySet<number>;
  /** Every delivery that was answered with 200 stands in the log and ended somewhere. */
  expectNothingLost(): Promise<void>;
  /** No delivery stands in the log more often than it was sent. */
  expectNothingTwice(): Promise<void>;
  /** The log, read by this process. */
  connect(): Promise<EventLog>;
  /** `sapwood verify` finds no difference. */
  expectVerified(): Promise<void>;
  clean(): Promise<void>;
}

function edgesText(): string {
  const source = (id: string): string => `  pylon-${id}:
    workspace: ${id}
    hooks: { desk-${id}: { schemes: [{ kind: pylon-hmac, secretFiles: [hook.secret] }] } }
`;
  return `sources:
${WORKSPACES.map(source).join('')}costs: { keys: { finance: { workspace: acme, keyFile: cost.key } } }
`;
}

/** Engines and topics; no service runs yet. */
export async function startRig(brokers = 1): Promise<Rig> {
  const grounds = await startGrounds({
    ...{ brokers, partitions: PARTITIONS, workspaces: WORKSPACES, config: edgesText() },
    files: {
      'hook.secret': PYLON_SECRET,
      'cost.key': COST_KEY,
      'workspace-key': 'a-key-of-this-test-and-of-no-other',
    },
  });
  const rig = createRig(grounds);
  return {
    ...rig,
    clean: async () => {
      await rig.clean();
      await grounds.clean();
    },
  };
}

function createRig(grounds: Grounds): Rig {
  const { brokers, redis, config } = grounds;
  const all: Place[] = [];
  const walls: Client[] = [];
  const sent: Sent = { acknowledged: new Map(), times: new Map() };
  const statuses = new Set<number>();

  const places = (name: ServiceName): Place[] => all.filter((place) => place.name === name);
  const addressOf = (name: ServiceName): string => places(name)[0]!.url();
  let engines: Promise<Engines> | null = null;
  const connected = async (): Promise<EventLog> => {
    engines ??= grounds.connect();
    return (await engines).log;
  };
  const sapwood: Rig['sapwood'] = (...args) => runCli([...args, '--config', config]);
  const post: Rig['post'] = async (fields, workspace = 'acme') => {
    const body = letterFrom(fields);
    const signature = signBody(PYLON_SECRET, Buffer.from(body));
    const headers = { 'content-type': 'application/json', 'x-pylon-signature': signature };
    const send = async (url: string): Promise<number> => {
      const path = `/hooks/desk-${workspace}`;
      const answer = await fetch(url + path, { method: 'POST', headers, body }).catch(() => null);
      if (answer) statuses.add(answer.status);
      return answer?.status ?? 0;
    };
    for (let times = 1; ; times++) {
      const ingests = places('ingest');
      sent.times.set(sha256(body), times);
      if ((await send(ingests[times % ingests.length]!.url())) === 200) break;
      await clock.sleep(100);
    }
    sent.acknowledged.set(sha256(body), workspace);
  };
  return {
    brokers,
    redis,
    sapwood,
    places,
    post,
    statuses: () => statuses,
    start: (name, env = {}) => {
      const made = createPlace(name, config, { env });
      made.start();
      all.push(made);
      return made;
    },
    cost: async (entries) => {
      const answer = await fetch(`${addressOf('ingest')}/v1/costs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${COST_KEY}` },
        body: JSON.stringify(entries),
      });
      return answer.status;
    },
    wall: (address = addressOf('gateway')) => {
      const url = `${address.replace('http', 'ws')}/v1/ws`;
      const made = connect({ url, kind: 'wall' });
      walls.push(made);
      return made;
    },
    connect: connected,
    expectNothingLost: async () => expectNothingLost(await connected(), sent),
    expectNothingTwice: async () => expectNothingTwice(await connected(), sent),
    expectVerified: async () => {
      const args = ['verify', '--json', '--config', config];
      const { code, stdout, stderr } = await runCli(args, {}, VERIFY_MS);
      expect(stdout, stderr).not.toBe('');
      const { found, cells } = JSON.parse(stdout) as { found: object; cells: number };
      const none = { code: 0, differences: 0, state: 0, published: 0 };
      expect({ code, ...found }, stdout).toEqual(none);
      expect(cells).toBeGreaterThan(0);
    },
    clean: async () => {
      for (const wall of walls) wall.close();
      await Promise.all(all.map((place) => place.end()));
    },
  };
}

async function expectNothingLost(log: EventLog, sent: Sent): Promise<void> {
  for (const workspace of WORKSPACES) {
    const part = logView(log, partitionOf(workspace, PARTITIONS));
    let fates: Awaited<ReturnType<typeof rawFates>> = [];
    const settled = async (): Promise<boolean> => {
      fates = await rawFates(part);
      return fates.every(({ ended }) => ended);
    };
    await until(clock, `every delivery of ${workspace} ended`, settled, SETTLED_MS);
    const kept = new Set(fates.map((fate) => fate.sha256));
    const own = [...sent.acknowledged].filter(([, of]) => of === workspace).map(([hash]) => hash);
    expect(own.filter((hash) => !kept.has(hash))).toEqual([]);
  }
}

async function expectNothingTwice(log: EventLog, sent: Sent): Promise<void> {
  const times = new Map<string, number>();
  for (const workspace of WORKSPACES) {
    for (const fate of await rawFates(logView(log, partitionOf(workspace, PARTITIONS)))) {
      times.set(fate.sha256, (times.get(fate.sha256) ?? 0) + 1);
    }
  }
  const repeated = [...sent.times.values()].filter((count) => count > 1).length;
  console.log(`${times.size} deliveries, ${repeated} of them were sent again`);
  expect([...times].filter(([hash, count]) => count > (sent.times.get(hash) ?? 0))).toEqual([]);
}
