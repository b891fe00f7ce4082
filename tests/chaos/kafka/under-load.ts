/** The frame of a scenario on a cluster: engines, services, load; the fault in the middle; the books at the end. */
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import type { Rng } from '@sapwood/runtime/ports';
import { runs } from '../../../deploy/kafka/command.ts';
import { SERVICE_NAMES } from '../../support/place.ts';
import { clock } from '../../support/process.ts';
import { until } from '../../support/pylon.ts';
import type { Accountant } from '../accountant.ts';
import type { Options, Outcome } from '../scenario.ts';
import { judgeCluster } from './books.ts';
import { calm } from './calm.ts';
import { type Cluster, type ClusterOptions, type Load, openCluster } from './cluster.ts';
import { ending } from './ending.ts';

/** What a sender may meet: no answer, taken, not now. */
const ALLOWED: readonly number[] = [0, 200, 202, 503];
/** Before the first fault. */
const BEFORE_ACKED = 90;
const SHOWN_MS = 120_000;
const LOOKS_MAX = 3;
const SAID_MAX = 3_000;

export interface Bench {
  readonly cluster: Cluster;
  readonly accountant: Accountant;
  readonly rng: Rng;
  readonly seed: number;
  readonly size: Options['size'];
  /** Trials asked for. */
  readonly n: number;
  readonly say: (text: string) => void;
  /** A whole number in [min, max). */
  between(min: number, max: number): number;
  /** Waits until the screen shows what was written after now; returns how long that took, ms. */
  shownAgain(): Promise<number>;
}

export interface Plan {
  readonly trials: Readonly<Record<Options['size'], number>>;
  readonly cluster?: ClusterOptions;
  readonly load?: Omit<Load, 'seed'>;
  readonly allowed?: readonly number[];
  /** Does the faults; what it finds wrong and measures beside the books. */
  faults(bench: Bench): Promise<Pick<Outcome, 'problems' | 'figures'>>;
}

/** Why no cluster can be started here; null where one can. */
export async function whatIsMissing(): Promise<string | null> {
  // The reader of the log is compiled as it starts.
  if (!(await runs('javac', ['-version']))) return 'there is no JDK';
  return (await runs('redis-server', ['--version'])) ? null : 'there is no redis-server';
}

/** What each process says of itself, for whoever reads of a line that stands still. */
async function told(cluster: Cluster): Promise<string> {
  const texts = cluster.places(...SERVICE_NAMES).map(async (place) => {
    const ready = await place.ops('/readyz');
    const said = place.text().slice(-SAID_MAX);
    return `${place.name}: ${ready?.status} ${ready?.text}\n${place.deaths().join('\n')}\n${said}`;
  });
  return (await Promise.all(texts)).join('\n');
}

function benchOf(
  cluster: Cluster,
  accountant: Accountant,
  { seed, size, say }: Options,
  n: number,
): Bench {
  const rng = createSeededRng(seed);
  return {
    ...{ cluster, accountant, rng, seed, size, say, n },
    between: (min, max) => min + Math.floor(rng.next() * (max - min)),
    shownAgain: async () => {
      const begun = clock.monotonic();
      const now = clock.now();
      const isShown = (): boolean => accountant.report().asOf > now;
      await until(clock, 'the screen goes on', isShown, SHOWN_MS).catch(async (error: Error) => {
        throw new Error(`${error.message}\n${await told(cluster)}`);
      });
      return Math.round(clock.monotonic() - begun);
    },
  };
}

/**
 * What a later fault would hide is looked at now. Ticks go on meanwhile, so what has left one topic
 * and not reached the next is looked at again: a real loss stays.
 */
export async function audit({ cluster, accountant, seed, size }: Bench): Promise<string[]> {
  await accountant.pause();
  await calm(cluster, accountant);
  let problems: readonly string[] = [];
  for (let look = 0; look < LOOKS_MAX; look++) {
    ({ problems } = await judgeCluster(cluster, { seed, size, midway: true }));
    if (problems.length === 0) break;
  }
  accountant.resume();
  return [...problems];
}

export async function underLoad(plan: Plan, options: Options): Promise<Outcome> {
  const skipped = await whatIsMissing();
  if (skipped !== null) return { trials: 0, problems: [], figures: {}, skipped };
  const n = options.trials ?? plan.trials[options.size];
  const { seed } = options;
  const cluster = await openCluster(plan.cluster);
  try {
    await cluster.startAll();
    const accountant = cluster.accountant({ seed, ...plan.load });
    await accountant.acked(BEFORE_ACKED);
    const found = await plan.faults(benchOf(cluster, accountant, options, n));
    const allowed = plan.allowed ?? ALLOWED;
    const end = await ending({ cluster, accountant, seed, size: options.size, allowed });
    return {
      trials: n,
      problems: [...found.problems, ...end.problems],
      figures: { ...end.figures, ...found.figures },
    };
  } finally {
    await cluster.clean();
  }
}
