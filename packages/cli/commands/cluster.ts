/** `sapwood cluster`: every service as its own process on one Kafka and Redis, with a simulated desk. */
import { resolve } from 'node:path';
import { createSystemClock, createSystemRng } from '@sapwood/runtime/clock/system';
import { type Component, createRunGroup } from '@sapwood/runtime/supervise';
import type { LoadedConfig } from '@sapwood/service-kit/config';
import { freePort } from '@sapwood/service-kit/free-port';
import { installShutdown } from '@sapwood/service-kit/shutdown';
import { createServiceChild, type ServiceChild } from '../distributed/children.ts';
import { connectEngine } from '../distributed/connect.ts';
import { endWithParent } from '../distributed/run-service.ts';
import { writeSimulatedConfig } from '../distributed/simulated-config.ts';
import { EXIT } from '../exit.ts';
import { loadedConfig } from '../loaded.ts';
import { SIMULATED, type SimulationOptions, simulate, simulatedTraffic } from '../simulate.ts';
import { apply } from './topics.ts';

export interface ClusterOptions {
  readonly data: string;
  readonly port: number;
  readonly seed: number;
}

const clock = createSystemClock({});
const say = (text: string): void => console.error(text);

export async function cluster(options: ClusterOptions): Promise<void> {
  endWithParent();
  const desk = writeSimulatedConfig(resolve(options.data));
  const loaded = loadedConfig({ file: desk.file });
  await apply({ config: desk.file });
  const { world } = await seedHistory(loaded, { ...desk, seed: options.seed });
  const children = childrenOf(desk.file, options.port, await freePort());
  const by = (name: string): ServiceChild => children.find((child) => child.name === name)!;
  const traffic = simulatedTraffic({
    ...desk,
    world,
    clock,
    url: () => by('ingest').url(),
    scenario: 'calm',
    eventsPerSecond: null,
  });
  const group = createRunGroup([together(children), traffic], { clock, telemetry: () => {} });
  installShutdown({ process, clock, stop: () => group.stop(), say });
  await group.start();
  const pids = children.map((child) => `${child.name} ${child.pid()}`).join(', ');
  say(`Processes: ${pids}`);
  console.log(`Webhook: ${by('ingest').url()}/hooks/${SIMULATED}`);
  console.log(`Sapwood is live: ${by('gateway').url()}/`);
}

/** The desk's past goes into the log before anybody reads it. */
async function seedHistory(loaded: LoadedConfig, options: SimulationOptions) {
  const rng = createSystemRng();
  const deps = { clock, rng, telemetry: () => {}, clientId: 'sapwood-simulator' };
  const engine = await connectEngine(loaded, deps);
  try {
    return await simulate(engine, clock, options);
  } finally {
    await engine.close();
  }
}

/** `explains`: where the aggregator is asked what values are made of. */
function childrenOf(config: string, port: number, explains: number): ServiceChild[] {
  const onGivenUp = (reason: string): void => {
    say(`${reason}.`);
    process.exit(EXIT.unexpected);
  };
  const ports: Readonly<Record<string, number | null>> = {
    aggregator: null,
    detector: null,
    gateway: port,
    normalizer: null,
    ingest: 0,
  };
  const envs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    aggregator: { SAPWOOD_METRICS_PORT: String(explains) },
    gateway: { SAPWOOD_AGGREGATORS: `http://127.0.0.1:${explains}` },
  };
  return Object.entries(ports).map(([name, own]) => {
    const spec = { name, args: ['--config', config], port: own, env: envs[name] ?? {} };
    return createServiceChild(spec, { clock, say, onGivenUp });
  });
}

/** Started at once: none needs another to begin. Ended from the source on. */
function together(children: readonly ServiceChild[]): Component {
  return {
    name: 'services',
    start: async () => {
      const results = await Promise.allSettled(children.map((child) => child.start()));
      const failed = results.find((result) => result.status === 'rejected');
      if (!failed) return;
      await Promise.all(children.map((child) => child.stop()));
      throw failed.reason;
    },
    stop: async () => {
      for (const child of [...children].reverse()) await child.stop();
    },
  };
}
