/** A real Kafka and a real Redis, and services on them as processes that a test starts and kills. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, connect } from '@sapwood/client';
import { partitionOf } from '@sapwood/contracts/partition';
import { signBody } from '@sapwood/pylon/signature';
import { createSystemRng } from '@sapwood/runtime/clock/system';
import { createKafka } from '@sapwood/runtime/kafka';
import { expect } from 'vitest';
import { type Broker, startBrokers } from '../../deploy/kafka/broker.ts';
import { type RedisServer, startRedis } from '../../deploy/kafka/redis.ts';
import { startWarden } from '../../deploy/kafka/warden.ts';
import { logView } from '../../packages/cli/distributed/partition-view.ts';
import { type LetterFields, letterFrom } from '../support/desk.ts';
import { rawFates, sha256 } from '../support/journal.ts';
import { clock, type Ending, runCli } from '../support/process.ts';
import { PYLON_SECRET, until } from '../support/pylon.ts';
import { createSlot, type ServiceName, type Slot } from './slot.ts';

const COST_KEY = 'cost_key_do_not_use';
/** Few enough for two cores, more than one so that nothing may assume it. */
const PARTITIONS = 3;
const SESSION_MS = 2_000;
/** One on each partition; the first is the one that the gateway shows. */
export const WORKSPACES = ['acme', 'globex', 'hooli'] as const;
export type WorkspaceName = (typeof WORKSPACES)[number];
const SETTLED_MS = 60_000;

export interface Rig {
  readonly brokers: readonly Broker[];
  readonly redis: RedisServer;
  /** Runs a command of the CLI that ends by itself, with this configuration. */
  sapwood(...args: readonly string[]): Promise<Ending>;
  /** Starts one more process of a service. */
  start(name: ServiceName): Slot;
  slots(name: ServiceName): readonly Slot[];
  /** Posts a signed body until it is answered with 200. */
  post(fields: LetterFields, workspace?: WorkspaceName): Promise<void>;
  cost(entries: readonly object[]): Promise<number>;
  wall(): Client;
  /** Every delivery that was answered with 200 stands in the log and ended somewhere. */
  expectNothingLost(): Promise<void>;
  /** `sapwood verify` finds no difference. */
  expectVerified(): Promise<void>;
  clean(): Promise<void>;
}

function configText(brokers: readonly Broker[], redis: RedisServer): string {
  const workspace = (id: string): string => `  ${id}: { currency: GBP, zone: Europe/London }\n`;
  const source = (id: string): string => `  pylon-${id}:
    workspace: ${id}
    hooks: { desk-${id}: { schemes: [{ kind: pylon-hmac, secretFiles: [hook.secret] }] } }
`;
  return `data: .
workspaces:
${WORKSPACES.map(workspace).join('')}sources:
${WORKSPACES.map(source).join('')}costs: { keys: { finance: { workspace: acme, keyFile: cost.key } } }
kafka:
  brokers: [${brokers.map(({ address }) => address).join(', ')}]
  partitions: ${PARTITIONS}
  replicas: ${Math.min(3, brokers.length)}
  sessionMs: ${SESSION_MS}
redis: { url: "${redis.address}" }
`;
}

/** Engines and topics; no service runs yet. */
export async function startRig(brokerCount = 1): Promise<Rig> {
  const warden = startWarden();
  const hooks = { onPid: warden.pid, onFolder: warden.folder };
  const folder = mkdtempSync(join(tmpdir(), 'sapwood-cluster-test-'));
  warden.folder(folder);
  const [brokers, redis] = await Promise.all([startBrokers(brokerCount, hooks), startRedis(hooks)]);
  const config = join(folder, 'sapwood.yaml');
  const files = {
    'hook.secret': PYLON_SECRET,
    'cost.key': COST_KEY,
    'workspace-key': 'a-key-of-this-test-and-of-no-other',
    'sapwood.yaml': configText(brokers, redis),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const applied = await runCli(['topics', 'apply', '--config', config]);
  if (applied.code !== 0) throw new Error(`topics apply: ${applied.stderr}`);
  const rig = createRig(config, brokers, redis);
  return {
    ...rig,
    clean: async () => {
      await rig.clean();
      await Promise.all([...brokers.map((broker) => broker.stop()), redis.stop()]);
      rmSync(folder, { recursive: true, force: true });
      warden.dismiss();
    },
  };
}

function createRig(config: string, brokers: readonly Broker[], redis: RedisServer): Rig {
  const all: Slot[] = [];
  const walls: Client[] = [];
  /** Bodies that were answered with 200, by their hash. */
  const acknowledged = new Map<string, WorkspaceName>();

  const slots = (name: ServiceName): Slot[] => all.filter((slot) => slot.name === name);
  const addressOf = (name: ServiceName): string => slots(name)[0]!.url();
  const sapwood: Rig['sapwood'] = (...args) => runCli([...args, '--config', config]);
  const post: Rig['post'] = async (fields, workspace = 'acme') => {
    const body = letterFrom(fields);
    const signature = signBody(PYLON_SECRET, Buffer.from(body));
    const headers = { 'content-type': 'application/json', 'x-pylon-signature': signature };
    const send = (): Promise<Response> =>
      fetch(`${addressOf('ingest')}/hooks/desk-${workspace}`, { method: 'POST', headers, body });
    while ((await send().catch(() => null))?.status !== 200) await clock.sleep(100);
    acknowledged.set(sha256(body), workspace);
  };
  return {
    brokers,
    redis,
    sapwood,
    slots,
    post,
    start: (name) => {
      const made = createSlot(name, config);
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
    wall: () => {
      const url = `${addressOf('gateway').replace('http', 'ws')}/v1/ws`;
      const made = connect({ url, kind: 'wall' });
      walls.push(made);
      return made;
    },
    expectNothingLost: () => expectNothingLost(brokers, acknowledged),
    expectVerified: async () => {
      const { code, stdout, stderr } = await sapwood('verify', '--json');
      expect(stdout, stderr).not.toBe('');
      const { found, cells } = JSON.parse(stdout) as { found: object; cells: number };
      const none = { code: 0, differences: 0, state: 0, published: 0 };
      expect({ code, ...found }, stdout).toEqual(none);
      expect(cells).toBeGreaterThan(0);
    },
    clean: async () => {
      for (const wall of walls) wall.close();
      await Promise.all(all.map((slot) => slot.end()));
    },
  };
}

async function expectNothingLost(
  brokers: readonly Broker[],
  acknowledged: ReadonlyMap<string, WorkspaceName>,
): Promise<void> {
  const log = await createKafka({
    connection: { brokers: brokers.map(({ address }) => address), clientId: 'test' },
    clock,
    rng: createSystemRng(),
    telemetry: () => {},
  });
  try {
    for (const workspace of WORKSPACES) {
      const sent = [...acknowledged].filter(([, of]) => of === workspace).map(([hash]) => hash);
      const part = logView(log, partitionOf(workspace, PARTITIONS));
      let fates: Awaited<ReturnType<typeof rawFates>> = [];
      const settled = async (): Promise<boolean> => {
        fates = await rawFates(part);
        return fates.every(({ ended }) => ended);
      };
      await until(clock, `every delivery of ${workspace} ended`, settled, SETTLED_MS);
      const kept = new Set(fates.map((fate) => fate.sha256));
      expect(sent.filter((hash) => !kept.has(hash))).toEqual([]);
    }
  } finally {
    await log.close();
  }
}
