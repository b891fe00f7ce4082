/**
 * F19: power is lost. Every write and flush of the process's files is recorded by strace; the disk is
 * then put together as it may have been at an instant: what was flushed before it, and of the rest any
 * part, cut at any sector. What was acknowledged by that instant must be there.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import type { Rng } from '@sapwood/runtime/ports';
import { NODE_FLAGS } from '../../../packages/cli/node-flags.ts';
import { rawFates, withLog } from '../../support/journal.ts';
import { clock, type RunningCli, runCli } from '../../support/process.ts';
import { until } from '../../support/pylon.ts';
import { type Disk, imageAt, parseTrace } from '../disk-trace.ts';
import type { Options, Outcome, Scenario } from '../scenario.ts';
import { openSite, type Site } from '../site.ts';

const SIZES = { test: 2, ci: 10 } as const;
const ACKED = 120;
const PER_SECOND = 40;

/** Follows every thread of the process from its start. */
function traced(site: Site, trace: string): ChildProcess {
  const calls = 'trace=openat,close,pwrite64,fsync,fdatasync,ftruncate,unlink';
  const strace = ['-f', '-qq', '-ttt', '-y', '-xx', '-s', '262144', '-e', calls, '-o', trace];
  return spawn('strace', [...strace, process.execPath, ...NODE_FLAGS, BIN, ...site.args()], {
    stdio: 'ignore',
    // A group of its own: the traced process would outlive its tracer.
    detached: true,
    env: { ...process.env, SAPWOOD_METRICS_PORT: '0' },
  });
}

const BIN = new URL('../../../packages/cli/bin.mjs', import.meta.url).pathname;

async function record(site: Site, seed: number): Promise<Disk> {
  const trace = join(site.data, '..', 'trace');
  const child = traced(site, trace);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const live = async (): Promise<boolean> =>
    (await fetch(`${site.url}/readyz`).catch(() => null))?.status === 200;
  try {
    await until(clock, 'it is live under strace', live, 60_000);
    const accountant = site.accountant({ seed, perSecond: PER_SECOND });
    await accountant.acked(ACKED);
    await accountant.pause();
    await accountant.finish();
  } finally {
    process.kill(-child.pid!, 'SIGKILL');
    await ended;
  }
  return parseTrace(readFileSync(trace, 'latin1'), site.data);
}

interface Ack {
  readonly atMs: number;
  readonly hash: string;
}

const acksOf = (journal: string): Ack[] =>
  readFileSync(journal, 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([word, , , to]) => word === 'acked' && to === 'hook')
    .map(([, at, hash]) => ({ atMs: Number(at), hash: hash! }));

/** The disk at one instant, opened by the next start. */
async function lose(site: Site, disk: Disk, acks: readonly Ack[], rng: Rng): Promise<string[]> {
  const first = acks[0]!.atMs;
  const last = acks.at(-1)!.atMs;
  const atMs = first + rng.next() * (last - first);
  const data = join(site.data, '..', `lost-${rng.id()}`);
  mkdirSync(data);
  for (const [name, bytes] of imageAt(disk, atMs, rng)) writeFileSync(join(data, name), bytes);
  const config = ['--config', site.config, '--data', data, '--port', '0'];
  const cli: RunningCli = site.startOn(config);
  await cli.url();
  const settled = async (): Promise<boolean> =>
    withLog(data, async (log) => (await rawFates(log)).every(({ ended }) => ended));
  await until(clock, 'everything raw is mapped', settled, 30_000);
  const { code, stderr } = await cli.stop();
  const problems =
    code === 0 ? [] : [`after the loss it ended with ${code}: ${stderr.slice(-300)}`];
  const kept = await withLog(
    data,
    async (log) => new Set((await rawFates(log)).map((one) => one.sha256)),
  );
  const lost = acks.filter((ack) => ack.atMs < atMs && !kept.has(ack.hash));
  if (lost.length > 0) problems.push(`${lost.length} acknowledged before the loss are gone`);
  const verified = await runCli(['verify', '--data', data, '--json']);
  if (verified.code !== 0) problems.push(`verify: ${verified.stderr.trim()}`);
  return problems;
}

export async function powerLoss(options: Options): Promise<Outcome> {
  const n = options.trials ?? SIZES[options.size];
  if (spawnSync('strace', ['-o', '/dev/null', 'true']).status !== 0) {
    return { trials: 0, problems: [], figures: {}, skipped: 'strace cannot be used here' };
  }
  const site = await openSite();
  const rng = createSeededRng(options.seed);
  try {
    const disk = await record(site, options.seed);
    const acks = acksOf(site.journal);
    const problems: string[] = [];
    for (let i = 0; i < n; i++) problems.push(...(await lose(site, disk, acks, rng)));
    const figures = { acked: acks.length, writes: disk.writes, flushes: disk.flushes };
    if (disk.flushes < 10)
      problems.push(`only ${disk.flushes} flushes were seen: nothing is shown`);
    return { trials: n, problems, figures };
  } finally {
    await site.clean();
  }
}

export const scenario: Scenario = {
  ids: ['F19'],
  about: 'power is lost at a random instant: what was not flushed may be gone',
  run: powerLoss,
};
