/** The rows of a node: every value that is told apart, and those that only its file names. */
import { parseSeriesKey, seriesKey } from '@sapwood/core/metrics';
import type { WireNode } from '@sapwood/protocol/tree';

/** Keys of the rows below `key`, those with a target or an owner of their own first. */
export function rowsOf(
  key: string,
  node: WireNode | undefined,
  known: readonly string[],
): readonly string[] {
  if (parseSeriesKey(key)?.id !== key) return [];
  const named = (node?.segments ?? []).map(({ dimension, value }) =>
    seriesKey(key, { [dimension]: value }),
  );
  return [...new Set([...named, ...known.filter((one) => one.startsWith(`${key}{`))])];
}
