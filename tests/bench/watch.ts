/** What the long runs share: the real process as a child, and how its figures are told. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connect } from '@sapwood/client';

/** The kernel counts CPU time in hundredths of a second. */
const TICK_MS = 10;

/** User and system time of a process so far, ms. */
export function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

const CLI = fileURLToPath(new URL('../../packages/cli/bin.mjs', import.meta.url));

export interface Watched {
  readonly url: string;
  /** Bytes of a line of /proc/<pid>/status, such as VmRSS. */
  memory(name: string): number;
  /** CPU time so far, ms. */
  cpuMs(): number;
  stop(): Promise<void>;
}

/** Starts `sapwood <args>` and waits for the address it prints. */
export async function startSapwood(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Watched> {
  const child: ChildProcess = spawn(process.execPath, [CLI, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, SAPWOOD_LOG_LEVEL: 'warn', ...env },
  });
  let out = '';
  child.stdout!.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  let url: string | undefined;
  while (!url) {
    url = /https?:\/\/[^\s/]+/.exec(out)?.[0];
    if (child.exitCode !== null) throw new Error('the process ended before it was live');
    await sleep(50);
  }
  const proc = (file: string): string => readFileSync(`/proc/${child.pid}/${file}`, 'utf8');
  return {
    url,
    memory: (name) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(proc('status'))?.[1]) * 1024,
    cpuMs: () => cpuMsOf(child.pid!),
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

export interface SeenFrame {
  readonly offset: number;
  readonly at: number;
}

export interface FrameWatch {
  readonly frames: SeenFrame[];
  /** Resolves once the history is folded: from then on values are live. */
  live(): Promise<void>;
  close(): void;
}

/** A desk client that notes when each frame came. */
export function watchFrames(url: string): FrameWatch {
  const frames: SeenFrame[] = [];
  const desk = connect({ url: `${url.replace('http', 'ws')}/v1/ws`, kind: 'desk' });
  desk.onUpdate(() => {
    const offset = desk.state.frame?.offset;
    if (offset === undefined || offset === frames.at(-1)?.offset) return;
    frames.push({ offset, at: Date.now() });
  });
  const live = async (): Promise<void> => {
    while (desk.state.frame === null || desk.state.frame.catchingUp) await sleep(50);
  };
  return { frames, live, close: () => desk.close() };
}

/** n, p50, p99 and max on one line. */
export function report(name: string, values: readonly number[]): void {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (p: number): number | undefined =>
    sorted[Math.min(sorted.length - 1, Math.ceil((p / 100) * sorted.length) - 1)];
  console.log(`${name}: n ${sorted.length}, p50 ${at(50)} ms, p99 ${at(99)} ms, max ${at(100)} ms`);
}

export const MB: number = 1024 * 1024;
