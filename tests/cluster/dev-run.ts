/** `npm run dev:cluster` as a child, with all that came of it: whatever ends it, nothing may stay behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clock } from '../support/process.ts';
import { until } from '../support/pylon.ts';

const SCRIPT = fileURLToPath(new URL('../../deploy/cluster.ts', import.meta.url));
export const LIVE_MS = 180_000;
export const GONE_MS = 60_000;
/** The script, its warden, a broker, Redis, the supervisor, five services. */
export const PROCESSES = 10;

export interface DevCluster {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  text(): string;
  url(): Promise<string>;
  /** Pid of a service, of those told at the start. */
  pid(service: string): number;
  processes(): number[];
  /** Once every process is gone. */
  gone(): Promise<void>;
  foldersLeft(): string[];
  clean(): void;
}

/** Each process inherits the folder's name, or works in it: Redis overwrites its environment. */
function isOf(folder: string, pid: string): boolean {
  try {
    const isInside = readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
    return isInside || readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`TMPDIR=${folder}`);
  } catch {
    return false; // It has ended meanwhile.
  }
}

function processesOf(folder: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => isOf(folder, pid)).map(Number);
}

/** The caller has to `clean`. */
export function runDevCluster(): DevCluster {
  const folder = mkdtempSync(join(tmpdir(), 'sapwood-dev-'));
  const child = spawn(process.execPath, [SCRIPT], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const live = /^Sapwood is live: (\S+)$/m;
  return {
    child,
    ended,
    text: () => text,
    url: async () => {
      const done = (): boolean => live.test(text) || child.exitCode !== null;
      await until(clock, 'it is live', done, LIVE_MS);
      const found = live.exec(text);
      if (!found) throw new Error(`it ended: ${text}`);
      return found[1]!;
    },
    pid: (service) => Number(new RegExp(`${service} (\\d+)`).exec(text)![1]),
    processes: () => processesOf(folder),
    gone: () =>
      until(clock, 'every process is gone', () => processesOf(folder).length === 0, GONE_MS),
    foldersLeft: () => readdirSync(folder).filter((name) => name.startsWith('sapwood-')),
    clean() {
      for (const pid of processesOf(folder)) process.kill(pid, 'SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
