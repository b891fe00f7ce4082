/** F15: Redis refuses every write for want of memory, fails in the middle of a script, or stands still in one. */
import { partitionOf } from '@sapwood/contracts/partition';
import { TOPOLOGY } from '../../../../packages/cli/facts-fold.ts';
import { judgeStore } from '../../../../packages/cli/verify/judge-store.ts';
import { scopeKeys } from '../../../../packages/runtime/redis/keys.ts';
import { clock } from '../../../support/process.ts';
import { redisLine } from '../../../support/redis-line.ts';
import { type Outcome, type Scenario, spread } from '../../scenario.ts';
import { heldStored, liveStored, storeOf } from '../books.ts';
import { PARTITIONS, WORKSPACES } from '../config.ts';
import { audit, type Bench, type Plan, underLoad } from '../under-load.ts';

const LASTS_MS = 3_000;
const RUN_MS = { min: 500, max: 2_000 } as const;
const SLOW_SCRIPT_S = 6;

const SCOPE = {
  ...{ fold: 'facts', topology: TOPOLOGY },
  partition: partitionOf(WORKSPACES[0], PARTITIONS),
};
const KEYS: ReturnType<typeof scopeKeys> = scopeKeys('', SCOPE);

type Redis = (...words: readonly string[]) => Promise<string>;

interface Refusal {
  readonly name: string;
  begin(redis: Redis): Promise<void>;
  end(redis: Redis): Promise<void>;
  /** An aggregator dies within it: the next one begins with what a refused script left behind. */
  readonly withDeath: boolean;
  /** Redis answers readers meanwhile. */
  readonly isReadable: boolean;
}

const FULL = {
  begin: async (redis: Redis) => void (await redis('CONFIG', 'SET', 'maxmemory', '1')),
  end: async (redis: Redis) => void (await redis('CONFIG', 'SET', 'maxmemory', '0')),
} as const;
/** One script, as others write to these keys meanwhile. */
const evaluate = async (redis: Redis, script: string): Promise<void> => {
  const reply = await redis('EVAL', `"${script}"`, '2', KEYS.out, `${KEYS.out}:kept`);
  if (reply.startsWith('-')) throw new Error(reply);
};
/** A commit has written all its state before it comes to this key, and can only fail there. */
const WRONG_TYPE = {
  begin: (redis: Redis) =>
    evaluate(
      redis,
      `if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('RENAME', KEYS[1], KEYS[2]) end return redis.call('SET', KEYS[1], 'x')`,
    ),
  end: (redis: Redis) =>
    evaluate(
      redis,
      `redis.call('DEL', KEYS[1]) if redis.call('EXISTS', KEYS[2]) == 1 then redis.call('RENAME', KEYS[2], KEYS[1]) end return 1`,
    ),
} as const;
const SLOW = {
  begin: async (redis: Redis) => {
    const now = "tonumber(redis.call('TIME')[1])";
    const script = `"local s = ${now} while ${now} - s < ${SLOW_SCRIPT_S} do end return 1"`;
    const reply = await redis('EVAL', script, '0');
    if (reply.startsWith('-')) throw new Error(reply);
  },
  end: async () => {},
} as const;

/** What has found most comes first. */
const REFUSALS: readonly Refusal[] = [
  { name: 'an error in a script, and a death', ...WRONG_TYPE, withDeath: true, isReadable: false },
  { name: 'maxmemory', ...FULL, withDeath: false, isReadable: true },
  { name: 'a script of 6 s', ...SLOW, withDeath: false, isReadable: false },
  { name: 'maxmemory, and a death', ...FULL, withDeath: true, isReadable: true },
  { name: 'an error in a script', ...WRONG_TYPE, withDeath: false, isReadable: false },
];

/** While nothing can be written the offset stands still, and the state is that of the offset. */
async function whileFull({ cluster }: Bench): Promise<string[]> {
  const store = await storeOf(cluster);
  try {
    const { store: own } = liveStored(cluster, store, WORKSPACES[0]);
    const off = async (): Promise<number> => (await own.meta(SCOPE))?.off ?? -1;
    const before = await off();
    const held = await heldStored(cluster, store, WORKSPACES[0]);
    const { state } = await judgeStore(held.log, held.store);
    const after = await off();
    return [
      ...(state.length === 0 ? [] : [`partial: ${JSON.stringify(state.slice(0, 3))}`]),
      ...(after === before ? [] : [`it went on from ${before} to ${after}`]),
    ];
  } finally {
    await store.close();
  }
}

async function faults(bench: Bench): Promise<Pick<Outcome, 'problems' | 'figures'>> {
  const { cluster, between, n, shownAgain, say } = bench;
  const redis: Redis = (...words) => redisLine(cluster.redis.address, ...words);
  const problems: string[] = [];
  const onMs: number[] = [];
  for (let i = 0; i < n; i++) {
    const one = REFUSALS[i % REFUSALS.length]!;
    await clock.sleep(between(RUN_MS.min, RUN_MS.max));
    await one.begin(redis);
    await clock.sleep(one.isReadable ? LASTS_MS / 3 : LASTS_MS);
    const found = one.isReadable ? await whileFull(bench) : [];
    if (one.withDeath) {
      await cluster.places('aggregator')[0]!.kill();
      await clock.sleep(LASTS_MS);
    }
    await one.end(redis);
    onMs.push(await shownAgain());
    found.push(...(await audit(bench)));
    problems.push(...found.map((text) => `${one.name}: ${text}`));
    say(one.name);
  }
  return { problems, figures: { 'goes on': spread(onMs) } };
}

const plan: Plan = { trials: { test: 2, ci: 5 }, faults };

export const refusals: Scenario = {
  ids: ['F15'],
  about: 'Redis full, an error in a script, a script of 6 s',
  run: (options) => underLoad(plan, options),
};
