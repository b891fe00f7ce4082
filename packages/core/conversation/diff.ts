/** What to add and what to take back: the only code that knows (style.md 2, point 5). */
import { type Transition, transitionKey } from './transition.ts';

export interface TransitionDiff {
  readonly added: readonly Transition[];
  readonly retracted: readonly Transition[];
}

/** Multiset difference of two derivations of the same conversation. */
export function diff(before: readonly Transition[], after: readonly Transition[]): TransitionDiff {
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
