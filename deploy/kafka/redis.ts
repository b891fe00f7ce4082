/** A `redis-server` with an append-only file, as the distributed engine needs it; for tests. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '@sapwood/service-kit/free-port';
import { end, type LocalProcess, type ProcessHooks, watch } from './broker.ts';

const settings = (port: number, dir: string): string[] =>
  Object.entries({
    '--port': port,
    '--bind': '127.0.0.1',
    '--dir': dir,
    '--save': '',
    '--appendonly': 'yes',
    '--appendfsync': 'everysec',
    // Full memory must refuse a script before it starts, never evict state.
    '--maxmemory-policy': 'noeviction',
  }).flatMap(([name, value]) => [name, String(value)]);

type Child = ReturnType<typeof spawn>;

async function launch(port: number, dir: string, hooks: ProcessHooks): Promise<Child> {
  const child = spawn('redis-server', settings(port, dir), {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: hooks.ownGroup === true,
  });
  if (child.pid !== undefined) hooks.onPid?.(child.pid);
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('Ready to accept connections')) resolve();
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)));
  });
  watch(child, 'redis-server', hooks);
  return child;
}

export interface RedisServer extends LocalProcess {
  /** SIGKILL; the append-only file stays. */
  kill(): Promise<void>;
  /** After `kill`, on the same port: with its data, or as if the disk had been lost. */
  restart(data: 'kept' | 'lost'): Promise<void>;
}

/** One empty server on a free port; ready when it resolves. */
export async function startRedis(hooks: ProcessHooks = {}): Promise<RedisServer> {
  const dir = mkdtempSync(join(tmpdir(), 'sapwood-redis-'));
  hooks.onFolder?.(dir);
  const port = await freePort();
  let child = await launch(port, dir, hooks);
  return {
    address: `redis://127.0.0.1:${port}`,
    get pid() {
      return child.pid!;
    },
    kill: () => end(child, 'SIGKILL'),
    restart: async (data) => {
      if (data === 'lost') rmSync(join(dir, 'appendonlydir'), { recursive: true, force: true });
      child = await launch(port, dir, hooks);
    },
    stop: async () => {
      await end(child, 'SIGTERM');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
