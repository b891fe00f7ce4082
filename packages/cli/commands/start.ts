/** `sapwood start` and `sapwood demo`: everything in one process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPairingCode } from '@sapwood/gateway/secrets';
import { type ClockGuard, createClockGuard } from '@sapwood/runtime/clock/guard';
import { createSystemClock, createSystemRng } from '@sapwood/runtime/clock/system';
import type { Clock, Rng } from '@sapwood/runtime/ports';
import { createSqlite } from '@sapwood/runtime/sqlite';
import { type Component, createRunGroup } from '@sapwood/runtime/supervise';
import type { Config, LoadedConfig } from '@sapwood/service-kit/config';
import { createHttpServer } from '@sapwood/service-kit/http';
import { createLogging, fanOut, secretsOf } from '@sapwood/service-kit/logging';
import { createMetrics, createMetricsServer } from '@sapwood/service-kit/metrics';
import { installShutdown } from '@sapwood/service-kit/shutdown';
import type { Scenario } from '@sapwood/simulator/behaviour';
import { ensureBuilt } from '@sapwood/wallboard/build';
import { createSystem, type System } from '../compose.ts';
import { EXIT, UserError } from '../exit.ts';
import { loadedConfig } from '../loaded.ts';
import { MANUAL, manualSetup } from '../manual.ts';
import { requireNotMoved } from '../migrate/moved.ts';
import { keptSecret, type Setup, type SetupDeps, setupOf } from '../setup.ts';
import { loadOf, type Simulation, simulate, simulatedTraffic } from '../simulate.ts';
import { STORE_FILE } from './shared.ts';

export interface StartOptions {
  readonly config?: string;
  readonly data?: string;
  readonly port?: number;
  readonly lan?: boolean;
  readonly manual?: boolean;
}

export async function start(options: StartOptions): Promise<void> {
  const loaded = loadedConfig({
    file: options.config ?? null,
    flags: {
      ...(options.port === undefined ? {} : { 'http.port': options.port }),
      ...(options.data === undefined ? {} : { data: options.data }),
      ...(options.lan ? { 'http.lan': true, 'http.host': '0.0.0.0' } : {}),
      // Any free web port means that nobody waits for the metrics at theirs.
      ...(options.port === 0 ? { 'metrics.port': 0 } : {}),
    },
  });
  await run(loaded, {
    manual: options.manual === true,
    isDeclared: true,
    durability: 'FULL',
    speed: 1,
    scenario: loaded.config.simulator.scenario as Scenario,
    eventsPerSecond: loadOf(loaded),
    ended: () => {},
  });
}

export interface DemoOptions {
  readonly scenario: string;
  readonly seed: number;
  readonly speed: number;
  readonly port?: number;
}

const SCENARIOS: readonly string[] = ['calm', 'email-outage', 'cost-leak'];

export async function demo(options: DemoOptions): Promise<void> {
  if (!SCENARIOS.includes(options.scenario)) {
    throw new UserError(
      `There is no scenario "${options.scenario}"; there are ${SCENARIOS.join(', ')}.`,
    );
  }
  const data = mkdtempSync(join(tmpdir(), 'sapwood-demo-'));
  const loaded = loadedConfig({
    file: null,
    env: {},
    flags: {
      data,
      'http.port': options.port ?? 8080,
      'metrics.port': 0,
      'simulator.seed': options.seed,
    },
  });
  await run(loaded, {
    manual: false,
    // Its incidents are told by rules of the built-in tree.
    isDeclared: false,
    durability: 'NORMAL',
    speed: options.speed,
    scenario: options.scenario as Scenario,
    eventsPerSecond: null,
    ended: () => rmSync(data, { recursive: true, force: true }),
  });
}

interface RunOptions {
  readonly manual: boolean;
  /** A simulated desk obeys what the file says of its workspace. */
  readonly isDeclared: boolean;
  readonly durability: 'FULL' | 'NORMAL';
  readonly speed: number;
  readonly scenario: Scenario;
  /** null: the desk's own rhythm. */
  readonly eventsPerSecond: number | null;
  /** Once everything has stopped. */
  readonly ended: () => void;
}

interface Running {
  readonly config: Config;
  readonly clock: Clock;
  readonly secret: string;
  readonly costKey: string;
}

async function run(loaded: LoadedConfig, options: RunOptions): Promise<void> {
  const { config } = loaded;
  const clock = createSystemClock(options.speed === 1 ? {} : { speed: options.speed });
  const rng = createSystemRng();
  const secret = keptSecret(config.data, 'by-hand.secret');
  const costKey = keptSecret(config.data, 'costs.key');
  const logging = createLogging({
    level: config.log.level,
    service: 'sapwood',
    clock,
    secrets: [...secretsOf(config), secret, costKey],
  });
  const metrics = createMetrics();
  const telemetry = fanOut(logging.telemetry, metrics.telemetry);
  const wallDir = await ensureBuilt();
  const engine = createSqlite({
    file: join(config.data, STORE_FILE),
    clock,
    durability: options.durability,
    onDamage: ({ message }) => {
      console.error(message);
      process.exit(EXIT.usage);
    },
  });
  await requireNotMoved(engine.store);
  const running: Running = { config, clock, secret, costKey };
  const simulation = await simulationOf({ ...running, rng }, engine, options, loaded);
  const guard = createClockGuard(clock);
  const setup = setupFor(running, options, loaded, simulation, { telemetry, rng, guard });
  const server = createHttpServer({});
  const code = config.http.lan ? createPairingCode() : null;
  const system = await createSystem({
    setup,
    log: engine.log,
    store: engine.store,
    clock,
    rng,
    telemetry,
    guard,
    server,
    host: config.http.host,
    port: config.http.port,
    access: code === null ? { kind: 'loopback' } : { kind: 'lan', code },
    wallDir,
    build: String(clock.now()),
    onFailure: (name, reason) => {
      // Crash-only (design D14): a part that stood still is started anew with everything else.
      console.error(`${name} ended: ${reason.replace(/\.$/, '')}. Start again; nothing is lost.`);
      process.exit(EXIT.unexpected);
    },
  });
  const metricsServer = createMetricsServer(metrics);
  const parts: Component[] = [
    { name: 'store', stop: () => engine.close() },
    {
      name: 'metrics',
      start: async () => void (await metricsServer.listen(config.metrics)),
      stop: () => metricsServer.close(),
    },
    { name: 'system', start: () => system.start(), stop: () => system.stop() },
  ];
  if (simulation) parts.push(trafficOf(simulation, running, system, options));
  const group = createRunGroup(parts, { clock, telemetry });
  installShutdown({
    process,
    clock,
    stop: async () => {
      await group.stop();
      options.ended();
    },
    say: (text) => console.error(text),
  });
  try {
    await group.start();
  } catch (error) {
    await engine.close();
    options.ended();
    throw addressTaken(error, config) ?? error;
  }
  announce(system.url(), running, options, code);
}

async function simulationOf(
  { config, clock, secret, costKey, rng }: Running & { readonly rng: Rng },
  engine: Parameters<typeof simulate>[0],
  options: RunOptions,
  loaded: LoadedConfig,
): Promise<Simulation | null> {
  if (options.manual || Object.keys(config.sources).length > 0) return null;
  return simulate(engine, clock, {
    seed: config.simulator.seed,
    secret,
    costKey,
    workspaceKey: keptSecret(config.data, 'workspace-key'),
    ...(options.isDeclared ? { loaded } : {}),
    // A load is more than Pylon's limits would let anybody read.
    ...(options.eventsPerSecond === null ? { rng } : {}),
  });
}

function setupFor(
  { config, clock, secret, costKey }: Running,
  options: RunOptions,
  loaded: LoadedConfig,
  simulation: Simulation | null,
  { guard, ...deps }: Omit<SetupDeps, 'clock'> & { readonly guard: ClockGuard },
): Setup {
  if (simulation) return simulation.setup;
  if (!options.manual) return setupOf(loaded, { ...deps, clock, observe: guard.observe });
  return manualSetup({
    loaded,
    now: clock.now(),
    secret,
    costKey,
    workspaceKey: keptSecret(config.data, 'workspace-key'),
  });
}

function trafficOf(
  { world }: Simulation,
  { clock, secret, costKey }: Running,
  system: System,
  { scenario, eventsPerSecond }: RunOptions,
): Component {
  const url = (): string => system.url();
  return simulatedTraffic({ world, clock, url, secret, costKey, scenario, eventsPerSecond });
}

function addressTaken(error: unknown, { metrics }: Config): UserError | null {
  const { code, port } = error as { code?: string; port?: number };
  if (code !== 'EADDRINUSE') return null;
  if (port === metrics.port) {
    return new UserError(
      `Port ${port} of the metrics is taken: choose another with SAPWOOD_METRICS_PORT, or 0 for any.`,
    );
  }
  return new UserError(`Port ${port} is taken: choose another with --port N, or 0 for any.`);
}

function announce(
  url: string,
  { config }: Running,
  options: RunOptions,
  code: string | null,
): void {
  console.log(`Sapwood is live: ${url}/`);
  if (code !== null) {
    console.log(`Screens of this network pair once with the code ${code}.`);
  }
  if (!options.manual) return;
  console.log(`Webhook: ${url}/hooks/${MANUAL}  secret in ${join(config.data, 'by-hand.secret')}`);
  console.log(`Costs:   ${url}/v1/costs  key in ${join(config.data, 'costs.key')}`);
}
