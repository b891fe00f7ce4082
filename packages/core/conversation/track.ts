/** An attribute of a conversation over time: its first known value and the changes that stand. */
import { second } from '../time/instant.ts';
import type { Look } from './looks.ts';
import type { Message, Observation } from './model.ts';

/** A value that became another between two looks at the issue. */
export interface Change<V> {
  readonly from: V;
  readonly to: V;
  readonly at: number;
  /** The look before: it happened after this. null where `at` is exact or there was none. */
  readonly atMin: number | null;
  /** The look that showed it. */
  readonly seenAt: number;
  /** Its place among the looks: of two at one instant the later one counts. */
  readonly place: number;
  readonly live: boolean;
  /** The change as it was observed, where this is how it looks through a mask. */
  readonly observed?: Change<V>;
}

/** First known value, when it was first seen, and the changes that stand after undo. */
export interface Track<V> {
  readonly first: V | undefined;
  readonly firstAt: number;
  readonly firstLive: boolean;
  readonly firstPlace: number;
  /** Whoever had it last in a chapter that is closed. */
  readonly held?: V;
  readonly changes: readonly Change<V>[];
}

const UNDO_MS = 60_000;

/** What consecutive looks show: each change is dated by the look that showed it. */
export function track<V>(
  looks: readonly Look[],
  value: (observation: Observation) => V | undefined,
): Track<V> {
  let first: V | undefined;
  let firstAt = 0;
  let firstLive = false;
  let firstPlace = 0;
  let before: { value: V; at: number } | null = null;
  const changes: Change<V>[] = [];
  for (const [place, look] of looks.entries()) {
    const seen = value(look.observation);
    if (seen === undefined) continue;
    if (before === null) {
      first = seen;
      firstAt = look.at;
      firstLive = look.observation.live;
      firstPlace = place;
    } else if (before.value !== seen) {
      changes.push({
        from: before.value,
        to: seen,
        at: look.at,
        atMin: before.at,
        seenAt: look.at,
        place,
        live: look.observation.live,
      });
    }
    before = { value: seen, at: look.at };
  }
  return { first, firstAt, firstLive, firstPlace, changes };
}

/** The same changes seen through `mask`; those that it hides are none. */
export function masked<V>(track: Track<V>, mask: (value: V) => V): Track<V> {
  const changes = track.changes.flatMap((change) => {
    const [from, to] = [mask(change.from), mask(change.to)];
    if (from === to) return [];
    return from === change.from && to === change.to
      ? [change]
      : [{ ...change, from, to, observed: change }];
  });
  return { ...track, first: track.first === undefined ? undefined : mask(track.first), changes };
}

/** A value over time, however it came to be known. */
export interface Course<V> {
  readonly first: V | undefined;
  readonly changes: readonly { readonly at: number; readonly to: V }[];
}

export type Reverses<V> = (away: Change<V>, back: Change<V>) => boolean;
export const returns = <V>(away: Change<V>, back: Change<V>): boolean => back.to === away.from;

/**
 * Drops a change that was taken back within a minute, with all in between, unless somebody wrote
 * publicly meanwhile. What a reversed close left changed stays as one change.
 */
export function undo<V>(
  changes: readonly Change<V>[],
  messages: readonly Message[],
  reverses: Reverses<V>,
): Change<V>[] {
  const kept: Change<V>[] = [];
  let rest = [...changes];
  while (rest.length > 0) {
    const away = rest[0]!;
    const index = rest.findIndex(
      (back, i) => i > 0 && back.at <= away.at + UNDO_MS && reverses(away, back),
    );
    const back = rest[index];
    if (!back || wroteBetween(messages, away, back)) {
      kept.push(away);
      rest = rest.slice(1);
      continue;
    }
    rest = rest.slice(index + 1);
    if (back.to !== away.from) rest.unshift({ ...back, from: away.from });
  }
  return kept;
}

function wroteBetween<V>(messages: readonly Message[], away: Change<V>, back: Change<V>): boolean {
  const low = second(away.at) + (away.to === 'closed' ? 1 : 0);
  return messages.some((m) => !m.private && second(m.at) >= low && second(m.at) <= second(back.at));
}

/** The value in force at an instant: after changes up to it; before the first look, the first value. */
export function valueAt<V>(track: Course<V>, at: number): V | undefined {
  let value = track.first;
  for (const change of track.changes) {
    if (change.at > at) break;
    value = change.to;
  }
  return value;
}

/** The value when a message was written: a change in the same second comes after it. */
export function valueAtMessage<V>(track: Course<V>, at: number): V | undefined {
  let value = track.first;
  for (const change of track.changes) {
    if (second(change.at) >= second(at)) break;
    value = change.to;
  }
  return value;
}

/** The value that looks up to one of them show; undefined before it was first looked at. */
export function valueSeen<V>(track: Track<V>, place: number): V | undefined {
  const change = track.changes.findLast((one) => one.place <= place);
  if (change) return change.to;
  return track.firstPlace <= place ? track.first : undefined;
}

/** Equal looks in a row share their fields: what is made of those is made once. */
export function ofFields<V>(
  read: (fields: Observation['fields']) => V,
): (observation: Observation) => V {
  let known: Observation['fields'] | null = null;
  let value: V;
  return ({ fields }) => {
    if (fields !== known) {
      known = fields;
      value = read(fields);
    }
    return value;
  };
}

/** The value now. */
export function valueNow<V>(track: Course<V>): V | undefined {
  return track.changes.length > 0 ? track.changes.at(-1)!.to : track.first;
}
