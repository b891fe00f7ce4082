/** Closes that carry a tag which was never seen before the window (metrics.md 3.1, 23). */
import type { DistinctRead } from '../panes/distinct.ts';
import { partsOfMode } from './cell-names.ts';
import type { MetricDefinition } from './definition.ts';
import { OTHER } from './dimensions.ts';
import type { Row } from './money.ts';
import { readClass } from './read-shares.ts';
import type { WindowCode } from './value.ts';
import type { WindowsState } from './windows-state.ts';

interface NoveltyContext {
  readonly windows: WindowsState;
  readonly row: Row | null;
}

/** A tag was seen before the window began: of it there is nothing to tell. */
export function isNotNew(
  { novel }: MetricDefinition,
  code: WindowCode,
  { windows, row }: NoveltyContext,
): boolean {
  if (!novel || !row || row.value === OTHER) return false;
  return !windows.tags.isSince(row.value, windows.span(code).from);
}

/** How often a close counts in a row that is no single tag: once, or for each of its new tags that has no row. */
export function countedIn(
  row: Row | null,
): (tags: readonly string[], isNew: (tag: string) => boolean) => number {
  if (!row) return (tags, isNew) => Number(tags.some(isNew));
  const shown = new Set(row.shown());
  return (tags, isNew) => tags.filter((tag) => isNew(tag) && !shown.has(tag)).length;
}

export function readNovelty(
  metric: MetricDefinition,
  key: string,
  code: WindowCode,
  { windows, row }: NoveltyContext,
): DistinctRead {
  const level = windows.level(code);
  const read = readClass(metric, level, key, code);
  if (row && row.value !== OTHER) return read;
  const { from, fromBefore } = windows.span(code);
  const isNew = (tag: string): boolean => windows.tags.isSince(tag, from);
  const wasNew = (tag: string): boolean => windows.tags.isSince(tag, fromBefore);
  const count = countedIn(row);
  let [num, numBefore] = [0, 0];
  level.modes.get(metric.id)!.visitCounts(code, (cell, now, before) => {
    if (now !== 0) num += now * count(partsOfMode(cell), isNew);
    if (before !== 0) numBefore += before * count(partsOfMode(cell), wasNew);
  });
  return { ...read, num, numBefore };
}
