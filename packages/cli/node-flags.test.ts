import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { NODE_FLAGS } from './node-flags.ts';

const BIN = fileURLToPath(new URL('./bin.mjs', import.meta.url));
/** Loaded before: what a process was started with, and whether its channel holds, once it ends. */
const WITNESS =
  'process.on("exit",()=>console.error("flags:"+process.execArgv.join()+";"+!!process.connected))';
const env = (): NodeJS.ProcessEnv => ({
  ...process.env,
  NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(WITNESS)}`,
});

it.skipIf(process.platform === 'win32')(
  'CLI-17 a start without its flags takes them itself',
  () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, 'metrics', 'csat'], {
      encoding: 'utf8',
      env: env(),
    });
    expect([status, stderr.trim()]).toEqual([0, `flags:${NODE_FLAGS.join()};false`]);
    expect(stdout).toContain('csat@1');
  },
);

it('CLI-17 one that was started with a channel keeps it', async () => {
  const child = fork(BIN, ['metrics', 'csat'], { env: env(), execArgv: [], silent: true });
  let told = '';
  child.stderr!.on('data', (chunk: Buffer) => {
    told += chunk.toString();
  });
  await once(child, 'close');
  expect(told.trim()).toBe('flags:;true');
});
