/** What a seed decides: which processes there are, which faults may strike, how much happens. */

import { metricDefinition } from '@sapwood/core/catalogue';
import { compileTree } from '@sapwood/core/compile';
import type { WorkspaceConfig } from '@sapwood/core/config';
import { DEFAULT_TREE_DOCUMENT } from '@sapwood/core/default-tree';
import type { CompiledTree } from '@sapwood/core/tree';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import type { Rng } from '@sapwood/runtime/ports';
import type { Faults } from '@sapwood/runtime/simulated';
import { pick, sometimes, whole } from './dice.ts';

export interface Plan {
  readonly seed: number;
  readonly rng: Rng;
  readonly outbox: 'log' | 'store';
  /** One process for all that stands left of the gateway, or one for each. */
  readonly isTogether: boolean;
  readonly faults: Faults;
  readonly crashChance: number;
  readonly crashPointsMax: number;
  /** Length of the turbulent part, virtual ms. */
  readonly spanMs: number;
  readonly letters: number;
  readonly viewers: number;
  /** Mischief per virtual minute. */
  readonly mischiefs: number;
  /** Whether a second owner stays for good, until the end. */
  readonly hasTwoOwners: boolean;
  readonly hasPeace: boolean;
}

type Node = Readonly<Record<string, unknown>>;

/** The built-in tree with bounds that a desk of nine conversations meets. */
function smallTree(without: readonly string[]): CompiledTree {
  const nodes = { ...(DEFAULT_TREE_DOCUMENT['nodes'] as Record<string, Node>) };
  const rule = (id: string, on: string, more: object): object => ({
    id,
    on,
    pending: '5 s',
    ...more,
  });
  nodes['first-response-time'] = {
    ...nodes['first-response-time'],
    alerts: [
      rule('waiting', 'waiting', { by: 'channel', warn: 2, high: 4, recovers: 0, minN: 1 }),
      rule('oldest-waiting', 'oldest', { warn: '30 s', high: '2 m', recovers: '10 s', minN: 1 }),
    ],
  };
  nodes['conversation-volume'] = {
    ...nodes['conversation-volume'],
    alerts: [rule('volume-surge', 'value', { over: '5m', warn: 3, high: 6, recovers: 1 })],
  };
  for (const id of without) nodes[id] = { ...nodes[id], by: [] };
  const result = compileTree({ ...DEFAULT_TREE_DOCUMENT, nodes }, metricDefinition);
  if ('tree' in result) return result.tree;
  throw new Error(`the tree of the simulation does not compile: ${JSON.stringify(result.errors)}`);
}

export type ConfigFor = (workspace: string) => WorkspaceConfig;
const configFor =
  (tree: CompiledTree): ConfigFor =>
  (workspace) => ({
    messages: 'read',
    currency: 'GBP',
    sources: [`${workspace}-pylon`],
    notPeople: ['robot'],
    tree,
  });
/** In force one after the other; the second lacks rows that the first has. */
export const CONFIGS: readonly ConfigFor[] = [
  configFor(smallTree([])),
  configFor(smallTree(['conversation-handoff-rate'])),
];

export function planOf(seed: number): Plan {
  const rng = createSeededRng(seed);
  const rate = (max: number): number => sometimes(rng, 0.5, rng.next() * max);
  // Seven minutes of calm cost as much as several seeds.
  const hasPeace = rng.next() < 0.02;
  const faults: Faults = hasPeace
    ? {}
    : {
        doubleAppend: rate(0.15),
        lostAnswer: rate(0.15),
        // Sometimes so often that no retry helps.
        lostAppend: rate(0.5),
        lateAppend: rate(0.08),
        lateMsMax: pick(rng, [500, 5_000, 20_000])!,
        shortRead: rate(0.4),
        lostCommit: rate(0.15),
        lostCommitAnswer: rate(0.2),
        lateCommit: rate(0.1),
        lateCommitMsMax: pick(rng, [200, 3_000, 10_000])!,
        stall: rate(0.03),
        stallMsMax: pick(rng, [100, 1_000, 6_000])!,
      };
  return {
    seed,
    rng,
    hasPeace,
    faults,
    outbox: rng.next() < 0.5 ? 'log' : 'store',
    isTogether: rng.next() < 0.25,
    crashChance: hasPeace ? 0 : pick(rng, [0, 0.5, 0.8])!,
    crashPointsMax: pick(rng, [60, 300, 1_500])!,
    spanMs: 12_000 + whole(rng, 36_000),
    letters: 8 + whole(rng, 18),
    viewers: 1 + whole(rng, 2),
    mischiefs: hasPeace ? 0 : whole(rng, 14),
    hasTwoOwners: !hasPeace && rng.next() < 0.25,
  };
}
