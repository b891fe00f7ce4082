/**
 * What is known of a conversation beside its own facts: corrections that are in force, and the
 * conversations that were merged into it (metrics.md 1.1, `correction.*`; section 2, "Merge").
 */

import type { ClosedBy } from '../facts/fact.ts';
import { second } from '../time/instant.ts';
import { type Closer, weakerFirst } from './closer.ts';
import type { Conversation } from './model.ts';
import type { Change } from './track.ts';

export interface Amendments {
  /** Since when it is out of every number; null: it is not. */
  readonly retractedAt: number | null;
  readonly retractedMessages: ReadonlySet<string>;
  readonly closers: readonly Closer[];
  /** It is part of another one; `at` null: as its facts show, since it was closed or gone. */
  readonly merged: { readonly at: number | null } | null;
  /** Merged into it, of however many steps. */
  readonly adopted: readonly Conversation[];
}

export const NO_AMENDMENTS: Amendments = {
  retractedAt: null,
  retractedMessages: new Set(),
  closers: [],
  merged: null,
  adopted: [],
};

/** Whose word holds for each close that somebody spoke of. */
export function closersOf<C extends Change<unknown>>(
  closes: readonly C[],
  closers: readonly Closer[],
): ReadonlyMap<C, ClosedBy> {
  const said = new Map<C, ClosedBy>();
  for (const { at, closedBy } of [...closers].sort(weakerFirst)) {
    const close = closes.findLast((one) => canHaveHappened(one, at));
    if (close) said.set(close, closedBy);
  }
  return said;
}

/** After the look before it, where that bounds it. */
const canHaveHappened = ({ at, atMin }: Change<unknown>, by: number): boolean =>
  atMin === null ? second(at) <= second(by) : second(atMin) < second(by);
