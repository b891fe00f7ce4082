/** Who closed a conversation, as somebody says. */
import type { ClosedBy } from '../facts/fact.ts';

/** Somebody's word on who closed it; of the last close that can have happened by `at`. */
export interface Closer {
  /** Identity of the fact: what is said twice is said once, and ends ties. */
  readonly id: string;
  readonly at: number;
  readonly closedBy: ClosedBy;
  readonly basis: CloserBasis;
  readonly recordedAt: number;
}

/** The strongest last (metrics.md 1.5). */
const BASES = ['audited', 'declared', 'corrected'] as const;
export type CloserBasis = (typeof BASES)[number];

/** Of contradicting words that of the stronger basis holds, of equals the newest. */
export const weakerFirst = (a: Closer, b: Closer): number =>
  BASES.indexOf(a.basis) - BASES.indexOf(b.basis) ||
  a.recordedAt - b.recordedAt ||
  (a.id < b.id ? -1 : 1);
