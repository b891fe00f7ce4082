/**
 * A place where a process of a service runs: whoever dies there is started again, as an orchestrator
 * does. Unlike the places of `tests/cluster` it may be stopped in peace, be frozen, and be left empty.
 */

import type { ServiceName } from '../../cluster/slot.ts';
import {
  type CliOptions,
  clock,
  type Ending,
  type RunningCli,
  spawnCli,
} from '../../support/process.ts';
import { until } from '../../support/pylon.ts';

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

/** The same ports for each life. */
export interface Ports {
  /** Of a service that listens. */
  readonly http: number | null;
  readonly ops: number;
}

export function createPlace(name: ServiceName, config: string, ports: Ports): Place {
  const listen = ports.http === null ? [] : ['--port', String(ports.http)];
  const args = ['service', name, '--config', config, ...listen];
  let wanted = false;
  let text = '';
  const deaths: string[] = [];
  let bornMs = 0;
  let url = '';
  let current: RunningCli | null = null;

  const start = (options: CliOptions = {}): void => {
    bornMs = clock.monotonic();
    wanted = true;
    const env = { SAPWOOD_METRICS_PORT: String(ports.ops), ...options.env };
    const made = spawnCli(args, { ...options, env });
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
    url = found[1] ?? '';
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
      const answer = await fetch(`http://127.0.0.1:${ports.ops}${path}`, { signal }).catch(
        () => null,
      );
      return answer && { status: answer.status, text: await answer.text() };
    },
    deaths: () => deaths,
    text: textNow,
  };
}
