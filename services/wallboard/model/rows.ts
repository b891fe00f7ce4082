/** The rows of a node: every value that is told apart, and those that only its file names. */
import { parseSeriesKey } from '@sapwood/core/metrics';
import { rowOfSegment } from '@sapwood/core/tree-segments';
import type { WireNode } from '@sapwood/protocol/tree';

/**
 * Keys of the rows below `key`: those with a target or an owner of their own first, those by several dimensions at
 * once last.
 */
export function rowsOf(
  key: string,
  node: WireNode | undefined,
  known: readonly string[],
): readonly string[] {
  if (parseSeriesKey(key)?.id !== key) return [];
  const named = (node?.segments ?? []).map((segment) => rowOfSegment(key, segment));
  const told = known.filter((one) => one.startsWith(`${key}{`));
  const [crosses, plain] = [true, false].map((is) =>
    told.filter((one) => one.includes(',') === is),
  );
  return [...new Set([...named, ...plain!, ...crosses!])];
}
