/** A real Kafka with its topics, a real Redis, and the file that names both: what services stand on. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSystemRng } from '@sapwood/runtime/clock/system';
import { createKafka, type KafkaLog } from '@sapwood/runtime/kafka';
import type { StateStore } from '@sapwood/runtime/ports';
import { createRedis } from '@sapwood/runtime/redis';
import { type Broker, startBrokers } from '../../deploy/kafka/broker.ts';
import { type RedisServer, startRedis } from '../../deploy/kafka/redis.ts';
import { startWarden } from '../../deploy/kafka/warden.ts';
import { clock, runCli } from '../support/process.ts';

/** The lowest that a broker lets a test ask for: who was killed is missed soon. */
const SESSION_MS = 2_000;
const HEARTBEAT_MS = 400;

export interface GroundsOptions {
  readonly partitions: number;
  readonly workspaces: readonly string[];
  readonly brokers?: number;
  /** More of the configuration: sources, costs. */
  readonly config?: string;
  /** By name, beside the configuration. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface Engines {
  readonly log: KafkaLog;
  readonly store: StateStore;
}

export interface Grounds {
  readonly brokers: readonly Broker[];
  readonly redis: RedisServer;
  readonly folder: string;
  /** Path of the configuration. */
  readonly config: string;
  /** Clients of this process, on the system clock; `clean` closes them. */
  connect(): Promise<Engines>;
  clean(): Promise<void>;
}

function configText(options: GroundsOptions, brokers: readonly Broker[], redis: RedisServer) {
  const workspace = (id: string): string => `  ${id}: { currency: GBP, zone: Europe/London }\n`;
  return `data: .
workspaces:
${options.workspaces.map(workspace).join('')}${options.config ?? ''}kafka:
  brokers: [${brokers.map(({ address }) => address).join(', ')}]
  partitions: ${options.partitions}
  replicas: ${Math.min(3, brokers.length)}
  sessionMs: ${SESSION_MS}
redis: { url: "${redis.address}" }
`;
}

/** No service runs yet. */
export async function startGrounds(options: GroundsOptions): Promise<Grounds> {
  const warden = startWarden();
  const hooks = { onPid: warden.pid, onFolder: warden.folder };
  const folder = mkdtempSync(join(tmpdir(), 'sapwood-cluster-test-'));
  warden.folder(folder);
  const [brokers, redis] = await Promise.all([
    startBrokers(options.brokers ?? 1, hooks),
    startRedis(hooks),
  ]);
  const config = join(folder, 'sapwood.yaml');
  const files = { ...options.files, 'sapwood.yaml': configText(options, brokers, redis) };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const applied = await runCli(['topics', 'apply', '--config', config]);
  if (applied.code !== 0) throw new Error(`topics apply: ${applied.stderr}`);
  const open: Engines[] = [];
  return {
    brokers,
    redis,
    folder,
    config,
    connect: async () => {
      const connection = { brokers: brokers.map(({ address }) => address), clientId: 'test' };
      const ports = { clock, rng: createSystemRng(), telemetry: () => {} };
      const session = { sessionMs: SESSION_MS, heartbeatMs: HEARTBEAT_MS };
      const log = await createKafka({ connection, ...ports, ...session });
      const store = await createRedis({ url: redis.address, telemetry: () => {} });
      open.push({ log, store });
      return { log, store };
    },
    clean: async () => {
      await Promise.all(open.flatMap(({ log, store }) => [log.close(), store.close()]));
      await Promise.all([...brokers.map((broker) => broker.stop()), redis.stop()]);
      rmSync(folder, { recursive: true, force: true });
      warden.dismiss();
    },
  };
}
