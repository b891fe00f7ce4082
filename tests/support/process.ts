/**
 * The real command line as a child process, in a temporary folder, on free ports. What was started is
 * ended with the test, or with this process at the latest.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSystemClock } from '@sapwood/runtime/clock/system';
import { NODE_FLAGS } from '../../packages/cli/node-flags.ts';
import { until } from './pylon.ts';

const BIN = fileURLToPath(new URL('../../packages/cli/bin.mjs', import.meta.url));
const COMPILED = fileURLToPath(new URL('../../node_modules/.cache/compile', import.meta.url));
const LIVE = /^Sapwood is live: (http:\/\/\S+?)\/$/m;
/** Tests share the machine with other suites: a start that takes longer has failed. */
const START_MS = 30_000;
const RUN_MS = 60_000;
/** A child that talks more than this is a bug of its own; the head is kept. */
const TEXT_MAX = 1_000_000;

export const clock: ReturnType<typeof createSystemClock> = createSystemClock({});

export interface Ending {
  /** null: a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCli {
  stdout(): string;
  stderr(): string;
  readonly ended: Promise<Ending>;
  isEnded(): boolean;
  /** Address of the web server; waits until it says that it is live. */
  url(): Promise<string>;
  /** SIGTERM, and what came of it. */
  stop(): Promise<Ending>;
  /** SIGKILL: no handler runs. */
  kill(): Promise<Ending>;
  /** SIGSTOP, SIGCONT: it does not end by them. */
  signal(name: NodeJS.Signals): void;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly cwd?: string;
}

const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** Nothing of the tester's own Sapwood may leak into a child. */
function environment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('SAPWOOD_'));
  return {
    ...Object.fromEntries(own),
    SAPWOOD_METRICS_PORT: '0',
    // What is loaded before the process under test is kept compiled, too.
    NODE_COMPILE_CACHE: COMPILED,
    ...more,
  };
}

export function spawnCli(args: readonly string[], options: CliOptions = {}): RunningCli {
  // With its flags at once: what is loaded before it is loaded once.
  const child = spawn(process.execPath, [...NODE_FLAGS, BIN, ...args], {
    cwd: options.cwd ?? tmpdir(),
    env: environment(options.env),
    stdio: 'pipe',
  });
  children.add(child);
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      if (text[name].length < TEXT_MAX) text[name] += chunk;
    });
  }
  child.stdin.on('error', () => {}); // It may end before it has read everything.
  child.stdin.end(options.stdin ?? '');
  const ended = new Promise<Ending>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      children.delete(child);
      resolve({ code, signal, ...text });
    });
  });
  const isEnded = (): boolean => !children.has(child);
  const end = (signal: NodeJS.Signals): Promise<Ending> => {
    child.kill(signal);
    return ended;
  };
  return {
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    ended,
    isEnded,
    async url() {
      const live = (): boolean => isEnded() || LIVE.test(text.stdout);
      await until(clock, 'the process is live', live, START_MS);
      const found = LIVE.exec(text.stdout);
      if (!found) throw new Error(`it ended before it was live: ${text.stderr}`);
      return found[1]!;
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    signal: (name) => void child.kill(name),
  };
}

/** A command that ends by itself. */
export async function runCli(
  args: readonly string[],
  options: CliOptions = {},
  limitMs: number = RUN_MS,
): Promise<Ending> {
  const cli = spawnCli(args, options);
  const timer = clock.after(limitMs, () => void cli.kill());
  try {
    return await cli.ended;
  } finally {
    timer.cancel();
  }
}

/** What a test started and made, ended and removed by `clean` in reverse order. */
export interface Workshop {
  folder(): string;
  start(args: readonly string[], options?: CliOptions): RunningCli;
  clean(): Promise<void>;
}

export function createWorkshop(): Workshop {
  const running: RunningCli[] = [];
  const folders: string[] = [];
  return {
    folder() {
      const made = mkdtempSync(join(tmpdir(), 'sapwood-test-'));
      folders.push(made);
      return made;
    },
    start(args, options) {
      const cli = spawnCli(args, options);
      running.push(cli);
      return cli;
    },
    async clean() {
      for (const cli of running.splice(0)) if (!cli.isEnded()) await cli.kill();
      if (process.env['SAPWOOD_TEST_KEEP'] === '1') return;
      for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
    },
  };
}

/** A secret that the process keeps in its data folder. */
export const keptSecret = (data: string, name: string): string =>
  readFileSync(join(data, name), 'utf8').trim();
