/** What happened in a conversation, derived from its facts (metrics.md 1.4). */

export const TRANSITION_KINDS = [
  'created',
  'opened',
  'first_reply_human',
  'first_reply_any',
  'first_reply_ai',
  'handled',
  'worked',
  'assigned',
  'unassigned',
  'rerouted',
  'handed_off.agent',
  'handed_off.team',
  'closed',
  'reopened.customer',
  'reopened.agent',
  'reopened.automation',
  'reopened.unknown',
] as const;
export type TransitionKind = (typeof TRANSITION_KINDS)[number];

/** Dimension values of a transition. Missing is `__none__`, a real child. */
export interface Dimensions {
  readonly channel: string;
  readonly team: string;
}
export const NONE = '__none__';

export interface Transition {
  readonly kind: TransitionKind;
  readonly at: number;
  /** Earliest instant it can have happened; null where `at` is exact. */
  readonly atMin: number | null;
  /** May feed live windows; else it counts in history only (metrics.md 2, "Bulk import"). */
  readonly live: boolean;
  readonly dims: Dimensions;
  /** Duration that it ends, ms; null if it ends none. */
  readonly ms: number | null;
  /** Reopened by a "thanks" that was closed again within 24 h with no reply between. */
  readonly courtesy?: true;
}

/** Equal transitions have equal keys: what `diff` compares. */
export function transitionKey(t: Transition): string {
  return [
    t.kind,
    t.at,
    t.atMin ?? '',
    t.live ? 1 : 0,
    t.dims.channel,
    t.dims.team,
    t.ms ?? '',
    t.courtesy ? 1 : '',
  ].join('|');
}
