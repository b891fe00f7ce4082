/** Which revision of a cost counts, and until when it is remembered (metrics.md 5.3). */
import type { CostEntry } from '../facts/fact.ts';
import { canonicalJson } from '../num/integer.ts';
import { REACH_DAYS } from '../panes/window.ts';
import { DAY_MS, wholeHour } from '../time/instant.ts';

/** The revision that counts: the highest; of two with one number, the same one in any order. */
export function newerRevision(a: CostEntry, b: CostEntry): CostEntry {
  if (a.revision !== b.revision) return a.revision > b.revision ? a : b;
  return canonicalJson(a) >= canonicalJson(b) ? a : b;
}

/** Further back no window reaches: so many local days, the one that is not over, and a change of the clock. */
const KEPT_MS: number = (REACH_DAYS + 2) * DAY_MS;

/** Forgotten at T: no window reaches back to it. By whole hours, like all that is forgotten. */
export const isOver = ({ to }: CostEntry, T: number): boolean => to <= wholeHour(T) - KEPT_MS;
