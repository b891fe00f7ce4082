/**
 * `npm run test:sim -- [--seconds N] [--seeds N] [--from SEED] [--workers N]`: the whole topology under
 * faults, seed after seed until the time is over. SAPWOOD_SEED=… reruns one. With `--trials N`: F22 on
 * N facts instead, folded directly.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { createSystemClock } from '@sapwood/runtime/clock/system';
import type { Timer } from '@sapwood/runtime/ports';
import { playHeavyTraffic } from './heavy-traffic.ts';
import type { Share, Told } from './seeds.child.ts';
import { SEEDS_FOR_ALL, Tally, unseen } from './tally.ts';

const clock = createSystemClock();
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const SEEDS_MAX = 1_000_000_000;
const GROUPS = ['fault', 'commit', 'answer', 'alert', 'raw', 'client', 'fact'] as const;

/** A seed makes much and keeps nothing: with more room the collector copies less of it. */
const YOUNG_MB = 96;
/** Seeds that were counted are not cut off by the time. */
const SECONDS = 60;
const SECONDS_MAX = 86_400;

/** A seed that takes longer turns in a circle. */
const SEED_MS_MAX = 120_000;

interface Ended {
  readonly seed: number;
  readonly problems: readonly string[];
  readonly counts: ReadonlyMap<string, number>;
}

function tell({ seed, problems }: Ended): void {
  if (problems.length === 0) return;
  say(`seed ${seed} failed; rerun it: SAPWOOD_SEED=${seed} npm run test:sim`);
  for (const problem of problems) say(`  ${problem.slice(0, 700)}`);
}

/** Until it has done its share; a worker that dies or hangs is a failed seed. */
function work(share: Share, onEnd: (ended: Ended) => void): Promise<void> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL('./seeds.child.ts', import.meta.url), {
      workerData: share,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    let seed = share.first;
    const fail = (problem: string): void =>
      onEnd({ seed, problems: [problem], counts: new Map<string, number>() });
    const watch = (): Timer =>
      clock.after(SEED_MS_MAX, () => {
        fail('it does not come to an end');
        worker.terminate().catch(() => {});
      });
    let timer = watch();
    worker.on('message', (told: Told) => {
      timer.cancel();
      timer = watch();
      seed = told.seed;
      if (told.problems) onEnd({ ...told, problems: told.problems });
    });
    worker.on('error', (error: Error) => fail(`a worker died: ${error.stack}`));
    worker.on('exit', () => {
      timer.cancel();
      resolve();
    });
  });
}

/** One line for each kind of thing that happened. */
function sum(tally: Tally, seeds: number, minutes: number): void {
  const { user, system } = process.cpuUsage();
  const cpuMs = Math.round((user + system) / 1_000 / Math.max(1, seeds));
  say(`${seeds} seeds, ${Math.round(seeds / minutes)} a minute, ${cpuMs} ms of CPU each`);
  for (const group of GROUPS) say(`${group}: ${tally.lines(`${group} `).join(', ')}`);
}

function heavyTraffic(trials: number, seed: number): number {
  const { facts, copies, logs, cells, differences } = playHeavyTraffic(trials, seed);
  say(`seed ${seed}: ${facts} facts, ${copies} of them copies, ${logs} logs, ${cells} cells`);
  for (const difference of differences.slice(0, 5)) say(`  ${JSON.stringify(difference)}`);
  const failed = differences.length > 0 ? 1 : 0;
  say(`${logs - failed} passed, ${failed} failed`);
  return failed;
}

async function main(argv: readonly string[]): Promise<number> {
  const text = (value: string): { type: 'string'; default: string } => ({
    type: 'string',
    default: value,
  });
  const { values } = parseArgs({
    args: [...argv],
    options: {
      seconds: { type: 'string' },
      seeds: { type: 'string' },
      from: text('1'),
      workers: text(String(availableParallelism())),
      trials: text('0'),
    },
  });
  const rerun = process.env['SAPWOOD_SEED'];
  const first = Number(rerun ?? values.from);
  if (Number(values.trials) > 0) return heavyTraffic(Number(values.trials), first);
  const last = first + (rerun ? 0 : Number(values.seeds ?? SEEDS_MAX) - 1);
  const step = Math.min(Number(values.workers), last - first + 1);
  const startMs = clock.monotonic();
  const tally = new Tally();
  let passed = 0;
  let failed = 0;
  const onEnd = (ended: Ended): void => {
    tally.merge(ended);
    if (ended.problems.length === 0) passed += 1;
    else failed += 1;
    tell(ended);
  };
  const shares = Array.from({ length: step }, (_, i) => first + i);
  const seconds = Number(values.seconds ?? (values.seeds ? SECONDS_MAX : SECONDS));
  await Promise.all(shares.map((from) => work({ first: from, step, last, seconds }, onEnd)));
  sum(tally, passed + failed, (clock.monotonic() - startMs) / 60_000);
  const missing = passed + failed < SEEDS_FOR_ALL ? [] : unseen(tally);
  if (missing.length > 0) {
    say(`never seen, so this run proves nothing: ${missing.join(', ')}`);
    failed += 1;
  }
  say(`${passed} passed, ${failed} failed`);
  return failed > 0 || passed === 0 ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
