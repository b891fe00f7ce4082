/** F1 to F3: kill -9 of one process of a service at random instants under load; the next is started at once. */
import type { ServiceName } from '../../../support/place.ts';
import { clock } from '../../../support/process.ts';
import { type Options, type Outcome, type Scenario, spread } from '../../scenario.ts';
import { SESSION_MS } from '../config.ts';
import { type Bench, type Plan, underLoad } from '../under-load.ts';

/** From the start of a process to its end, or from when it is ready: each second kill hits a recovery. */
const KILL_AFTER_MS = { min: 100, max: 1_500 } as const;

interface Victims {
  readonly names: readonly ServiceName[];
  /** Each has its turn, instead of chance. */
  readonly inTurn?: boolean;
  /** Only held at the larger size, where nothing else runs: until the screen goes on, if a process of its line was the one; median over the trials. */
  readonly shownMsMax?: number;
  /** Until a killed process is ready again; median over the trials. */
  readonly readyMsMax?: number;
}

async function killing(
  victims: Victims,
  bench: Bench,
): Promise<Pick<Outcome, 'problems' | 'figures'>> {
  const { cluster, between, rng, n, say, size } = bench;
  const { inTurn = false } = victims;
  const places = cluster.places(...victims.names);
  const readyMs: number[] = [];
  const shownMs: number[] = [];
  for (let kill = 0; kill < n; kill++) {
    const place = places[inTurn ? kill % places.length : Math.floor(rng.next() * places.length)]!;
    // An unready one dies within its recovery.
    await clock.sleep(between(KILL_AFTER_MS.min, KILL_AFTER_MS.max));
    await place.kill();
    if (kill % 2 === 0) {
      shownMs.push(await bench.shownAgain());
      readyMs.push(await place.ready());
    }
    if (kill % 10 === 9) say(`${kill + 1} kills`);
  }
  const problems: string[] = [];
  const limit = (what: string, all: readonly number[], max: number | undefined): void => {
    const median = [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)]!;
    if (size === 'ci' && max !== undefined && median > max)
      problems.push(`${what}: ${spread(all)}, not ${max} ms`);
  };
  limit('ready', readyMs, victims.readyMsMax);
  limit('goes on', shownMs, victims.shownMsMax);
  return { problems, figures: { ready: spread(readyMs), 'goes on': spread(shownMs) } };
}

function scenarioOf(
  id: string,
  about: string,
  plan: Omit<Plan, 'faults'>,
  victims: Victims,
): Scenario {
  const whole: Plan = { ...plan, faults: (bench) => killing(victims, bench) };
  return { ids: [id], about, run: (options: Options) => underLoad(whole, options) };
}

export const killsOfIngest: Scenario = scenarioOf(
  'F1',
  'kill -9 of ingest',
  { trials: { test: 2, ci: 12 } },
  { names: ['ingest'], readyMsMax: 3_000 },
);
export const killsOfNormalizer: Scenario = scenarioOf(
  'F2',
  'kill -9 of one of two normalizers',
  { trials: { test: 2, ci: 12 }, cluster: { copies: { normalizer: 2 } } },
  { names: ['normalizer'] },
);
export const killsOfFolds: Scenario = scenarioOf(
  'F3',
  'kill -9 of one of three aggregators, or of the detector',
  { trials: { test: 2, ci: 12 }, cluster: { copies: { aggregator: 3 } } },
  { names: ['aggregator', 'detector'], shownMsMax: SESSION_MS + 5_000 },
);
/** For a first look: every service once. */
export const killsOfEach: Scenario = scenarioOf(
  'F1 F2 F3 F4',
  'kill -9 of each service in turn',
  { trials: { test: 5, ci: 5 } },
  { names: ['ingest', 'normalizer', 'aggregator', 'detector', 'gateway'], inTurn: true },
);
