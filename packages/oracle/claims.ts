/** Claims of an AI that the customer disproves with another conversation (metrics.md 1.5, "AI outcome"). */

import { inOrder } from './case.ts';
import type { Repeats } from './repeats.ts';
import type { Transition } from './transition.ts';
import type { Derived } from './transitions.ts';

const FAILED = 'ai_outcome.failed';

/** As it was derived alone, but that a claim fails by what the customer came back with, if that came first. */
export function withReturns(conversation: string, derived: Derived, repeats: Repeats): Derived {
  const { transitions } = derived;
  const outcome = transitions.find(({ kind }) => kind.startsWith('ai_outcome.'));
  if (!outcome) return derived;
  const { claimedAt, openMs } = outcome;
  const claim = { conversation, at: claimedAt!, rank: 1, openMs: openMs! } as const;
  const anew = repeats.after(claim);
  if (!anew || (outcome.kind === FAILED && inOrder(outcome, anew) <= 0)) return derived;
  const failed: Transition = { ...outcome, kind: FAILED, at: anew.at, live: anew.live };
  return {
    ...derived,
    transitions: transitions.map((one) => {
      if (one === outcome) return failed;
      return one.kind === 'handled' ? { ...one, byAi: null } : one;
    }),
  };
}
