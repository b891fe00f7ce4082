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
  const whole = level.panes.read(metric.id, code);
  const store = level.modes.get(metric.id)!;
  const { from, fromBefore } = windows.span(code);
  const count = (side: 'now' | 'before', since: number): number => {
    const nOf = (cell: string): number => store.read(cell, code)[side].n;
    return row ? ofOthers(windows, since, row, nOf) : ofAny(windows, since, whole[side].sum, nOf);
  };
  return { ...read, num: count('now', from), numBefore: count('before', fromBefore) };
}

type Seen = Pick<WindowsState, 'tags' | 'tagSets'>;
type CountOf = (cell: string) => number;

/** Closes with each new tag that has no row. */
function ofOthers({ tags, tagSets }: Seen, since: number, row: Row, nOf: CountOf): number {
  const shown = new Set(row.shown());
  let n = 0;
  for (const tag of tags.between(since, Number.POSITIVE_INFINITY)) {
    if (shown.has(tag)) continue;
    for (const cell of tagSets.with(tag)) n += nOf(cell);
  }
  return n;
}

/** Closes with any new tag. Where most tags are new, as at first, it is all that have one less those with old ones alone. */
function ofAny({ tags, tagSets }: Seen, since: number, tagged: number, nOf: CountOf): number {
  const fresh = [...tags.between(since, Number.POSITIVE_INFINITY)];
  const sum = (cells: Iterable<string>): number => [...cells].reduce((n, cell) => n + nOf(cell), 0);
  if (2 * fresh.length <= tags.size || tags.isFull) {
    return sum(new Set(fresh.flatMap((tag) => [...tagSets.with(tag)])));
  }
  const old = [...tags.between(Number.NEGATIVE_INFINITY, since)];
  const isOld = (tag: string): boolean => !tags.isSince(tag, since);
  const cells = new Set(old.flatMap((tag) => [...tagSets.with(tag)]));
  return tagged - sum([...cells].filter((cell) => partsOfMode(cell).every(isOld)));
}
