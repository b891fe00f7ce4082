/** The frame around a service's process: engine, logs, health, metrics, shutdown, one way to fail. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createPairingCode } from '@sapwood/gateway/secrets';
import { createClockGuard } from '@sapwood/runtime/clock/guard';
import { createSystemClock, createSystemRng } from '@sapwood/runtime/clock/system';
import { STOP_REASONS } from '@sapwood/runtime/fold-runner';
import { type Component, createRunGroup } from '@sapwood/runtime/supervise';
import type { LoadedConfig } from '@sapwood/service-kit/config';
import { createHealth, type Health, registerHealth } from '@sapwood/service-kit/health';
import { createLogging, fanOut, secretsOf } from '@sapwood/service-kit/logging';
import { createMetrics, createMetricsServer, type Metrics } from '@sapwood/service-kit/metrics';
import { installShutdown } from '@sapwood/service-kit/shutdown';
import { EXIT, UserError } from '../exit.ts';
import { keptSecret, setupOf } from '../setup.ts';
import { connectEngine, type Engine, engineConfig, observedLog, requireTopics } from './connect.ts';
import { SERVICES, type Service, type ServiceDeps } from './services.ts';
import { checkStore } from './store-check.ts';

/** A person has to act: the process stays up for its other partitions, and says that it is not well. */
const PAGED: ReadonlySet<string> = new Set(STOP_REASONS.filter((reason) => reason !== 'FAILED'));

/** Runs until a signal; throws `UserError` where it cannot begin. */
export async function runService(name: string, loaded: LoadedConfig): Promise<void> {
  const build = Object.hasOwn(SERVICES, name) ? SERVICES[name]! : unknown(name);
  const { config } = loaded;
  const clock = createSystemClock({});
  const rng = createSystemRng();
  const metrics = createMetrics();
  const secrets = secretsOf(config);
  const logging = createLogging({ level: config.log.level, service: name, clock, secrets });
  const telemetry = fanOut(logging.telemetry, metrics.telemetry);
  const stopped = new Set<string>();
  const onFailure = (part: string, reason: string): void => {
    console.error(`${part} ended: ${reason.replace(/\.$/, '')}.`);
    if (PAGED.has(reason)) stopped.add(part);
    else process.exit(EXIT.unexpected);
  };
  endOnBugs(name);
  const engine = await connectEngine(loaded, {
    clock,
    rng,
    telemetry,
    clientId: `sapwood-${name}`,
  });
  const code = name === 'gateway' && config.http.lan ? createPairingCode() : null;
  const guard = createClockGuard(clock);
  let service: Service;
  try {
    await requireTopics(engine.log, loaded);
    const base = { clock, rng, telemetry };
    await checkStore(engineConfig(loaded).redis, base);
    const key = workspaceKey(name, config.data);
    const setup = setupOf(loaded, {
      ...base,
      observe: guard.observe,
      workspaceKey: key,
    });
    if (setup.workspaces.length === 0) {
      throw new UserError(
        `${loaded.file ?? 'sapwood.yaml'}: there is no workspace in it to serve.`,
      );
    }
    const deps: ServiceDeps = {
      ...base,
      setup,
      log: observedLog(engine.log, guard),
      store: engine.store,
      guard,
      http: { host: config.http.host, port: config.http.port },
      aggregators: config.aggregators,
      access: code === null ? { kind: 'loopback' } : { kind: 'lan', code },
      onFailure,
    };
    service = await build(deps);
  } catch (error) {
    await engine.close();
    throw error;
  }
  let started = false;
  const checks = {
    started: () => started,
    partitions: () => stopped.size === 0,
    ...service.ready,
  };
  const health = createHealth({ clock, checks });
  const group = createRunGroup(
    [
      engineOf(engine),
      opsServer(metrics, health, service, config.metrics),
      health,
      ...service.components,
    ],
    { clock, telemetry, onFailure },
  );
  const stop = async (): Promise<void> => {
    health.drain();
    await group.stop();
  };
  installShutdown({ process, clock, stop, say: (text) => console.error(text) });
  endWithParent();
  try {
    await group.start();
  } catch (error) {
    throw addressTaken(error, config.metrics.port) ?? error;
  }
  started = true;
  announce(name, service, code);
}

function unknown(name: string): never {
  throw new UserError(
    `There is no service "${name}"; there are ${Object.keys(SERVICES).join(', ')}.`,
  );
}

const engineOf = (engine: Engine): Component => ({ name: 'engine', stop: () => engine.close() });

/** `/metrics`, `/healthz`, `/readyz` and what the service adds, on a port that only operators reach. */
function opsServer(
  metrics: Metrics,
  health: Health,
  { ops }: Service,
  address: { readonly host: string; readonly port: number },
): Component {
  const server = createMetricsServer(metrics);
  registerHealth(server, health);
  ops?.(server);
  return {
    name: 'metrics',
    start: async () => void (await server.listen(address)),
    stop: () => server.close(),
  };
}

/**
 * Pseudonyms must be the same whoever makes them, so this key is never made up by one of several
 * processes; the others do not need it at all.
 */
function workspaceKey(name: string, data: string): string {
  if (name !== 'normalizer') return '';
  const file = join(data, 'workspace-key');
  if (existsSync(file)) return keptSecret(data, 'workspace-key');
  throw new UserError(
    `${file} is missing: make it once (openssl rand -hex 32 > ${file}) and give every normalizer the same.`,
  );
}

/** Crash-only (design D14): what nobody expected ends the process, in one line. */
function endOnBugs(name: string): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      console.error(`${name} ended: ${error instanceof Error ? error.message : String(error)}`);
      process.exit(EXIT.unexpected);
    });
  }
}

/** Started by a supervisor, it does not outlive it; what it had under way is recovered as ever. */
export function endWithParent(): void {
  if (!process.channel) return;
  process.once('disconnect', () => process.exit(EXIT.unexpected));
  // Listening alone is no reason to live on.
  process.channel.unref();
}

function addressTaken(error: unknown, metricsPort: number): UserError | null {
  const { code, port } = error as { code?: string; port?: number };
  if (code !== 'EADDRINUSE') return null;
  const variable = port === metricsPort ? 'SAPWOOD_METRICS_PORT' : 'SAPWOOD_HTTP_PORT';
  return new UserError(`Port ${port} is taken: choose another with ${variable}, or 0 for any.`);
}

/** stdout: one line that a supervisor can wait for. */
function announce(name: string, { url }: Service, code: string | null): void {
  console.log(`${name} is ready${url ? `: ${url()}/` : ''}`);
  if (code !== null) console.log(`Screens of this network pair once with the code ${code}.`);
}
