/** The parts of the bench: each starts its services, measures, has the outcome verified, and ends them. */
import { join } from 'node:path';
import { clock } from '../support/process.ts';
import { until } from '../support/pylon.ts';
import { redisLine } from '../support/redis-line.ts';
import { type Desk, startLoad } from './distributed-desk.ts';
import { measureIdle } from './distributed-idle.ts';
import { highOf, type Passes, passesIn, topicBytes } from './distributed-kafka.ts';
import { nowUs, type Share, summarise } from './distributed-profile.ts';
import {
  listenToRedis,
  outboxOf,
  positionOf,
  type RedisTalk,
  sizeOf,
} from './distributed-redis.ts';
import { type BenchRig, type BenchService, SERVICES, type ServiceName } from './distributed-rig.ts';
import { takeSnapshots } from './distributed-snapshots.ts';
import { watchFrames } from './watch.ts';

export interface Bench {
  readonly rig: BenchRig;
  readonly desk: Desk;
  readonly profiles: string;
  readonly rate: number;
  readonly seconds: number;
  readonly kills: number;
  readonly lines: number;
  readonly sessionMs: number;
}

/** Lines to print once all that it measured was verified. */
export type Part = (bench: Bench) => Promise<readonly string[]>;

type Services = Map<ServiceName, BenchService>;

const FACTS = 'facts.v1';
const METRICS = 'metrics.v1';
const HEAD_MS = 300_000;
const PROFILE_SECONDS_MAX = 20;
const MONITOR_SECONDS_MAX = 20;
const SETTLE_MS = 15_000;
const STEP_MS = 20;
const KILL_RATE = 5;

const per = (n: number, of: number, digits = 0): string => (n / of).toFixed(digits);
const stopAll = async (services: Services): Promise<void> => {
  await Promise.all([...services.values()].map((service) => service.stop()));
};
const factsHigh = ({ rig, desk }: Bench): Promise<number> => highOf(rig.log, FACTS, desk.partition);

/** Both folds stand where their logs end, and what they let out has left. */
async function atHead({ rig, desk }: Bench): Promise<void> {
  const { partition } = desk;
  for (const [fold, topic] of [
    ['facts', FACTS],
    ['samples', 'samples.v1'],
  ] as const) {
    const isThere = async (): Promise<boolean> => {
      const high = await highOf(rig.log, topic, partition);
      if ((await positionOf(rig.redis.address, fold, partition)) < high) return false;
      await clock.sleep(STEP_MS);
      return (await outboxOf(rig.redis.address, fold, partition)) === 0;
    };
    await until(clock, `${fold} is at the head`, isThere, HEAD_MS);
  }
}

async function verified(bench: Bench): Promise<string> {
  await atHead(bench);
  const { code, stdout, stderr } = await bench.rig.sapwood('verify', '--json');
  if (code !== 0) throw new Error(`verify: ${stdout.slice(0, 2_000)}${stderr}`);
  const { facts, cells } = JSON.parse(stdout) as { facts: number; cells: number };
  return `verified: ${facts} facts, ${cells} cells, 0 differences`;
}

const percent = (shares: readonly Share[]): string =>
  shares.map((share) => `${share.percent.toFixed(0)} % ${share.name}`).join(', ');

function profileLines(
  bench: Bench,
  fromUs: number,
  toUs: number,
  names: readonly ServiceName[] = SERVICES,
): string[] {
  return names.flatMap((name) => {
    const file = join(bench.profiles, `${name}.cpuprofile`);
    const { functions, packages } = summarise(file, fromUs, toUs, bench.lines);
    return [
      `${name.padEnd(11)} by function: ${percent(functions)}`,
      `${''.padEnd(11)} by package:  ${percent(packages)}`,
    ];
  });
}

/** What processes cost that have nothing to do; then again with the profiler, which itself costs 4 %. */
export const idle: Part = async (bench) => {
  const { rig, seconds } = bench;
  const services = await rig.startAll();
  await settled(bench);
  const watched = [
    ...services.values(),
    { name: 'broker', pid: rig.broker.pid },
    { name: 'redis', pid: rig.redis.pid },
  ];
  const costs = await measureIdle(watched, seconds);
  await stopAll(services);
  const profiled = await rig.startAll(bench.profiles);
  await settled(bench);
  const fromUs = nowUs();
  await clock.sleep(Math.min(seconds, PROFILE_SECONDS_MAX) * 1_000);
  const toUs = nowUs();
  await stopAll(profiled);
  return [
    `${seconds} s without traffic, while the log ticks each 5 s`,
    ...costs.map(
      ({ name, cpuPercent, wakeupsPerSecond }) =>
        `${name.padEnd(11)} ${cpuPercent.toFixed(2).padStart(5)} % of a core, ${wakeupsPerSecond.toFixed(0)} wake-ups/s`,
    ),
    ...profileLines(bench, fromUs, toUs),
  ];
};

/** Both folds at the head, and whatever a start has left to do done. */
async function settled(bench: Bench): Promise<void> {
  await atHead(bench);
  await clock.sleep(SETTLE_MS);
}

/** Under load: once measured from outside, then listened to, then profiled. */
export const load: Part = async (bench) => {
  const { rig } = bench;
  const services = await rig.startAll();
  await atHead(bench);
  const cost = await costOf(bench, services);
  const talk = await talkOf(bench, services);
  await stopAll(services);
  const profiled = await rig.startAll(bench.profiles);
  await atHead(bench);
  const running = startLoad(bench.desk, profiled.get('ingest')!.url, bench.rate);
  await clock.sleep(2_000);
  const fromUs = nowUs();
  await clock.sleep(Math.min(bench.seconds, PROFILE_SECONDS_MAX) * 1_000);
  const toUs = nowUs();
  await running.stop();
  await clock.sleep(1_000);
  const verdict = await verified(bench);
  await stopAll(profiled);
  const sizes = await stateLines(bench);
  return [verdict, ...cost, ...talk, ...sizes, ...profileLines(bench, fromUs, toUs)];
};

/** CPU of each process, and bytes in the log, per fact. */
async function costOf(bench: Bench, services: Services): Promise<string[]> {
  const { rig, desk, rate, seconds } = bench;
  const desktop = watchFrames(services.get('gateway')!.url);
  await desktop.live();
  const cpu = new Map<string, () => number>();
  for (const [name, service] of services) cpu.set(name, () => service.cpuMs());
  const running = startLoad(desk, services.get('ingest')!.url, rate);
  await clock.sleep(2_000);
  const before = {
    facts: await factsHigh(bench),
    metrics: await highOf(rig.log, METRICS, desk.partition),
    bytes: topicBytes(rig.brokerData),
    cpu: new Map([...cpu].map(([name, ms]) => [name, ms()])),
    accepted: running.accepted(),
  };
  await clock.sleep(seconds * 1_000);
  const facts = (await factsHigh(bench)) - before.facts;
  const metrics = await highOf(rig.log, METRICS, desk.partition);
  const bytes = topicBytes(rig.brokerData);
  const spent = [...cpu].map(([name, ms]) => [name, ms() - before.cpu.get(name)!] as const);
  const accepted = running.accepted() - before.accepted;
  await running.stop();
  desktop.close();
  const passes = await passesIn(rig.log, desk.partition, before.metrics, metrics);
  return [
    `${per(accepted, seconds, 1)} webhooks/s accepted, ${facts} facts in ${seconds} s`,
    ...spent.map(
      ([name, ms]) => `${name.padEnd(11)} ${per(ms * 1_000, facts).padStart(6)} µs of CPU a fact`,
    ),
    ...[...bytes].flatMap(([topic, size]) => {
      const grown = size - (before.bytes.get(topic) ?? 0);
      return grown > facts ? [`${topic.padEnd(14)} ${per(grown, facts).padStart(6)} B a fact`] : [];
    }),
    ...passLines(passes),
  ];
}

const passLines = ({ passes, series, frames, bytes }: Passes): string[] =>
  passes === 0
    ? []
    : [
        `${passes} passes of ${per(series, passes, 1)} series, ${per(bytes, passes)} B a pass, ${per(bytes, series)} B a series; ${frames} frames alone`,
      ];

async function talkOf(bench: Bench, services: Services): Promise<string[]> {
  const { rig, desk, rate } = bench;
  const running = startLoad(desk, services.get('ingest')!.url, rate);
  await clock.sleep(2_000);
  const before = await factsHigh(bench);
  const listening = await listenToRedis(rig.redis.address);
  await clock.sleep(Math.min(bench.seconds, MONITOR_SECONDS_MAX) * 1_000);
  const talk = await listening.end();
  const facts = (await factsHigh(bench)) - before;
  await running.stop();
  return talkLines(talk, facts);
}

function talkLines(talk: RedisTalk, facts: number): string[] {
  const each = (n: number): string => per(n * 1_000, facts);
  const commands = [...talk.commands].sort((a, b) => b[1] - a[1]);
  return [
    `Redis per 1,000 facts: ${each(talk.roundTrips)} round trips, ${each(talk.commits)} commits, ${each(talk.bytesIn)} B in, ${each(talk.bytesOut)} B out`,
    `  commands: ${commands.map(([name, n]) => `${name} ${each(n)}`).join(', ')}`,
    ...[...talk.spaces].map(
      ([space, { fields, deleted, bytes }]) =>
        `  ${space.padEnd(13)} ${each(fields)} fields of ${per(bytes, fields)} B, ${each(deleted)} deleted`,
    ),
  ];
}

async function stateLines({ rig, desk }: Bench): Promise<string[]> {
  const { address } = rig.redis;
  const keys = new Set<string>();
  const high = await highOf(rig.log, METRICS, desk.partition);
  for (let at = 0; at < high; ) {
    const records = await rig.log.read(METRICS, desk.partition, at, { max: 1_000, waitMs: 0 });
    if (records.length === 0) break;
    for (const { key, value } of records)
      if (value && key && !key.startsWith('frame/')) keys.add(key);
    at = records.at(-1)!.offset + 1;
  }
  const lines = [`${keys.size} series published`];
  for (const fold of ['facts', 'samples']) {
    for (const space of ['conv', 'pane', 'dir', 'rule', 'out']) {
      const { fields, bytes } = await sizeOf(address, fold, space, rig.partitions);
      if (fields === 0) continue;
      const series = space === 'pane' ? `, ${per(bytes, keys.size)} B a series` : '';
      lines.push(
        `Redis ${fold}:${space} ${fields} fields, ${bytes} B, ${per(bytes, fields)} B each${series}`,
      );
    }
  }
  return lines;
}

/** kill -9 of the aggregator under a light load, until a desk shows what was in the log by then. */
export const recovery: Part = async (bench) => {
  const { rig, desk, kills, sessionMs } = bench;
  const services = await rig.startAll();
  await atHead(bench);
  const desktop = watchFrames(services.get('gateway')!.url);
  await desktop.live();
  const running = startLoad(desk, services.get('ingest')!.url, KILL_RATE);
  const told: string[] = [];
  const kill = async (name: string, profile?: string): Promise<void> => {
    await clock.sleep(sessionMs / 2 + SETTLE_MS / 3);
    const killedMs = clock.monotonic();
    await services.get('aggregator')!.kill();
    const target = await factsHigh(bench);
    const started = await rig.start('aggregator', profile);
    services.set('aggregator', started);
    const readyMs = clock.monotonic() - killedMs;
    const bootMs = started.cpuMs();
    const shown = (): boolean => (desktop.frames.at(-1)?.offset ?? 0) >= target;
    await until(clock, 'the right value', shown, HEAD_MS);
    const tookMs = clock.monotonic() - killedMs;
    told.push(
      `${name}: in its group after ${readyMs.toFixed(0)} ms (CPU ${bootMs}), right value after ${tookMs.toFixed(0)} ms (CPU ${started.cpuMs()})`,
    );
  };
  for (let i = 1; i <= kills; i++) await kill(`kill ${i}`);
  const fromUs = nowUs();
  await kill('profiled', bench.profiles);
  const toUs = nowUs();
  await running.stop();
  desktop.close();
  await clock.sleep(1_000);
  const verdict = await verified(bench);
  await stopAll(services);
  const profile = profileLines(bench, fromUs, toUs, ['aggregator']);
  return [verdict, `session ${sessionMs} ms, ${KILL_RATE} webhooks/s`, ...told, ...profile];
};

/** An empty Redis under a log with a past: how fast both folds make it again, then with the profiler. */
export const rebuild: Part = async (bench) => {
  const { address } = bench.rig.redis;
  await redisLine(address, 'FLUSHALL');
  const plain = await rebuildOnce(bench);
  await redisLine(address, 'FLUSHALL');
  const fromUs = nowUs();
  await rebuildOnce(bench, bench.profiles);
  const profile = profileLines(bench, fromUs, nowUs(), ['aggregator', 'detector']);
  await takeSnapshots(bench);
  await redisLine(address, 'FLUSHALL');
  const [, fromSnapshot] = await rebuildOnce(bench);
  return [...plain, ...profile, `from a snapshot at their end: ${fromSnapshot}`];
};

async function rebuildOnce(bench: Bench, profile?: string): Promise<string[]> {
  const { rig, desk } = bench;
  const { address } = rig.redis;
  const high = await factsHigh(bench);
  const names = ['aggregator', 'detector'] as const;
  const [aggregator, detector] = await Promise.all(names.map((name) => rig.start(name, profile)));
  const readyMs = clock.monotonic();
  const cpuMs = aggregator!.cpuMs();
  while ((await positionOf(address, 'facts', desk.partition)) < high) await clock.sleep(STEP_MS);
  const tookMs = clock.monotonic() - readyMs;
  const spentMs = aggregator!.cpuMs() - cpuMs;
  await atHead(bench);
  const bothMs = clock.monotonic() - readyMs;
  const verdict = await verified(bench);
  await Promise.all([aggregator!.stop(), detector!.stop()]);
  return [
    verdict,
    `${high} facts in ${(tookMs / 1_000).toFixed(1)} s after it was ready: ${per(high * 1_000, tookMs)} facts/s, ${per(spentMs * 1_000, high)} µs of CPU a fact; with the detector ${(bothMs / 1_000).toFixed(1)} s`,
  ];
}
