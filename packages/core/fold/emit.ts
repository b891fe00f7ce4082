/** A transition that comes or goes, as subscribers of `events.v1` see it (reliability.md 1.8). */
import type { TransitionEvent } from '../conversation/event.ts';
import { type Conversation, latest } from '../conversation/model.ts';
import {
  AMOUNTS,
  DIMENSION_NAMES,
  fieldsOf,
  NONE,
  type Transition,
  tagsOf,
  transitionKey,
} from '../conversation/transition.ts';

/** Why transitions change: the offset of a fact, or that an instant has come. */
export type Cause = number | `due ${number}` | Corrected;

/** A correction, and what it says. */
export interface Corrected {
  readonly offset: number;
  readonly correction: string;
  readonly reason: Reason;
}

/** Closed words: why a transition was taken back, or came by a correction. */
export type Reason =
  | 'retracted'
  | 'merged'
  | 'closed_by_corrected'
  | 'author_corrected'
  | 'correction_superseded';

export interface EmitDeps {
  readonly id: string;
  readonly topology: number;
  readonly hash: (text: string) => string;
}

export interface EventChange {
  readonly sign: 1 | -1;
  readonly cause: Cause;
  /** It is part of another one from now on. */
  readonly isMerged: boolean;
}

export function eventOf(
  conversation: Conversation,
  t: Transition,
  { sign, cause, isMerged }: EventChange,
  { id, topology, hash }: EmitDeps,
): Omit<TransitionEvent, 'seq'> {
  const op = sign > 0 ? 'add' : 'retract';
  const corrected = typeof cause === 'object' ? cause : null;
  const why = isMerged ? 'merged' : corrected?.reason;
  return {
    workspace: id,
    topology,
    eventId: hash(
      [id, conversation.id, op, transitionKey(t), corrected?.offset ?? cause].join('\u001f'),
    ),
    op,
    reason: why ?? (sign > 0 ? null : 'derived_anew'),
    conversation: conversation.id,
    number: latest(conversation, 'number') ?? null,
    kind: t.kind,
    at: t.at,
    atMin: t.atMin,
    dimensions: { ...dimensionsOf(t), ...(corrected ? { correction: corrected.correction } : {}) },
  };
}

/** What an event says of where it stands; what is not known is not said, but of channel and team. */
function dimensionsOf({
  kind,
  dims,
  closedBy,
  fields,
  amounts = {},
}: Transition): Record<string, string> {
  const said: Record<string, string> = {};
  // In an order of their own: equal events are equal bytes, restored or not.
  for (const name of DIMENSION_NAMES) {
    const isSaid = name === 'tags' ? dims.tags !== '' : dims[name] !== NONE;
    if (name === 'channel' || name === 'team') said[name] = dims[name];
    else if (isSaid) said[name] = name === 'tags' ? JSON.stringify(tagsOf(dims.tags)) : dims[name];
  }
  if (closedBy) said['closed_by'] = closedBy;
  if (fields) {
    const filled = fieldsOf(fields).flatMap(({ field, isFilled }) => (isFilled ? [field] : []));
    said['fields'] = JSON.stringify(filled);
  }
  if (kind.startsWith('cohort.')) {
    said['outcome'] = JSON.stringify(AMOUNTS.filter((name) => amounts[name] === 1));
  }
  return said;
}
