/** The books of the distributed engine: the log through Java, the state from Redis, folded here once more. */
import { partitionOf } from '@sapwood/contracts/partition';
import { TOPICS } from '@sapwood/contracts/topics';
import { DETECTOR_FOLD } from '@sapwood/detector/app';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import type { StateStore } from '@sapwood/runtime/ports';
import { createRedis } from '@sapwood/runtime/redis';
import { foldOf } from '../../../packages/cli/commands/shared.ts';
import { partitionView } from '../../../packages/cli/distributed/partition-view.ts';
import { TOPOLOGY } from '../../../packages/cli/facts-fold.ts';
import { judgeCells } from '../../../packages/cli/verify/judge-cells.ts';
import { judgeStore } from '../../../packages/cli/verify/judge-store.ts';
import { clock } from '../../support/process.ts';
import type { Books, Stored, Verified } from '../books.ts';
import { readJournal } from '../read-journal.ts';
import type { Size } from '../scenario.ts';
import { judgeBooks, type Verdict } from '../verdict.ts';
import type { Cluster } from './cluster.ts';
import { PARTITIONS, WORKSPACES } from './config.ts';
import { holdStore } from './held-store.ts';
import { heldView, liveView } from './java-log.ts';

const TOLD_MAX = 3;
const FACT_FOLD = 'facts';

export interface Look {
  readonly seed: number;
  /** Services go on, and nobody has written down a screen: only what a later fault would hide. */
  readonly midway?: boolean;
  /** `test`: the oracle is asked about the first workspace alone. */
  readonly size: Size;
}

/** A store of its own for whoever looks. */
export const storeOf = ({ redis }: Cluster): Promise<StateStore> =>
  createRedis({ url: redis.address, telemetry: () => {} });

/** A workspace's partition as it is now, and a moment later again. */
export function liveStored({ java }: Cluster, store: StateStore, workspace: string): Stored {
  const partition = partitionOf(workspace, PARTITIONS);
  return partitionView({ log: liveView(java, partition), store }, partition);
}

/** The same as it is now, whoever goes on: the state first, so that the log is as far at least. */
export async function heldStored(
  { java }: Cluster,
  store: StateStore,
  workspace: string,
): Promise<Stored> {
  const partition = partitionOf(workspace, PARTITIONS);
  const scopes = [FACT_FOLD, DETECTOR_FOLD].map((fold) => ({
    fold,
    topology: TOPOLOGY,
    partition,
  }));
  const held = await holdStore(store, scopes);
  return partitionView({ log: await heldView(java, partition), store: held }, partition);
}

/**
 * State and values against a fold made anew; and that fold against the oracle, which is a matter of
 * the log alone, and slow.
 */
async function verify({ log, store }: Stored, seed: number, isWhole: boolean): Promise<Verified> {
  const { state, published } = await judgeStore(log, store);
  const { high } = await log.bounds(TOPICS.facts.name, 0);
  const { cells, differences } = isWhole
    ? await judgeCells(log, high, createSeededRng(seed))
    : { cells: null, differences: [] };
  const told = (what: string, all: readonly unknown[]): string[] =>
    all.length === 0 ? [] : [`${all.length} ${what}, as ${JSON.stringify(all.slice(0, TOLD_MAX))}`];
  return {
    cells,
    problems: [
      ...told('differences from the oracle', differences),
      ...told('in the stored state', state),
      ...told('in what is published', published),
    ],
  };
}

async function booksOf(
  cluster: Cluster,
  store: StateStore,
  workspace: string,
  look: Look,
): Promise<Books> {
  const stored = await heldStored(cluster, store, workspace);
  const isWhole = !look.midway && (look.size === 'ci' || workspace === WORKSPACES[0]);
  return {
    stored,
    isAtLeastOnce: true,
    counts: async () => {
      const { fold, id } = await foldOf([stored], clock, null, workspace);
      const { totals, fates } = fold.totals(id)!;
      return { transitions: totals.transitions, firstReply: totals.firstReply, fates };
    },
    verify: () =>
      verify(stored, look.seed, isWhole).catch((error: Error) => ({
        cells: 0,
        problems: [error.message],
      })),
  };
}

/** All workspaces as one: the sums of what was counted, and every problem. */
export async function judgeCluster(cluster: Cluster, look: Look): Promise<Verdict> {
  const store = await storeOf(cluster);
  try {
    const verdicts: (readonly [string, Verdict])[] = [];
    for (const workspace of WORKSPACES) {
      const books = await booksOf(cluster, store, workspace, look);
      const journal = readJournal(cluster.journal, workspace);
      // One screen there is, and it shows the first workspace.
      const hidden = look.midway === true || workspace !== WORKSPACES[0];
      const own = hidden ? { ...journal, last: null } : journal;
      verdicts.push([workspace, await judgeBooks(books, own, { unseen: hidden })]);
    }
    const sum = (of: (verdict: Verdict) => number): number =>
      verdicts.reduce((n, [, verdict]) => n + of(verdict), 0);
    return {
      problems: verdicts.flatMap(([id, { problems }]) => problems.map((one) => `${id}: ${one}`)),
      ...{ acked: sum((v) => v.acked), raw: sum((v) => v.raw), facts: sum((v) => v.facts) },
      ...{ opened: sum((v) => v.opened), alerts: sum((v) => v.alerts), cells: sum((v) => v.cells) },
    };
  } finally {
    await store.close();
  }
}
