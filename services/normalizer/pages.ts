/** A list read to its end (pylon.md 5.2), waiting as the answers say. */
import type { PageResult } from '@sapwood/pylon/client';
import type { Loop } from './loop.ts';

/**
 * `complete`: every page was taken. `refused`: asking again will not help for now. `not_kept`: a page
 * was not taken. `too_long`: more pages than anybody has. `stopped`: the process ends.
 */
export type ReadEnd = 'complete' | 'refused' | 'not_kept' | 'too_long' | 'stopped';

const PAGES_MAX = 1_000;

/** `take` answers false where the page could not be kept. */
export async function readPages<T>(
  read: (cursor?: string) => Promise<PageResult<T>>,
  take: (items: readonly T[]) => Promise<boolean>,
  loop: Loop,
): Promise<ReadEnd> {
  const cursors = new Set<string>();
  let cursor: string | undefined;
  while (!loop.signal.aborted) {
    const page = await read(cursor);
    if (page.kind === 'limited' || page.kind === 'failed') {
      await loop.rest(page.retryAfterMs);
      continue;
    }
    if (page.kind !== 'ok') return 'refused';
    if (!(await take(page.value.items))) return 'not_kept';
    const next = page.value.cursor;
    // A cursor that comes again would page for ever.
    if (next === null || cursors.has(next)) return 'complete';
    if (cursors.size >= PAGES_MAX) return 'too_long';
    cursors.add(next);
    cursor = next;
  }
  return 'stopped';
}
