/** `npm run dev:cluster`: it comes up alone, and whatever ends it, nothing of it stays behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { localEnginesOr } from '../support/engines.ts';
import { clock } from '../support/process.ts';
import { until } from '../support/pylon.ts';

const local = await localEnginesOr('dev:cluster');
const SCRIPT = fileURLToPath(new URL('../../deploy/cluster.ts', import.meta.url));
const TEST_MS = 300_000;
const LIVE_MS = 180_000;
const GONE_MS = 60_000;

interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  text(): string;
  url(): Promise<string>;
  /** Pid of a service, of those told at the start. */
  pid(service: string): number;
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

/** The script, its warden, a broker, Redis, the supervisor, five services. */
const PROCESSES = 10;

describe.skipIf(!local)('dev:cluster', { timeout: TEST_MS }, () => {
  let folder = '';

  function run(): Run {
    folder = mkdtempSync(join(tmpdir(), 'sapwood-dev-'));
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
    };
  }
  const gone = (): Promise<void> =>
    until(clock, 'every process is gone', () => processesOf(folder).length === 0, GONE_MS);

  const foldersLeft = (): string[] =>
    readdirSync(folder).filter((name) => name.startsWith('sapwood-'));

  afterEach(() => {
    for (const pid of processesOf(folder)) process.kill(pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  it('K-5 it shows a simulated desk, revives a service that dies, and Ctrl-C ends all of it', async () => {
    const cluster = run();
    const url = await cluster.url();
    const volume = async (): Promise<unknown> => {
      const answer = await fetch(`${url}v1/metrics/conversation-volume?window=24h`);
      return ((await answer.json()) as { value?: unknown }).value;
    };
    await until(clock, 'a day is shown', async () => Number(await volume()) > 100, LIVE_MS);
    process.kill(cluster.pid('aggregator'), 'SIGKILL');
    const revived = (): boolean => cluster.text().includes('aggregator ended (SIGKILL)');
    await until(clock, 'it is noticed', revived, GONE_MS);
    const isWhole = (): boolean => processesOf(folder).length === PROCESSES;
    await until(clock, 'all are there again', isWhole, GONE_MS);
    cluster.child.kill('SIGINT');
    expect(await cluster.ended).toBe(0);
    await gone();
    expect(foldersLeft()).toEqual([]);
  });

  it('K-5 killed with no chance to clean up, it leaves no process and no folder behind', async () => {
    const cluster = run();
    await cluster.url();
    expect(processesOf(folder).length).toBe(PROCESSES);
    cluster.child.kill('SIGKILL');
    await cluster.ended;
    await gone();
    expect(foldersLeft()).toEqual([]);
  });

  it('K-5 a broker that dies ends everything, with one sentence', async () => {
    const cluster = run();
    await cluster.url();
    const broker = processesOf(folder).find((pid) =>
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('kafka.Kafka'),
    )!;
    process.kill(broker, 'SIGKILL');
    expect(await cluster.ended).toBe(1);
    expect(cluster.text()).toContain('Ending everything: Kafka broker 1 ended (SIGKILL).');
    await gone();
  });
});
