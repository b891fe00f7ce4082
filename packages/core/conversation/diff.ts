/** What to add and what to take back: the only code that knows (style.md 2, point 5). */
import { sameDims } from './dims.ts';
import { AMOUNTS, type Amounts, DURATIONS, type OpenHours, type Transition } from './transition.ts';

export interface TransitionDiff {
  readonly added: readonly Transition[];
  readonly retracted: readonly Transition[];
}

/** Multiset difference of two derivations of the same conversation. */
export function diff(before: readonly Transition[], after: readonly Transition[]): TransitionDiff {
  // The common beginning is most of a conversation that only went on.
  let same = 0;
  while (same < before.length && same < after.length && equal(before[same]!, after[same]!)) same++;
  return diffRest(before.slice(same), after.slice(same));
}

function equal(a: Transition, b: Transition): boolean {
  return (
    a.kind === b.kind &&
    a.at === b.at &&
    a.atMin === b.atMin &&
    a.live === b.live &&
    sameDims(a.dims, b.dims) &&
    a.ms === b.ms &&
    a.courtesy === b.courtesy &&
    a.closedBy === b.closedBy &&
    a.fields === b.fields &&
    sameAmounts(a.amounts, b.amounts) &&
    sameHours(a.open, b.open)
  );
}

const sameAmounts = (a: Amounts | undefined, b: Amounts | undefined): boolean =>
  a === b || AMOUNTS.every((name) => a?.[name] === b?.[name]);

const sameHours = (a: OpenHours | undefined, b: OpenHours | undefined): boolean =>
  a === b || DURATIONS.every((name) => a?.[name] === b?.[name]);

/** Both are told in the order of their families: a match is near where the last one was. */
function diffRest(before: readonly Transition[], after: readonly Transition[]): TransitionDiff {
  const stays = new Uint8Array(before.length);
  let hint = 0;
  const added = after.filter((t) => {
    const place = findFrom(before, hint, (known, i) => stays[i] === 0 && equal(known, t));
    if (place < 0) return true;
    stays[place] = 1;
    hint = place + 1;
    return false;
  });
  return { added, retracted: before.filter((_, i) => stays[i] === 0) };
}

function findFrom<V>(list: readonly V[], from: number, test: (v: V, i: number) => boolean): number {
  for (let n = 0; n < list.length; n++) {
    const i = (from + n) % list.length;
    if (test(list[i]!, i)) return i;
  }
  return -1;
}
