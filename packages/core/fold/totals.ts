/** All-time numbers of a workspace: what an outsider compares with a count of his own file. */
import type { ChangeCounts } from '../conversation/model.ts';
import type { Transition } from '../conversation/transition.ts';

export interface Totals {
  /** Transitions that stand, by kind. */
  readonly transitions: Record<string, number>;
  firstReply: { n: number; sumMs: number };
  /** Differences between consecutive observations, before undo. */
  changes: { state: number; team: number; assignee: number };
}

export function newTotals(): Totals {
  return {
    transitions: {},
    firstReply: { n: 0, sumMs: 0 },
    changes: { state: 0, team: 0, assignee: 0 },
  };
}

export function countTransition(totals: Totals, transition: Transition, sign: 1 | -1): void {
  const { kind } = transition;
  // What has become of something is no happening.
  if (kind.startsWith('cohort.')) return;
  const next = (totals.transitions[kind] ?? 0) + sign;
  if (next === 0) delete totals.transitions[kind];
  else totals.transitions[kind] = next;
  if (kind !== 'first_reply_human') return;
  totals.firstReply.n += sign;
  totals.firstReply.sumMs += sign * (transition.ms ?? 0);
}

export function countChanges(totals: Totals, before: ChangeCounts, after: ChangeCounts): void {
  totals.changes.state += after.state - before.state;
  totals.changes.team += after.team - before.team;
  totals.changes.assignee += after.assignee - before.assignee;
}
