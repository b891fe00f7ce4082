/** What holds for a row of a node: its own terms, else the node's. */
import { metricDefinition } from '../metrics/catalogue.ts';
import { isCross } from '../metrics/crosses.ts';
import { parseSeriesKey, seriesKey } from '../metrics/value.ts';
import type { Segment, TreeNode } from './tree.ts';

type Terms = Pick<TreeNode, 'target' | 'owner' | 'segments'>;

/** The row that it is about. */
export const rowOfSegment = (id: string, { dimension, value }: Segment): string =>
  isCross(dimension) ? `${id}{${value}}` : seriesKey(id, { [dimension]: value });

/** The terms of a row `id{dimension=value}`; null: it has none of its own. */
export function segmentOf({ segments = [] }: Pick<Terms, 'segments'>, key: string): Segment | null {
  const { id, dims } = parseSeriesKey(key) ?? { id: key, dims: {} };
  if (Object.keys(dims).length === 0) return null;
  return segments.find((one) => rowOfSegment(id, one) === key) ?? null;
}

/** A row inherits the target of its node, unless it is a part of that. */
export function targetOf(
  node: Omit<Terms, 'owner'> | null | undefined,
  key: string,
): TreeNode['target'] {
  if (!node) return null;
  const { id, dims } = parseSeriesKey(key) ?? { id: key, dims: {} };
  const isRow = Object.keys(dims).length > 0;
  if (!isRow) return node.target;
  const { additive, form } = metricDefinition(id) ?? {};
  const isPart = additive || form === 'DIST';
  return segmentOf(node, key)?.target ?? (isPart ? null : node.target);
}

/** Who answers for a node or a row of it. */
export function ownerOf(node: Pick<Terms, 'owner' | 'segments'>, key: string): string {
  return segmentOf(node, key)?.owner ?? node.owner;
}
