/** What to add and what to take back: the only code that knows (style.md 2, point 5). */
import { AMOUNTS, type Amounts, type Transition, transitionKey } from './transition.ts';

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
    a.dims.channel === b.dims.channel &&
    a.dims.team === b.dims.team &&
    a.ms === b.ms &&
    a.courtesy === b.courtesy &&
    a.closedBy === b.closedBy &&
    sameAmounts(a.amounts, b.amounts)
  );
}

const sameAmounts = (a: Amounts | undefined, b: Amounts | undefined): boolean =>
  a === b || AMOUNTS.every((name) => a?.[name] === b?.[name]);

function diffRest(before: readonly Transition[], after: readonly Transition[]): TransitionDiff {
  const surplus = new Map<string, number>();
  for (const t of before) {
    const key = transitionKey(t);
    surplus.set(key, (surplus.get(key) ?? 0) + 1);
  }
  const added: Transition[] = [];
  for (const t of after) {
    const key = transitionKey(t);
    const left = surplus.get(key) ?? 0;
    if (left > 0) surplus.set(key, left - 1);
    else added.push(t);
  }
  const retracted: Transition[] = [];
  for (const t of before) {
    const key = transitionKey(t);
    const left = surplus.get(key) ?? 0;
    if (left > 0) {
      surplus.set(key, left - 1);
      retracted.push(t);
    }
  }
  return { added, retracted };
}
