/** Services as child processes: started, watched, started again when they die, ended together. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Clock } from '@sapwood/runtime/ports';
import { EXIT, UserError } from '../exit.ts';
import { NODE_FLAGS } from '../node-flags.ts';

const BIN: string = fileURLToPath(new URL('../bin.mjs', import.meta.url));
const READY = /^(\S+) is ready(?:: (http:\/\/\S+?)\/)?$/;
/** A first start builds the wallboard and makes the groups of a fresh cluster. */
const READY_MS = 120_000;
const PAUSE_MS = 500;
const PAUSE_MS_MAX = 10_000;
/** After this long the next death is a new story. */
const CALM_MS = 60_000;
const DEATHS_MAX = 10;
const STOP_MS = 45_000;

/** A mistake of the user's, or a broker that is not there, is told at once; anything else may pass. */
const FIRST_TRIES_MAX = 3;
const isPassing = (error: unknown): boolean => {
  const code = error instanceof UserError ? error.exitCode : EXIT.unexpected;
  return code !== EXIT.usage && code !== EXIT.unreachable;
};

export interface ChildSpec {
  readonly name: string;
  /** Of `sapwood service`, beside the name. */
  readonly args: readonly string[];
  /** 0: any free one, and the same again after a death. null: it does not listen. */
  readonly port: number | null;
  /** Of its environment, beside what it inherits. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface ChildrenDeps {
  readonly clock: Clock;
  readonly say: (text: string) => void;
  /** One cannot be kept alive: the caller ends everything. */
  readonly onGivenUp: (reason: string) => void;
}

export interface ServiceChild {
  readonly name: string;
  /** Resolves once it said that it is ready; throws `UserError` if it ends before. */
  start(): Promise<void>;
  /** SIGTERM, and SIGKILL to one that does not listen. */
  stop(): Promise<void>;
  /** Address it listens on, '' if none. */
  url(): string;
  pid(): number | undefined;
}

export function createServiceChild(spec: ChildSpec, deps: ChildrenDeps): ServiceChild {
  const { clock, say, onGivenUp } = deps;
  const { name } = spec;
  let port = spec.port;
  let url = '';
  let child: ChildProcess | null = null;
  let started = false;
  let stopping = false;
  let deaths = 0;

  const launch = async (): Promise<void> => {
    const bornMs = clock.monotonic();
    const listen = port === null ? [] : ['--port', String(port)];
    const args = ['service', name, ...listen, ...spec.args];
    const made = spawn(process.execPath, [...NODE_FLAGS, BIN, ...args], {
      env: { ...process.env, SAPWOOD_METRICS_PORT: '0', ...spec.env },
      // The channel tells it when this process is gone.
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      // A Ctrl-C reaches the supervisor, which ends its children in order.
      detached: true,
    });
    child = made;
    const ready = readyOf(made, name, clock);
    made.once('exit', (code, signal) => {
      if (stopping || child !== made) return;
      child = null;
      if (started) again(String(signal ?? code), clock.monotonic() - bornMs);
    });
    url = await ready;
    if (url !== '') port = Number(new URL(url).port);
  };
  /** Crash-only: whoever dies is started anew, and recovers as at every start. */
  const again = (how: string, livedMs: number): void => {
    deaths = livedMs > CALM_MS ? 1 : deaths + 1;
    if (deaths > DEATHS_MAX) {
      onGivenUp(`${name} died ${deaths} times in a row, last by ${how}`);
      return;
    }
    const pauseMs = Math.min(PAUSE_MS * 2 ** (deaths - 1), PAUSE_MS_MAX);
    say(`${name} ended (${how}); it is started again.`);
    clock
      .sleep(pauseMs)
      .then(() => (stopping ? undefined : launch()))
      // Its end is told by the exit, which calls this again.
      .catch(() => {});
  };
  return {
    name,
    url: () => url,
    pid: () => child?.pid,
    start: async () => {
      for (let tries = 1; ; tries++) {
        try {
          await launch();
          break;
        } catch (error) {
          if (stopping || tries >= FIRST_TRIES_MAX || !isPassing(error)) throw error;
          say(`${(error as Error).message} It is started again.`);
          await clock.sleep(PAUSE_MS);
        }
      }
      started = true;
    },
    stop: async () => {
      stopping = true;
      if (child) await endChild(child, clock);
    },
  };
}

/** The address in the line that says that it is ready; '' where it has none. */
async function readyOf(child: ChildProcess, name: string, clock: Clock): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  createInterface({ input: child.stdout! }).on('line', (line) => {
    const found = READY.exec(line);
    if (found) resolve(found[2] ?? '');
    else console.log(line);
  });
  child.once('error', reject);
  child.once('exit', (code, signal) => {
    const text = `${name} ended before it was ready (${signal ?? code}).`;
    reject(new UserError(text, typeof code === 'number' && code > 0 ? code : EXIT.unexpected));
  });
  const timer = clock.after(READY_MS, () => child.kill('SIGKILL'));
  return promise.finally(() => timer.cancel());
}

async function endChild(child: ChildProcess, clock: Clock): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = clock.after(STOP_MS, () => child.kill('SIGKILL'));
  await gone;
  timer.cancel();
}
