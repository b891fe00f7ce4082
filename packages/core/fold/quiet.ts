/**
 * Conversations by the hour in which they may be forgotten further. Whole hours of log time, so that
 * the state at T depends on T alone, however many ticks led there.
 */
import { HOUR_MS } from '../time/instant.ts';

export interface QuietQueue {
  /** Looks at a conversation again at the first whole hour from `at` on. */
  lookAgain(id: string, at: number): void;
  /** Takes those whose hour has come, in the order of their ids. */
  due(T: number): readonly string[];
}

export function createQuietQueue(): QuietQueue {
  const byHour = new Map<number, Set<string>>();
  let hour = Number.NEGATIVE_INFINITY;
  return {
    lookAgain(id, at) {
      const due = Math.max(Math.ceil(at / HOUR_MS), hour + 1);
      const waiting = byHour.get(due);
      if (waiting) waiting.add(id);
      else byHour.set(due, new Set([id]));
    },
    due(T) {
      const now = Math.floor(T / HOUR_MS);
      if (now <= hour) return [];
      hour = now;
      const ids = new Set<string>();
      for (const [due, waiting] of byHour) {
        if (due > now) continue;
        byHour.delete(due);
        for (const id of waiting) ids.add(id);
      }
      return [...ids].sort();
    },
  };
}
