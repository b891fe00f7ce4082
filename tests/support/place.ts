/**
 * A place where a process of a service runs: whoever dies there is started again, as an orchestrator
 * does. It may be stopped in peace, be frozen, and be left empty.
 */

import { type CliOptions, clock, type Ending, type RunningCli, spawnCli } from './process.ts';
import { until } from './pylon.ts';

export type ServiceName = 'ingest' | 'normalizer' | 'aggregator' | 'detector' | 'gateway';
export const SERVICE_NAMES: readonly ServiceName[] = [
  'aggregator',
  'detector',
  'gateway',
  'normalizer',
  'ingest',
];

const LISTENING: ReadonlySet<ServiceName> = new Set(['ingest', 'gateway']);
const READY = /^\S+ is ready(?:: (http:\/\/\S+?)\/)?$/m;
const READY_MS = 120_000;
const PAUSE_MS = 500;
const OPS_MS = 2_000;
/** A process that ends by itself more often than faults explain would go on for ever. */
const DEATHS_MAX = 40;
const TEXT_MAX = 200_000;
const WORDS_MAX = 200;

export interface Place {
  readonly name: ServiceName;
  /** Resolves once the newest process is ready, to how long it took from its start, ms. */
  ready(): Promise<number>;
  /** SIGKILL; the next one is started at once. */
  kill(options?: CliOptions): Promise<void>;
  /** SIGTERM; the next one is started once it has ended. */
  restart(): Promise<Ending>;
  /** SIGTERM, and the place stays empty until `start`. */
  stop(): Promise<Ending>;
  /** SIGKILL, and the place stays empty. */
  end(): Promise<void>;
  start(options?: CliOptions): void;
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
  url(): string;
  /** The operator's port: `/readyz`, `/metrics`; null while nobody answers. */
  ops(path: string): Promise<{ readonly status: number; readonly text: string } | null>;
  /** Of each process that ended without being asked to, how, and what it said last. */
  deaths(): readonly string[];
  /** What all of them wrote on stderr, the newest last. */
  text(): string;
}

/** What is the same for each life. */
export interface PlaceOptions {
  /** Of a service that listens; left out: any free one, and then the same again. */
  readonly httpPort?: number;
  /** Left out: any, and nobody asks there. */
  readonly opsPort?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Nothing runs there yet. */
export function createPlace(
  name: ServiceName,
  config: string,
  { httpPort = 0, opsPort = 0, env = {} }: PlaceOptions = {},
): Place {
  let port = httpPort;
  let wanted = false;
  let text = '';
  const deaths: string[] = [];
  let bornMs = 0;
  let url = '';
  let current: RunningCli | null = null;

  const start = (options: CliOptions = {}): void => {
    bornMs = clock.monotonic();
    wanted = true;
    const listen = LISTENING.has(name) ? ['--port', String(port)] : [];
    const made = spawnCli(['service', name, '--config', config, ...listen], {
      ...options,
      env: { SAPWOOD_METRICS_PORT: String(opsPort), ...env, ...options.env },
    });
    current = made;
    made.ended
      .then(async ({ stderr, code, signal }) => {
        text = `${text}${stderr}`.slice(-TEXT_MAX);
        // Whoever asked it to end took it away first.
        if (current !== made) return;
        current = null;
        const last = stderr.trim().split('\n').at(-1) ?? '';
        deaths.push(`${signal ?? code} ${last.slice(-WORDS_MAX)}`);
        await clock.sleep(PAUSE_MS);
        if (wanted && !current && deaths.length < DEATHS_MAX) start(options);
      })
      .catch(() => {});
  };
  const isReady = (): boolean => {
    const found = current && READY.exec(current.stdout());
    if (!found || current!.isEnded()) return false;
    if (found[1]) {
      url = found[1];
      port = Number(new URL(url).port);
    }
    return true;
  };
  /** The process that is there, or that comes after one that died by itself. */
  const taken = async (): Promise<RunningCli> => {
    await until(clock, `${name} runs`, () => current !== null);
    const one = current!;
    current = null;
    return one;
  };
  const textNow = (): string => text + (current?.stderr() ?? '');
  return {
    name,
    start,
    ready: async () => {
      await until(clock, `${name} is ready`, isReady, READY_MS).catch((error: Error) => {
        throw new Error(`${error.message}: ${textNow().slice(-2_000)}`);
      });
      return Math.round(clock.monotonic() - bornMs);
    },
    kill: async (options) => {
      await (await taken()).kill();
      start(options);
    },
    restart: async () => {
      const ending = await (await taken()).stop();
      start();
      return ending;
    },
    stop: async () => {
      wanted = false;
      return (await taken()).stop();
    },
    end: async () => {
      wanted = false;
      const one = current;
      current = null;
      await one?.kill();
    },
    signal: (signal) => current?.signal(signal),
    url: () => url,
    ops: async (path) => {
      const signal = AbortSignal.timeout(OPS_MS);
      const answer = await fetch(`http://127.0.0.1:${opsPort}${path}`, { signal }).catch(
        () => null,
      );
      return answer && { status: answer.status, text: await answer.text() };
    },
    deaths: () => deaths,
    text: textNow,
  };
}

/** SIGKILL, and how long the next one took, in the test's output. */
export async function killed(place: Place): Promise<void> {
  await place.kill();
  console.log(`${place.name} is back after ${await place.ready()} ms`);
}
