/** `sapwood doctor`: is what Sapwood rests on as it has to be? Each finding with its remedy. */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { createSystemClock, createSystemRng } from '@sapwood/runtime/clock/system';
import type { FoundTopic } from '@sapwood/runtime/kafka/admin';
import type { Clock, EventLog, StateStore } from '@sapwood/runtime/ports';
import type { Config, LoadedConfig } from '@sapwood/service-kit/config';
import { createScrubber, secretsOf } from '@sapwood/service-kit/logging';
import { REGISTRY } from '../distributed/topic-plan.ts';
import { judgeConventions } from '../doctor/conventions.ts';
import { newestBodies } from '../doctor/deliveries.ts';
import { judgeBrokers, judgeRedis, judgeSkew, judgeTopics } from '../doctor/engines.ts';
import type { Finding } from '../doctor/finding.ts';
import { askReads, judgeReads } from '../doctor/reads.ts';
import { judgeDestination, judgeToken } from '../doctor/sources.ts';
import { judgeStates, statesOf } from '../doctor/state.ts';
import { judgeTargets } from '../doctor/targets.ts';
import { judgeTrees } from '../doctor/trees.ts';
import { EXIT, UserError } from '../exit.ts';
import { loadedConfig } from '../loaded.ts';
import { clientOf } from '../setup.ts';
import { STORE_FILE, withStore } from './shared.ts';

export interface DoctorOptions {
  readonly config?: string;
  readonly json?: boolean;
}

/** Exits with 3 if something did not answer, with 4 if something is wrong. */
export async function doctor(options: DoctorOptions): Promise<void> {
  const loaded = loadedConfig({ file: options.config ?? null });
  const clock = createSystemClock({});
  const { findings, reached } = await examine(loaded, clock);
  for (const finding of findings) tell(finding, options.json === true);
  const bad = findings.filter(({ level }) => level === 'wrong').length;
  if (!reached) throw new UserError('Something did not answer.', EXIT.unreachable);
  if (bad > 0) throw new UserError(`${bad} wrong.`, EXIT.difference);
}

interface Examined {
  readonly findings: readonly Finding[];
  readonly reached: boolean;
}

async function examine(loaded: LoadedConfig, clock: Clock): Promise<Examined> {
  const { config } = loaded;
  const conventions = Object.entries(config.workspaces).flatMap(([id, workspace]) =>
    judgeConventions(id, workspace, loaded.place),
  );
  const own = [
    judgeData(config, clock),
    ...conventions,
    ...judgeTargets(config, loaded.place),
    ...judgeTrees(loaded),
    ...(await examineTokens(loaded, clock)),
  ];
  if (config.kafka === null && config.redis === null) {
    const file = join(config.data, STORE_FILE);
    if (!existsSync(file)) return { findings: own, reached: true };
    const stored = await withStore(config.data, (engine) => examineStored(loaded, engine, true));
    return { findings: [...own, ...stored], reached: true };
  }
  // Loaded where it is needed: an embedded installation has no use for the clients.
  (await import('../distributed/connect.ts')).engineConfig(loaded);
  const kafka = await examineKafka(loaded, clock);
  const redis = await examineRedis(loaded, clock);
  const reached = kafka.reached && redis.reached;
  const stored = reached && kafka.hasTopics ? await examineDistributed(loaded, clock) : [];
  return { findings: [...own, ...kafka.findings, ...redis.findings, ...stored], reached };
}

async function examineTokens(loaded: LoadedConfig, clock: Clock): Promise<Finding[]> {
  const deps = { clock, rng: createSystemRng(), telemetry: () => {} };
  const found = await Promise.all(
    Object.entries(loaded.config.sources).map(async ([id, source]) => {
      const client = source.token === null ? null : clientOf(source.token, source, deps);
      const answer = client === null ? null : await client.me();
      const finding = judgeToken(id, source, answer, loaded.place);
      if (client === null || answer?.kind !== 'ok') return [finding];
      const workspace = loaded.config.workspaces[source.workspace]!;
      const answers = await askReads(client, clock.now());
      return [finding, ...judgeReads(id, source, workspace, answers, loaded.place)];
    }),
  );
  return found.flat();
}

async function examineStored(
  { config, place }: LoadedConfig,
  engine: { readonly log: EventLog; readonly store: StateStore },
  rebuilds: boolean,
): Promise<Finding[]> {
  const bodies = await newestBodies(engine.log);
  const hooks = Object.entries(config.sources).flatMap(([sourceId, source]) =>
    Object.keys(source.hooks).flatMap((destination) => {
      const received = { sourceId, source, destination, bodies: bodies.get(destination) ?? [] };
      return judgeDestination(received, place);
    }),
  );
  return [...judgeStates(await statesOf(engine), rebuilds), ...hooks];
}

async function examineDistributed(loaded: LoadedConfig, clock: Clock): Promise<Finding[]> {
  const { connectEngine } = await import('../distributed/connect.ts');
  const deps = { clock, rng: createSystemRng(), telemetry: () => {}, clientId: 'sapwood-doctor' };
  const engine = await connectEngine(loaded, deps);
  try {
    return await examineStored(loaded, engine, false);
  } finally {
    await engine.close();
  }
}

async function examineKafka(
  loaded: LoadedConfig,
  clock: Clock,
): Promise<Examined & { readonly hasTopics: boolean }> {
  const { createKafkaAdmin } = await import('@sapwood/runtime/kafka/admin');
  const { connectionOf } = await import('../distributed/connect.ts');
  const kafka = loaded.config.kafka!;
  const deps = { clock, rng: createSystemRng(), telemetry: () => {} };
  const connection = connectionOf(kafka, 'sapwood-doctor');
  try {
    const admin = await createKafkaAdmin({ connection, ...deps });
    try {
      const topics = new Map<string, FoundTopic | null>();
      for (const { name } of REGISTRY) topics.set(name, await admin.topic(name));
      const brokers = judgeBrokers(await admin.brokers(), kafka, loaded.place);
      const findings = [...brokers, ...judgeTopics(topics, kafka, loaded.place)];
      const hasTopics = [...topics.values()].every((topic) => topic !== null);
      return { findings, reached: true, hasTopics };
    } finally {
      await admin.close();
    }
  } catch (error) {
    const answer = silent(loaded, 'Kafka', kafka.brokers.join(', '), ['kafka', 'brokers'], error);
    return { ...answer, hasTopics: false };
  }
}

async function examineRedis(loaded: LoadedConfig, clock: Clock): Promise<Examined> {
  const { inspectRedis } = await import('@sapwood/runtime/redis/inspect');
  const { url, password } = loaded.config.redis!;
  try {
    const state = await inspectRedis({ url, password, now: clock.now });
    return { findings: [...judgeRedis(state), judgeSkew(state.skewMs)], reached: true };
  } catch (error) {
    return silent(loaded, 'Redis', url, ['redis', 'url'], error);
  }
}

function silent(
  loaded: LoadedConfig,
  what: string,
  address: string,
  path: readonly string[],
  error: unknown,
): Examined {
  const said = createScrubber(secretsOf(loaded.config))((error as Error).message);
  const finding: Finding = {
    level: 'wrong',
    what: `${what}: ${said.includes(address) ? '' : `${address} `}${said.replace(/\.$/, '')}`,
    remedy: `start it, or change the address in ${loaded.place(path)}`,
  };
  return { findings: [finding], reached: false };
}

const SYNCS = 20;
const SYNC_MS_MAX = 10;

/** The embedded store waits for the disk at each commit, so its speed is the disk's. */
function judgeData({ data }: Config, clock: Clock): Finding {
  let folder = '';
  try {
    accessSync(data, constants.W_OK);
    folder = mkdtempSync(join(data, '.doctor-'));
    const syncMs = syncTime(join(folder, 'probe'), clock);
    const what = `data folder: ${data}, a write reaches the disk in ${syncMs.toFixed(1)} ms`;
    if (syncMs <= SYNC_MS_MAX) return { level: 'fine', what };
    return { level: 'degraded', what, remedy: 'a faster disk, if webhooks come in bursts' };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { level: 'fine', what: `data folder: ${data} will be made` };
    const remedy = 'another folder (data: in sapwood.yaml), or rights to write there';
    return { level: 'wrong', what: `data folder: ${data} cannot be written (${code})`, remedy };
  } finally {
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  }
}

/** Median of some, ms. */
function syncTime(file: string, clock: Clock): number {
  const handle = openSync(file, 'w');
  const took = Array.from({ length: SYNCS }, () => {
    const startMs = clock.monotonic();
    writeSync(handle, 'x'.repeat(4_096));
    fsyncSync(handle);
    return clock.monotonic() - startMs;
  });
  closeSync(handle);
  return took.sort((a, b) => a - b)[SYNCS / 2]!;
}

const WORDS = { fine: 'fine    ', degraded: 'degraded', wrong: 'WRONG   ' } as const;

function tell(finding: Finding, json: boolean): void {
  const { level, what, remedy } = finding;
  if (json) console.log(JSON.stringify(finding));
  else
    console.log(
      `${WORDS[level]}  ${what}${remedy === undefined ? '' : `\n          -> ${remedy}`}`,
    );
}
