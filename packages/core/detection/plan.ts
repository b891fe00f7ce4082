/** From the tree to what a watch reads: one plan per fixed rule, series named as in the samples. */

import { leavesOf } from '../tree/attribute.ts';
import { evaluateIdentity } from '../tree/evaluate.ts';
import type { AlertRule, CompiledTree, Identity, TreeNode } from '../tree/tree.ts';
import { type MetricShape, metricShape } from '../tree/units.ts';

/** `channel=email`; '' is the node as a whole. */
export type Segment = string;

export interface Plan {
  readonly node: TreeNode;
  readonly rule: AlertRule;
  readonly unit: MetricShape['unit'];
  /** Series without segment: the node, its waiting gauge, or its oldest instant. */
  readonly base: string;
  /** Leaves that a value is summed from; empty where the rule reads a gauge. */
  readonly leaves: readonly string[];
  /** The sample is a ratio of its own (`y`, `n`), not made of other nodes. */
  readonly hasOwnDenominator: boolean;
  /** The watched count is the sample itself: few of it is recovery, not doubt. */
  readonly selfCounted: boolean;
  /** From the root to the node. */
  readonly path: readonly string[];
  /** Dimension that a waiting gauge is split by, to tell where the rise is. */
  readonly splitBy: TreeNode['by'][number] | null;
}

export interface Plans {
  readonly tree: CompiledTree;
  readonly nodes: ReadonlyMap<string, TreeNode>;
  readonly list: readonly Plan[];
}

export const EMPTY_PLANS: Plans = {
  tree: { id: '', root: '', nodes: [] },
  nodes: new Map(),
  list: [],
};

const BASE_SUFFIX: Readonly<Record<AlertRule['on'], string>> = {
  value: '',
  waiting: '#waiting',
  oldest: '#oldest',
};

/** The published series of a sample's series: a gauge stands beside its metric, not apart. */
export function publishedKey(series: string): string {
  return series.replace(/#(waiting|oldest)/, '');
}

export function plansOf(tree: CompiledTree): Plans {
  const nodes = new Map(tree.nodes.map((node) => [node.id, node]));
  const list = tree.nodes.flatMap((node) =>
    node.alerts.map((rule) => planOf(node, rule, tree.root, nodes)),
  );
  return { tree, nodes, list };
}

export const identityIn =
  (nodes: ReadonlyMap<string, TreeNode>): ((id: string) => Identity | null) =>
  (id) =>
    nodes.get(id)?.identity ?? null;

function planOf(
  node: TreeNode,
  rule: AlertRule,
  root: string,
  nodes: ReadonlyMap<string, TreeNode>,
): Plan {
  const { form, unit } = metricShape(node.id);
  const isValue = rule.on === 'value';
  return {
    node,
    rule,
    unit: isValue ? unit : rule.on === 'waiting' ? 'count' : 'ms',
    base: `${node.id}${BASE_SUFFIX[rule.on]}`,
    leaves: isValue ? leavesOf(node.id, identityIn(nodes)) : [],
    hasOwnDenominator: isValue && form === 'RATIO' && node.identity === null,
    selfCounted: !isValue || unit === 'count',
    path: pathTo(node.id, root, nodes),
    splitBy: rule.on === 'waiting' ? (rule.by ?? node.by[0] ?? null) : null,
  };
}

/** Shortest way down, identity edges before influences; the node alone if it hangs nowhere. */
function pathTo(id: string, root: string, nodes: ReadonlyMap<string, TreeNode>): string[] {
  const queue: string[][] = [[root]];
  const seen = new Set([root]);
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const last = path.at(-1)!;
    if (last === id) return path;
    const node = nodes.get(last);
    for (const next of node ? [...node.children, ...node.influences] : []) {
      if (!seen.has(next)) queue.push([...path, next]);
      seen.add(next);
    }
  }
  return [id];
}

/** `id{channel=email}`; the name of a segment of a series. */
export function seriesOf(base: string, segment: Segment): string {
  return segment === '' ? base : `${base}{${segment}}`;
}

/** The segment if `series` is `base{by=…}` with that one dimension, else null. */
export function segmentIn(series: string, base: string, by: string): Segment | null {
  const prefix = `${base}{${by}=`;
  if (!series.startsWith(prefix) || !series.endsWith('}') || series.includes(',')) return null;
  return series.slice(base.length + 1, -1);
}

/** The value of a node whose leaves have these; integers, null where undefined. */
export function valueFromLeaves(
  id: string,
  nodes: ReadonlyMap<string, TreeNode>,
  leafValue: (leaf: string) => number | null,
): number | null {
  const identity = nodes.get(id)?.identity ?? null;
  if (identity === null) return leafValue(id);
  return evaluateIdentity(identity, metricShape(id).unit, (child) =>
    valueFromLeaves(child, nodes, leafValue),
  );
}

/** Contacts behind a value of money per contact; null where a node has no such sample. */
export function sampleSize(
  node: TreeNode,
  nodes: ReadonlyMap<string, TreeNode>,
  leafValue: (leaf: string) => number | null,
): number | null {
  const { identity } = node;
  if (identity?.op !== 'ratio') return null;
  return valueFromLeaves(identity.den, nodes, leafValue);
}
