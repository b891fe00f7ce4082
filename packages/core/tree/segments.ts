/** What holds for a row of a node: its own terms, else the node's. */
import { parseSeriesKey } from '../metrics/value.ts';
import type { Segment, TreeNode } from './tree.ts';

type Terms = Pick<TreeNode, 'target' | 'owner' | 'segments'>;

/** The terms of a row `id{dimension=value}` by one dimension; null: it has none of its own. */
export function segmentOf({ segments = [] }: Pick<Terms, 'segments'>, key: string): Segment | null {
  const [first, ...more] = Object.entries(parseSeriesKey(key)?.dims ?? {});
  if (first === undefined || more.length > 0) return null;
  const [dimension, value] = first;
  return segments.find((one) => one.dimension === dimension && one.value === value) ?? null;
}

/** A row inherits the target of its node, unless the node is the sum of its rows. */
export function targetOf(
  node: Omit<Terms, 'owner'> | null | undefined,
  key: string,
  additive: boolean,
): TreeNode['target'] {
  if (!node) return null;
  const isRow = Object.keys(parseSeriesKey(key)?.dims ?? {}).length > 0;
  if (!isRow) return node.target;
  return segmentOf(node, key)?.target ?? (additive ? null : node.target);
}

/** Who answers for a node or a row of it. */
export function ownerOf(node: Pick<Terms, 'owner' | 'segments'>, key: string): string {
  return segmentOf(node, key)?.owner ?? node.owner;
}
