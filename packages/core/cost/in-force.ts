/** Which revision of a cost counts, and until when it is remembered (metrics.md 5.3). */
import type { CostEntry } from '../facts/fact.ts';
import { canonicalJson } from '../num/integer.ts';
import { WINDOWS } from '../panes/window.ts';
import { DAY_MS, HOUR_MS, wholeHour } from '../time/instant.ts';

/** The revision that counts: the highest; of two with one number, the same one in any order. */
export function newerRevision(a: CostEntry, b: CostEntry): CostEntry {
  if (a.revision !== b.revision) return a.revision > b.revision ? a : b;
  return canonicalJson(a) >= canonicalJson(b) ? a : b;
}

/** Reach of the longest window and the one before it. */
const KEPT_MS: number = 2 * Math.max(...WINDOWS.map((w) => w.lengthMs)) + HOUR_MS;
/** A correction is kept for longer: an older revision that comes again must not take its place. */
const CORRECTION_KEPT_MS: number = 35 * DAY_MS;

/** Forgotten at T: no window reaches back to it. By whole hours, like all that is forgotten. */
export const isOver = ({ to, revision }: CostEntry, T: number): boolean =>
  to <= wholeHour(T) - (revision > 1 ? CORRECTION_KEPT_MS : KEPT_MS);
