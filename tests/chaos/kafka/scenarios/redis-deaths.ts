/** F11 to F13: Redis is killed and comes back; with everything, without its newest part, or with nothing. */
import { existsSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { clock } from '../../../support/process.ts';
import { redisLine, stringsOf } from '../../../support/redis-line.ts';
import { type Outcome, type Scenario, spread } from '../../scenario.ts';
import type { Cluster } from '../cluster.ts';
import { audit, type Bench, type Plan, underLoad } from '../under-load.ts';

type Found = Pick<Outcome, 'problems' | 'figures'>;

const AWAY_MS = { min: 50, max: 5_000 } as const;
const LOST_MS = { min: 100, max: 8_000 } as const;
const RUN_MS = { min: 500, max: 2_000 } as const;
/** After it is back, until the screen goes on: a session, a claim, a busy machine. */
const ON_MS_MAX = 30_000;

async function killed({ cluster, between, n, shownAgain }: Bench): Promise<Found> {
  const onMs: number[] = [];
  for (let kill = 0; kill < n; kill++) {
    await clock.sleep(between(RUN_MS.min, RUN_MS.max));
    await cluster.redis.kill();
    await clock.sleep(between(AWAY_MS.min, AWAY_MS.max));
    await cluster.redis.restart('kept');
    onMs.push(await shownAgain());
  }
  return { problems: tooLate(onMs), figures: { 'goes on': spread(onMs) } };
}

const tooLate = (onMs: readonly number[]): string[] =>
  onMs.filter((ms) => ms > ON_MS_MAX).map((ms) => `the screen went on after ${ms} ms`);

/** The append-only files and how long they are now. */
async function lengths({ redis }: Cluster): Promise<ReadonlyMap<string, number>> {
  const [, dir] = stringsOf(await redisLine(redis.address, 'CONFIG', 'GET', 'dir'));
  const folder = join(dir!, 'appendonlydir');
  const files = readdirSync(folder).filter((name) => name.endsWith('.incr.aof'));
  return new Map(files.map((name) => [join(folder, name), statSync(join(folder, name)).size]));
}

/** The later end of each file is gone, as if it had never reached the disk. */
function cut(to: ReadonlyMap<string, number>): number {
  let lost = 0;
  for (const [file, bytes] of to) {
    if (!existsSync(file)) throw new Error(`${file} was rewritten meanwhile`);
    lost += statSync(file).size - bytes;
    truncateSync(file, bytes);
  }
  return lost;
}

async function aged(bench: Bench): Promise<Found> {
  const { cluster, between, n, shownAgain } = bench;
  const problems: string[] = [];
  const onMs: number[] = [];
  let lostBytes = 0;
  for (let kill = 0; kill < n; kill++) {
    await clock.sleep(between(RUN_MS.min, RUN_MS.max));
    const to = await lengths(cluster);
    await clock.sleep(between(LOST_MS.min, LOST_MS.max));
    await cluster.redis.kill();
    lostBytes += cut(to);
    await cluster.redis.restart('kept');
    onMs.push(await shownAgain());
    problems.push(...(await audit(bench)).map((one) => `loss ${kill + 1}: ${one}`));
  }
  if (lostBytes === 0) problems.push('nothing was lost: nothing is shown');
  const figures = { 'goes on': spread(onMs), 'bytes lost': lostBytes };
  return { problems: [...problems, ...tooLate(onMs)], figures };
}

async function emptied(bench: Bench): Promise<Found> {
  const { cluster, between, n, shownAgain } = bench;
  const problems: string[] = [];
  const onMs: number[] = [];
  for (let kill = 0; kill < n; kill++) {
    await clock.sleep(between(RUN_MS.min, RUN_MS.max));
    await cluster.redis.kill();
    await cluster.redis.restart('lost');
    onMs.push(await shownAgain());
    problems.push(...(await audit(bench)).map((one) => `loss ${kill + 1}: ${one}`));
  }
  return { problems: [...problems, ...tooLate(onMs)], figures: { 'goes on': spread(onMs) } };
}

function scenarioOf(id: string, about: string, plan: Plan): Scenario {
  return { ids: [id], about, run: (options) => underLoad(plan, options) };
}

export const redisKilled: Scenario = scenarioOf('F11', 'kill -9 of Redis, away for up to 5 s', {
  trials: { test: 2, ci: 8 },
  faults: killed,
});
export const redisAged: Scenario = scenarioOf('F12', 'Redis loses its last 0.1 to 8 s', {
  trials: { test: 1, ci: 4 },
  faults: aged,
});
export const redisEmptied: Scenario = scenarioOf('F13', 'Redis comes back empty', {
  trials: { test: 1, ci: 3 },
  faults: emptied,
});
