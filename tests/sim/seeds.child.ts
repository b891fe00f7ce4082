/** A worker thread of `main.ts`: every so many seeds until the time is over. */
import { parentPort, workerData } from 'node:worker_threads';
import { createSystemClock } from '@sapwood/runtime/clock/system';
import { runSeed } from './run-seed.ts';

/** What a worker is asked for. */
export interface Share {
  readonly first: number;
  readonly step: number;
  readonly last: number;
  readonly seconds: number;
}

/** What it tells of each seed; at its begin there are no problems yet. */
export interface Told {
  readonly seed: number;
  readonly problems: readonly string[] | null;
  readonly counts: ReadonlyMap<string, number>;
}

const clock = createSystemClock();
const { first, step, last, seconds } = workerData as Share;
const endMs = clock.monotonic() + seconds * 1_000;
for (let seed = first; seed <= last && clock.monotonic() < endMs; seed += step) {
  const begun: Told = { seed, problems: null, counts: new Map() };
  parentPort!.postMessage(begun);
  const { problems, tally } = await runSeed(seed);
  const told: Told = { seed, problems, counts: tally.counts };
  parentPort!.postMessage(told);
}
