/** Held: on hold or snoozed, until that ends or the customer writes (metrics.md 1.4). */

import type { SlaPause } from '@sapwood/core/config';
import { type Attribute, type Change, second, undone, type Value } from './attribute.ts';
import { atChange, atMessage, isPublic } from './case.ts';
import type { Case, Story } from './conversation.ts';
import type { Stretch } from './hours.ts';
import type { Message } from './observed.ts';
import type { Transition } from './transition.ts';

export interface Holds {
  readonly transitions: readonly Transition[];
  readonly intervals: readonly Hold[];
  /** Before this instant time alone changes nothing of it. */
  readonly until: number;
}

/** One rest; `ended`: a change out of it or the customer's word; null: it lasts. */
export interface Hold {
  readonly from: number;
  readonly ended: Change | Message | null;
}

const ALL = ['on_hold', 'snoozed'] as const;
const HELD = 'held';
const FREE = 'free';

/** Holds as they are known at log time T; of some causes alone. */
export function holdsOf(found: Case, T: number, causes: readonly SlaPause[] = ALL): Holds {
  const { attribute, until } = heldOver(found.story, T, causes);
  const hold = undone(attribute, found.story.messages, false);
  const entries = hold.changes.filter(({ to }) => to === HELD);
  const begin = (from: number, place: number): Hold => {
    const left = hold.changes.slice(place + 1).find(({ to }) => to === FREE);
    return { from, ended: endOf(found.story, from, left) };
  };
  const intervals = entries.map((entry) => begin(entry.at, hold.changes.indexOf(entry)));
  // Held when it was first seen: since when nobody knows.
  if (hold.first?.value === HELD) intervals.unshift(begin(hold.first.u, -1));
  const changed = (kind: string, change: Change): Transition => atChange(found, kind, change);
  const ends = intervals.flatMap(({ ended }) => {
    if (ended === null) return [];
    const isWord = 'author' in ended;
    return [isWord ? atMessage(found, 'unheld', ended, null) : changed('unheld', ended)];
  });
  return {
    transitions: [...entries.map((change) => changed('held', change)), ...ends],
    intervals,
    // What a customer ended does not end again, if it was before the snooze's own end.
    until: isEndedBefore(intervals.at(-1), until) ? Number.POSITIVE_INFINITY : until,
  };
}

/** What is known of it at a look: what that did not see is as it was. */
interface Known {
  readonly u: number;
  readonly isOnHold: boolean;
  readonly snoozedUntil: number | null;
}

function knownAtLooks({ observations }: Story): Known[] {
  let category: Value = null;
  let snoozedUntil: number | null = null;
  return observations.map(({ u, body }) => {
    category = body.stateCategory ?? category;
    if (body.snoozedUntil !== undefined) snoozedUntil = body.snoozedUntil;
    return { u, isOnHold: category === 'on_hold', snoozedUntil };
  });
}

/** Held or free over all looks; a snooze ends by itself, between two looks or by T. */
function heldOver(
  story: Story,
  T: number,
  causes: readonly SlaPause[],
): { readonly attribute: Attribute; readonly until: number } {
  const looks = knownAtLooks(story);
  const changes: Change[] = [];
  let first: Attribute['first'] = null;
  let value: Value = null;
  let until = Number.POSITIVE_INFINITY;
  for (const [index, { u, ...look }] of looks.entries()) {
    const isOnHold = causes.includes('on_hold') && look.isOnHold;
    const snoozedUntil = causes.includes('snoozed') ? look.snoozedUntil : null;
    const isSnoozed = snoozedUntil !== null && snoozedUntil > u;
    const to = isOnHold || isSnoozed ? HELD : FREE;
    if (first === null) first = { value: to, u, index };
    else if (to !== value) {
      const atMin = looks[index - 1]!.u;
      changes.push({ from: value, to, at: u, atMin, isExact: false, seenAt: u, index });
    }
    value = to;
    if (isOnHold || !isSnoozed) continue;
    const next = looks[index + 1];
    if ((next?.u ?? T) >= snoozedUntil) {
      const at = snoozedUntil;
      changes.push({ from: HELD, to: FREE, at, atMin: at, isExact: true, seenAt: u, index });
      value = FREE;
    } else if (!next) until = snoozedUntil;
  }
  return { attribute: { first, changes }, until };
}

/** The first of the change out of it and a word of the customer after its second. */
function endOf({ messages }: Story, from: number, left: Change | undefined): Hold['ended'] {
  const asked = messages.find((m) => isPublic(m, 'customer') && second(m.at) > second(from));
  const isAskedFirst = asked && (!left || second(asked.at) <= second(left.at));
  return (isAskedFirst ? asked : left) ?? null;
}

const isEndedBefore = (hold: Hold | undefined, until: number): boolean =>
  hold?.ended != null && second(hold.ended.at) <= second(until);

/** When it was held; what lasts has no end. */
export const heldOf = ({ intervals }: Holds): Stretch[] =>
  intervals.map(({ from, ended }) => ({ from, to: ended?.at ?? Number.POSITIVE_INFINITY }));
