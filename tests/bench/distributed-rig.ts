/**
 * The distributed engine for figures: a broker, Redis and each service as a process of its own, with the
 * flags of `npm run sapwood`, every one measured from outside and profiled where that is asked for.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSystemRng } from '@sapwood/runtime/clock/system';
import { createKafka, type KafkaLog } from '@sapwood/runtime/kafka';
import { type Broker, startBrokers } from '../../deploy/kafka/broker.ts';
import { type RedisServer, startRedis } from '../../deploy/kafka/redis.ts';
import { startWarden } from '../../deploy/kafka/warden.ts';
import { clock, type Ending, runCli } from '../support/process.ts';
import { PYLON_SECRET, until } from '../support/pylon.ts';
import { cpuMsOf } from './watch.ts';

export const WORKSPACE = 'bench';
export const WORKSPACE_KEY = 'a-key-of-the-bench';
export const SERVICES = ['aggregator', 'detector', 'gateway', 'normalizer', 'ingest'] as const;
export type ServiceName = (typeof SERVICES)[number];

const BIN = fileURLToPath(new URL('../../packages/cli/bin.mjs', import.meta.url));
const READY = /^\S+ is ready(?:: (http:\/\/\S+?)\/)?$/m;
const READY_MS = 120_000;
const VERIFY_MS = 600_000;

export interface BenchService {
  readonly name: ServiceName;
  readonly pid: number;
  /** '' where it does not listen. */
  readonly url: string;
  /** CPU time so far, ms. */
  cpuMs(): number;
  /** SIGTERM; a profile is written on the way. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

export interface BenchRig {
  readonly log: KafkaLog;
  readonly redis: RedisServer;
  readonly broker: Broker;
  readonly partitions: number;
  /** Data of the broker: `<topic>-<partition>/*.log`. */
  readonly brokerData: string;
  /** Resolves once it is ready. */
  start(name: ServiceName, profile?: string): Promise<BenchService>;
  startAll(profile?: string): Promise<Map<ServiceName, BenchService>>;
  sapwood(...args: readonly string[]): Promise<Ending>;
  clean(): Promise<void>;
}

export interface BenchOptions {
  readonly partitions: number;
  readonly sessionMs: number;
}

const configText = (broker: Broker, redis: RedisServer, options: BenchOptions): string => `data: .
workspaces: { ${WORKSPACE}: { currency: GBP, zone: UTC } }
sources:
  ${WORKSPACE}:
    workspace: ${WORKSPACE}
    hooks: { ${WORKSPACE}: { schemes: [{ kind: pylon-hmac, secretFiles: [hook.secret] }] } }
kafka:
  brokers: ["${broker.address}"]
  partitions: ${options.partitions}
  replicas: 1
  sessionMs: ${options.sessionMs}
redis: { url: "${redis.address}" }
log: { level: warn }
`;

async function startService(
  name: ServiceName,
  config: string,
  onPid: (pid: number) => void,
  profile?: string,
): Promise<BenchService> {
  const profiled =
    profile === undefined
      ? []
      : ['--cpu-prof', `--cpu-prof-dir=${profile}`, `--cpu-prof-name=${name}.cpuprofile`];
  const listens = name === 'ingest' || name === 'gateway';
  const args = ['service', name, '--config', config, ...(listens ? ['--port', '0'] : [])];
  const child: ChildProcess = spawn(process.execPath, [...profiled, BIN, ...args], {
    env: { ...process.env, SAPWOOD_METRICS_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = child.pid!;
  onPid(pid);
  let out = '';
  child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
  });
  const ended = once(child, 'exit');
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  await until(
    clock,
    `${name} is ready`,
    () => READY.test(out) || child.exitCode !== null,
    READY_MS,
  );
  if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}`);
  return {
    name,
    pid,
    url: READY.exec(out)![1] ?? '',
    cpuMs: () => cpuMsOf(pid),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

/** Engines and topics; no service runs yet. */
export async function startBenchRig(options: BenchOptions): Promise<BenchRig> {
  const warden = startWarden();
  const folders: string[] = [];
  const onFolder = (folder: string): void => {
    folders.push(folder);
    warden.folder(folder);
  };
  const hooks = { onPid: warden.pid, onFolder };
  const [[broker], redis] = await Promise.all([
    startBrokers(1, hooks),
    startRedis({ onPid: warden.pid, onFolder: warden.folder }),
  ]);
  const folder = mkdtempSync(join(tmpdir(), 'sapwood-bench-'));
  warden.folder(folder);
  const config = join(folder, 'sapwood.yaml');
  writeFileSync(join(folder, 'hook.secret'), PYLON_SECRET);
  writeFileSync(join(folder, 'workspace-key'), WORKSPACE_KEY);
  writeFileSync(config, configText(broker!, redis, options));
  const sapwood = (...args: readonly string[]): Promise<Ending> =>
    runCli([...args, '--config', config], {}, VERIFY_MS);
  const applied = await sapwood('topics', 'apply');
  if (applied.code !== 0) throw new Error(`topics apply: ${applied.stderr}`);
  const connection = { brokers: [broker!.address], clientId: 'bench' };
  const log = await createKafka({ connection, clock, rng: createSystemRng(), telemetry: () => {} });
  const start: BenchRig['start'] = (name, profile) =>
    startService(name, config, warden.pid, profile);
  return {
    log,
    redis,
    broker: broker!,
    partitions: options.partitions,
    brokerData: join(folders[0]!, 'data'),
    start,
    startAll: async (profile) => {
      const all = await Promise.all(SERVICES.map((name) => start(name, profile)));
      return new Map(all.map((service) => [service.name, service]));
    },
    sapwood,
    clean: async () => {
      await log.close();
      await Promise.all([broker!.stop(), redis.stop()]);
      rmSync(folder, { recursive: true, force: true });
      warden.dismiss();
    },
  };
}
