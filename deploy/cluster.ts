/**
 * `npm run dev:cluster`: the distributed engine on this machine, without Docker. Brokers, Redis, the
 * topics, every service as its own process and a simulated desk, all in temporary folders on free
 * ports, until Ctrl-C.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { NODE_FLAGS } from '../packages/cli/node-flags.ts';
import { type Broker, type LocalProcess, type ProcessHooks, startBrokers } from './kafka/broker.ts';
import { runs } from './kafka/command.ts';
import { startRedis } from './kafka/redis.ts';
import { startWarden } from './kafka/warden.ts';

const BIN: string = join(import.meta.dirname, '../packages/cli/bin.mjs');
const BROKERS_MAX = 5;
/** Few, so that a small machine is not busy with empty ones. */
const PARTITIONS = 3;
const SESSION_MS = 3_000;

const USAGE = 'Usage: npm run dev:cluster -- [--brokers N] [--port N] [--seed N]';

interface Wishes {
  readonly brokers: number;
  /** Passed on to `sapwood cluster`. */
  readonly more: readonly string[];
}

function wishes(): Wishes {
  const { values } = parseArgs({
    options: {
      brokers: { type: 'string', default: '1' },
      port: { type: 'string', default: '0' },
      seed: { type: 'string' },
    },
  });
  const brokers = Number(values.brokers);
  if (!Number.isInteger(brokers) || brokers < 1 || brokers > BROKERS_MAX) {
    throw new Error(`--brokers is a number from 1 to ${BROKERS_MAX}. ${USAGE}`);
  }
  const seed = values.seed === undefined ? [] : ['--seed', values.seed];
  return { brokers, more: ['--port', values.port, ...seed] };
}

async function requireTools(): Promise<void> {
  const missing: string[] = [];
  if (!(await runs('java', ['-version']))) missing.push('Java 17 (java)');
  if (!(await runs('redis-server', ['--version']))) missing.push('Redis 7 (redis-server)');
  if (missing.length > 0) throw new Error(`Not found on this machine: ${missing.join(', ')}.`);
}

/** Resolves with the first reason to end. */
function reasonToEnd(): { readonly reason: Promise<string>; readonly end: (why: string) => void } {
  const { promise, resolve } = Promise.withResolvers<string>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => resolve(signal));
  }
  return { reason: promise, end: resolve };
}

function startServices(
  brokers: readonly Broker[],
  redis: LocalProcess,
  data: string,
  more: readonly string[],
): ChildProcess {
  return spawn(process.execPath, [...NODE_FLAGS, BIN, 'cluster', '--data', data, ...more], {
    env: {
      ...process.env,
      SAPWOOD_KAFKA_BROKERS: brokers.map(({ address }) => address).join(','),
      SAPWOOD_KAFKA_PARTITIONS: String(PARTITIONS),
      SAPWOOD_KAFKA_REPLICAS: String(Math.min(3, brokers.length)),
      SAPWOOD_KAFKA_SESSION_MS: String(SESSION_MS),
      SAPWOOD_REDIS_URL: redis.address,
    },
    // The channel tells it when this process is gone.
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true,
  });
}

/** Services first: what they have under way still finds its log and its store. */
async function stopServices(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

async function main(): Promise<number> {
  const { brokers: count, more } = wishes();
  await requireTools();
  const warden = startWarden();
  const { reason, end } = reasonToEnd();
  const hooks: ProcessHooks = {
    ownGroup: true,
    onPid: warden.pid,
    onFolder: warden.folder,
    onDeath: end,
  };
  const data = mkdtempSync(join(tmpdir(), 'sapwood-cluster-'));
  warden.folder(data);
  console.error(
    `Starting ${count === 1 ? 'a Kafka broker' : `${count} Kafka brokers`} and Redis …`,
  );
  const started = Promise.all([startBrokers(count, hooks), startRedis(hooks)] as const);
  started.catch((error: Error) => end(error.message));
  const early = await Promise.race([started, reason]);
  if (typeof early === 'string') {
    // The warden ends what was begun.
    console.error(`${early}.`);
    return early.startsWith('SIG') ? 0 : 1;
  }
  const [brokers, redis] = early;
  console.error(`Kafka ${brokers.map(({ address }) => address).join(',')}  ${redis.address}`);
  const services = startServices(brokers, redis, data, more);
  if (services.pid !== undefined) warden.pid(services.pid);
  services.once('exit', (code, signal) => end(`the services ended (${signal ?? code})`));
  const why = await reason;
  if (!why.startsWith('SIG')) console.error(`Ending everything: ${why}.`);
  await stopServices(services);
  await Promise.all([...brokers.map((broker) => broker.stop()), redis.stop()]);
  rmSync(data, { recursive: true, force: true });
  warden.dismiss();
  return why.startsWith('SIG') ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error.message);
    process.exit(2);
  },
);
