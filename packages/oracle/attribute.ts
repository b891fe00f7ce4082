/** One attribute of an issue over time: its first value, its changes, and what was taken back. */

import type { IssueField, IssueObserved } from '@sapwood/core/facts';
import type { Message, Observation } from './observed.ts';

export type Value = string | null;

export interface Change {
  readonly from: Value;
  readonly to: Value;
  readonly at: number;
  /** `u` of the observation before it; `at` where that is exact: it happened in (atMin, at]. */
  readonly atMin: number;
  /** The instant is known to the ms, not bounded by two observations. */
  readonly isExact: boolean;
  /** `u` of the observation that shows it. */
  readonly seenAt: number;
  /** Index of that observation. */
  readonly index: number;
}

export interface Attribute {
  /** First value observed; holds before its observation too. null field: never observed. */
  readonly first: { readonly value: Value; readonly u: number; readonly index: number } | null;
  readonly changes: readonly Change[];
}

/** Messages and what observations date compare by whole second. */
export const second = (instant: number): number => Math.floor(instant / 1_000);

/** Differences between consecutive observations of a field, each dated by the later one. */
export function attributeOf(
  observations: readonly Observation[],
  read: (body: IssueObserved) => Value | undefined,
): Attribute {
  let first: Attribute['first'] = null;
  let value: Value = null;
  let before = 0;
  const changes: Change[] = [];
  for (const [index, { u, body }] of observations.entries()) {
    const seen = read(body);
    if (seen === undefined) continue;
    if (first === null) first = { value: seen, u, index };
    else if (seen !== value) {
      changes.push({
        from: value,
        to: seen,
        at: u,
        atMin: before,
        isExact: false,
        seenAt: u,
        index,
      });
    }
    value = seen;
    before = u;
  }
  return { first, changes };
}

export const textField =
  (field: IssueField) =>
  (body: IssueObserved): Value | undefined =>
    body[field] as Value | undefined;

/** Ratings as one comparable value; none at all: null. */
export const scoresValue = (scores: readonly number[] | null): Value =>
  scores === null || scores.length === 0 ? null : JSON.stringify(scores);

const UNDO_MS = 60_000;

/** A change away and back within 60 s, nobody having said anything in public, never was. */
export function undone(
  attribute: Attribute,
  messages: readonly Message[],
  closes: boolean,
): Attribute {
  const open = messages.filter((message) => !message.isPrivate);
  const left = [...attribute.changes];
  let i = 0;
  while (i < left.length) {
    const away = left[i]!;
    const isClose = closes && away.to === 'closed';
    const j = left.findIndex(
      (change, k) => k > i && (isClose ? change.from === 'closed' : change.to === away.from),
    );
    const back = left[j];
    const isUndone =
      back !== undefined &&
      back.at <= away.at + UNDO_MS &&
      !open.some(({ at }) => {
        const from = second(away.at);
        const isAfter = isClose ? second(at) > from : second(at) >= from;
        return isAfter && second(at) <= second(back.at);
      });
    if (!isUndone) {
      i += 1;
      continue;
    }
    const isWhole = back.to === away.from;
    left.splice(i, j - i + 1, ...(isWhole ? [] : [{ ...back, from: away.from }]));
  }
  return { first: attribute.first, changes: left };
}

/** The value in force at an instant that an observation dates, changes of that instant included. */
export function valueAt({ first, changes }: Attribute, instant: number): Value {
  let value = first?.value ?? null;
  for (const change of changes) if (change.at <= instant) value = change.to;
  return value;
}

/** The value just before an instant that an observation dates. */
export function valueBefore({ first, changes }: Attribute, instant: number): Value {
  let value = first?.value ?? null;
  for (const change of changes) if (change.at < instant) value = change.to;
  return value;
}

/** The value that a message met: changes of its own second come after it. */
export function valueAtMessage({ first, changes }: Attribute, message: Message): Value {
  let value = first?.value ?? null;
  for (const change of changes) if (second(change.at) < second(message.at)) value = change.to;
  return value;
}

export function valueNow({ first, changes }: Attribute): Value {
  const last = changes.at(-1);
  return last ? last.to : (first?.value ?? null);
}
