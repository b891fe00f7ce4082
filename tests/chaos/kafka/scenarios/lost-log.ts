/**
 * F20: the log is cut off, made again, or passed by retention. What cannot be right any more stops
 * within 5 s of the claim, says why, and changes neither state nor values (I11).
 */
import { partitionOf } from '@sapwood/contracts/partition';
import { TOPICS } from '@sapwood/contracts/topics';
import type { StateStore } from '@sapwood/runtime/ports';
import { TOPOLOGY } from '../../../../packages/cli/facts-fold.ts';
import { clock } from '../../../support/process.ts';
import { until } from '../../../support/pylon.ts';
import { redisLine } from '../../../support/redis-line.ts';
import type { Options, Outcome, Scenario } from '../../scenario.ts';
import { storeOf } from '../books.ts';
import { type Cluster, openCluster } from '../cluster.ts';
import { PARTITIONS, WORKSPACES } from '../config.ts';
import { whatIsMissing } from '../under-load.ts';

const SIZES = { test: 1, ci: 3 } as const;
const ACKED = 60;
const STOP_MS_MAX = 5_000;
/** After it stopped: long enough for a pass or a commit that should not be. */
const WATCH_MS = 2_000;
const FOLDED_MS = 60_000;
const UNDER_FOOT_MS = 60_000;
const FACTS = TOPICS.facts.name;
const HOMES: readonly number[] = WORKSPACES.map((id) => partitionOf(id, PARTITIONS));
const LINE = ['ingest', 'normalizer', 'aggregator'] as const;

/** Everything that was acknowledged is mapped and folded; nothing runs any more. */
async function filled(cluster: Cluster, store: StateStore, seed: number): Promise<void> {
  await cluster.startAll(...LINE);
  const accountant = cluster.accountant({ seed });
  await accountant.acked(ACKED);
  await accountant.pause();
  accountant.kill();
  const isFolded = async (): Promise<boolean> => {
    const gaps = await Promise.all(HOMES.map((p) => behind(cluster, store, p)));
    return gaps.every((gap) => gap === 0);
  };
  await until(clock, 'all is folded', isFolded, FOLDED_MS);
  await Promise.all(cluster.places(...LINE).map((place) => place.stop()));
}

const offOf = async (store: StateStore, partition: number): Promise<number> =>
  (await store.meta({ fold: 'facts', topology: TOPOLOGY, partition }))?.off ?? -1;

async function behind({ java }: Cluster, store: StateStore, partition: number): Promise<number> {
  const { high } = await java.bounds(FACTS, partition);
  return high === 0 ? -1 : high - (await offOf(store, partition));
}

/** Some letters more, for everybody but the aggregator. */
async function furtherWithoutIt(
  cluster: Cluster,
  seed: number,
  reached: () => Promise<boolean>,
): Promise<void> {
  await cluster.startAll('ingest', 'normalizer');
  const accountant = cluster.accountant({ seed, perSecond: 150, lanes: 32 });
  await until(clock, 'the log goes on', reached, FOLDED_MS);
  await accountant.pause();
  accountant.kill();
}

async function madeAgain(cluster: Cluster): Promise<void> {
  await cluster.java.delete(FACTS);
  await cluster.applyTopics();
}

interface Kind {
  readonly name: string;
  readonly reason: string;
  /** What happens to the log while nothing runs; services but the aggregator may run afterwards. */
  hurt(cluster: Cluster, store: StateStore, seed: number): Promise<void>;
}

const each = async (holds: (partition: number) => Promise<boolean>): Promise<boolean> =>
  (await Promise.all(HOMES.map(holds))).every(Boolean);

const KINDS: readonly Kind[] = [
  {
    name: 'passed by retention',
    reason: 'PASSED_BY_RETENTION',
    hurt: async (cluster, store, seed) => {
      const { java } = cluster;
      const isAhead = (p: number): Promise<boolean> =>
        behind(cluster, store, p).then((gap) => gap > 5);
      await furtherWithoutIt(cluster, seed + 1, () => each(isAhead));
      for (const p of HOMES) await java.trim(FACTS, p, (await java.bounds(FACTS, p)).high - 1);
    },
  },
  {
    name: 'made again, and shorter',
    reason: 'LOG_TRUNCATED',
    hurt: async (cluster) => madeAgain(cluster),
  },
  {
    name: 'made again, and longer',
    reason: 'LOG_DIVERGED',
    hurt: async (cluster, store, seed) => {
      await madeAgain(cluster);
      const isAhead = (p: number): Promise<boolean> =>
        behind(cluster, store, p).then((gap) => gap > 5);
      // The raw log is read from where it was: other letters follow, in other places.
      await furtherWithoutIt(cluster, seed + 2, () => each(isAhead));
    },
  },
];

async function highs({ java }: Cluster, topic: string): Promise<string> {
  const all = await Promise.all(HOMES.map((p) => java.bounds(topic, p)));
  return all.map(({ high }) => high).join(' ');
}

async function trial(cluster: Cluster, kind: Kind, seed: number): Promise<string[]> {
  const store = await storeOf(cluster);
  const problems: string[] = [];
  try {
    await filled(cluster, store, seed);
    await kind.hurt(cluster, store, seed);
    const told = async (): Promise<string> => {
      const offs = await Promise.all(HOMES.map((p) => offOf(store, p)));
      return `${offs.join(' ')}; ${await highs(cluster, TOPICS.metrics.name)}`;
    };
    const before = await told();
    const [aggregator] = cluster.places('aggregator');
    const from = aggregator!.text().length;
    aggregator!.start();
    await aggregator!.ready();
    const readyMs = clock.monotonic();
    const saysWhy = async (): Promise<boolean> =>
      aggregator!.text().slice(from).includes(kind.reason) &&
      (await aggregator!.ops('/readyz'))?.status === 503;
    await until(clock, `it stops for ${kind.reason}`, saysWhy).catch((error: Error) => {
      problems.push(`${error.message}: ${aggregator!.text().slice(from).slice(-500)}`);
    });
    const stoppedMs = Math.round(clock.monotonic() - readyMs);
    if (stoppedMs > STOP_MS_MAX) problems.push(`it stopped after ${stoppedMs} ms`);
    await clock.sleep(WATCH_MS);
    const after = await told();
    if (after !== before) problems.push(`offsets or values moved: ${before} to ${after}`);
    return problems.map((one) => `${kind.name}: ${one}`);
  } finally {
    await Promise.all(cluster.places(...LINE).map((place) => place.end()));
    await store.close();
  }
}

/**
 * Nobody is told that a topic under his feet is another one: the aggregator has to see by the offsets
 * that it is not the log it folded, before it reads on in it.
 */
async function underFoot(cluster: Cluster, seed: number): Promise<string[]> {
  await cluster.startAll(...LINE);
  const accountant = cluster.accountant({ seed });
  await accountant.acked(ACKED);
  await accountant.pause();
  await madeAgain(cluster);
  accountant.resume();
  const [aggregator] = cluster.places('aggregator');
  const isOut = async (): Promise<boolean> => (await aggregator!.ops('/readyz'))?.status === 503;
  try {
    await until(clock, 'the aggregator stops', isOut, UNDER_FOOT_MS);
    return [];
  } catch (error) {
    const highest = await highs(cluster, TOPICS.metrics.name);
    return [`${(error as Error).message}; it published up to ${highest}`];
  } finally {
    accountant.kill();
    await Promise.all(cluster.places(...LINE).map((place) => place.end()));
  }
}

/** As new: no topic, no state. */
async function wiped(cluster: Cluster): Promise<void> {
  for (const { name } of Object.values(TOPICS)) await cluster.java.delete(name);
  await redisLine(cluster.redis.address, 'FLUSHALL');
  await cluster.applyTopics();
}

type Trial = (cluster: Cluster, options: Options, i: number) => Promise<string[]>;

const byTurns: Trial = (cluster, options, i) => {
  const kind = KINDS[(options.seed + i) % KINDS.length]!;
  options.say(kind.name);
  return trial(cluster, kind, options.seed + 10 * i);
};

async function run(options: Options, one: Trial): Promise<Outcome> {
  const skipped = await whatIsMissing();
  if (skipped !== null) return { trials: 0, problems: [], figures: {}, skipped };
  const n = options.trials ?? SIZES[options.size];
  const cluster = await openCluster();
  const problems: string[] = [];
  try {
    for (let i = 0; i < n; i++) {
      if (i > 0) await wiped(cluster);
      problems.push(...(await one(cluster, options, i)));
    }
    return { trials: n, problems, figures: {} };
  } finally {
    await cluster.clean();
  }
}

export const lostLog: Scenario = {
  ids: ['F20'],
  about: 'facts.v1 is passed by retention, or made again, shorter or longer',
  run: (options) => run(options, byTurns),
};
export const lostUnderFoot: Scenario = {
  ids: ['F20b'],
  about: 'facts.v1 is made again under a running aggregator',
  run: (options) => run(options, (cluster, { seed }, i) => underFoot(cluster, seed + i)),
};
