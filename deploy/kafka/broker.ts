/**
 * A real Kafka broker without Docker: Apache Kafka in KRaft mode from its Maven Central jars, on
 * Java 17. For development and tests; brokers of production come from elsewhere.
 */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '@sapwood/service-kit/free-port';
import { copyJars } from './command.ts';

const HERE: string = import.meta.dirname;
const STOP_MS = 10_000;
/** A broker that writes down its classes on the way out, on a busy machine. */
const ARCHIVED_MS = 120_000;

export interface LocalProcess {
  /** What a client connects to. */
  readonly address: string;
  readonly pid: number;
  /** SIGTERM, then SIGKILL; removes the data. */
  stop(): Promise<void>;
}

export interface Broker extends LocalProcess {
  /** As a power cut of the process: SIGKILL. The data stays. */
  kill(): Promise<void>;
  /** After `kill`, on the same port and data. */
  restart(): Promise<void>;
}

/** The jars of `pom.xml`, fetched once and kept under the hash of that file. */
export async function fetchJars(): Promise<string> {
  const hash = createHash('sha256')
    .update(readFileSync(join(HERE, 'pom.xml')))
    .digest('hex');
  const lib = join(HERE, 'lib', hash.slice(0, 12));
  if (existsSync(lib)) return lib;
  const partial = `${lib}.${process.pid}`;
  await copyJars(HERE, partial);
  // Two processes may fetch at once; the second finds the folder there and drops its own.
  if (existsSync(lib)) rmSync(partial, { recursive: true });
  else renameSync(partial, lib);
  return lib;
}

const archiveIn = (lib: string): string => join(lib, 'classes.jsa');

/**
 * Half of a broker's start is reading classes: one that is started once, for this alone, leaves them
 * as the JVM can map them (class data sharing). Without the archive a start is slower and the same.
 */
async function archiveClasses(lib: string): Promise<void> {
  const archive = archiveIn(lib);
  if (existsSync(archive)) return;
  const partial = `${archive}.${process.pid}`;
  const place = { id: 1, port: await freePort(), controllerPort: await freePort() };
  const dir = mkdtempSync(join(tmpdir(), 'sapwood-kafka-'));
  const paths: Paths = { lib, dir, ...place, voters: [voter(place)], hooks: {} };
  try {
    await prepare(paths, newCluster());
    const child = await launch(paths, [`-XX:ArchiveClassesAtExit=${partial}`]);
    await end(child, 'SIGTERM', ARCHIVED_MS);
    if (existsSync(partial)) renameSync(partial, archive);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

interface Paths {
  readonly lib: string;
  readonly dir: string;
  readonly id: number;
  readonly port: number;
  readonly controllerPort: number;
  /** Of every broker of the cluster: `id@host:port`. */
  readonly voters: readonly string[];
  readonly hooks: ProcessHooks;
}

/** For a caller that outlives a Ctrl-C of its own. */
export interface ProcessHooks {
  /** In a process group of its own, which a Ctrl-C of the terminal does not reach. */
  readonly ownGroup?: boolean;
  /** Told of each process and folder that has to go, should this process die before it can. */
  readonly onPid?: (pid: number) => void;
  readonly onFolder?: (folder: string) => void;
  /** A process that was not asked to end has ended. */
  readonly onDeath?: (what: string) => void;
}

const voter = ({ id, controllerPort }: Pick<Paths, 'id' | 'controllerPort'>): string =>
  `${id}@127.0.0.1:${controllerPort}`;

const newCluster = (): string => randomBytes(16).toString('base64url');

const jvm = (lib: string, memory: string): string[] => [
  `-Xmx${memory}`,
  ...(existsSync(archiveIn(lib)) ? [`-XX:SharedArchiveFile=${archiveIn(lib)}`] : []),
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:-UsePerfData',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.log.kafka.server=info',
  '-cp',
  `${lib}/*`,
];

function properties({ dir, id, port, controllerPort, voters }: Paths): string {
  const replicas = voters.length;
  const entries: Record<string, string | number | boolean> = {
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': voters.join(','),
    listeners: `CONTROLLER://127.0.0.1:${controllerPort},PLAINTEXT://127.0.0.1:${port}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': join(dir, 'data'),
    'auto.create.topics.enable': false,
    'default.replication.factor': replicas,
    'min.insync.replicas': Math.min(2, replicas),
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    // Both far below the defaults: a killed member or broker is noticed within seconds.
    'group.min.session.timeout.ms': 1000,
    'broker.session.timeout.ms': replicas > 1 ? 3000 : 1500,
    'broker.heartbeat.interval.ms': 500,
    'num.network.threads': 1,
    'num.io.threads': 2,
    'log.cleaner.dedupe.buffer.size': 2_097_152,
  };
  return Object.entries(entries)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

async function format({ lib, dir }: Paths, cluster: string): Promise<void> {
  const file = join(dir, 'server.properties');
  const tool = ['kafka.tools.StorageTool', 'format', `--cluster-id=${cluster}`, '-c', file];
  const child = spawn('java', [...jvm(lib, '128m'), ...tool], { stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error('formatting the broker’s storage failed');
}

type Child = ReturnType<typeof spawn>;

/** Resolves at the line that says so; no timer guesses it. */
async function launch(
  { lib, dir, id, hooks }: Paths,
  options: readonly string[] = [],
): Promise<Child> {
  const log = createWriteStream(join(dir, 'broker.log'), { flags: 'a' });
  const file = join(dir, 'server.properties');
  const child = spawn('java', [...jvm(lib, '256m'), ...options, 'kafka.Kafka', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: hooks.ownGroup === true,
  });
  if (child.pid !== undefined) hooks.onPid?.(child.pid);
  const last: string[] = [];
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      log.write(`${line}\n`);
      last.push(line);
      if (last.length > 5) last.shift();
      if (line.includes('Kafka Server started')) resolve();
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`broker ended with ${code}: ${last.join(' | ')}`)),
    );
  });
  watch(child, `Kafka broker ${id}`, hooks);
  return child;
}

const expected = new WeakSet<Child>();

/** Tells of an end that nobody here asked for. */
export function watch(child: Child, what: string, { onDeath }: ProcessHooks): void {
  child.once('exit', (code, signal) => {
    if (!expected.has(child)) onDeath?.(`${what} ended (${signal ?? code})`);
  });
}

/** Ends a child that was started here, in peace first. */
export async function end(
  child: Child,
  signal: 'SIGTERM' | 'SIGKILL',
  limitMs: number = STOP_MS,
): Promise<void> {
  expected.add(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
  await gone;
  clearTimeout(timer);
}

/** One broker with fresh data on free ports; ready when it resolves (about three seconds). */
export async function startBroker(): Promise<Broker> {
  const [broker] = await startBrokers(1);
  return broker!;
}

/** A cluster with fresh data: none is ready alone, so all are formatted and started together. */
export async function startBrokers(count: number, hooks: ProcessHooks = {}): Promise<Broker[]> {
  const lib = await fetchJars();
  await archiveClasses(lib);
  const places: { id: number; port: number; controllerPort: number }[] = [];
  for (let id = 1; id <= count; id++) {
    places.push({ id, port: await freePort(), controllerPort: await freePort() });
  }
  const voters = places.map(voter);
  const cluster = newCluster();
  return Promise.all(
    places.map((place) => {
      const dir = mkdtempSync(join(tmpdir(), 'sapwood-kafka-'));
      hooks.onFolder?.(dir);
      return startOne({ lib, dir, ...place, voters, hooks }, cluster);
    }),
  );
}

async function prepare(paths: Paths, cluster: string): Promise<void> {
  mkdirSync(join(paths.dir, 'data'));
  writeFileSync(join(paths.dir, 'server.properties'), properties(paths));
  await format(paths, cluster);
}

async function startOne(paths: Paths, cluster: string): Promise<Broker> {
  const { dir } = paths;
  await prepare(paths, cluster);
  let child = await launch(paths);
  return {
    address: `127.0.0.1:${paths.port}`,
    get pid() {
      return child.pid!;
    },
    kill: () => end(child, 'SIGKILL'),
    restart: async () => {
      child = await launch(paths);
    },
    stop: async () => {
      await end(child, 'SIGTERM');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
