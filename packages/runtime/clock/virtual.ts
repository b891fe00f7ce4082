/** A clock that moves only when told: replays, simulation, tests (reliability.md 7). */
import type { Clock, Timer } from '../ports.ts';
import { sleepOn } from './system.ts';

export interface VirtualClock extends Clock {
  /**
   * Moves to `toMs`, then runs every due timer once, by due time and age. A job that re-arms does so
   * from `toMs`: missed periods coalesce. Never moves back. Returns how many timers ran.
   */
  advanceTo(toMs: number): number;
  /** When the next timer is due, epoch ms; null if none is armed. */
  nextAt(): number | null;
}

interface Armed {
  readonly dueMs: number;
  readonly seq: number;
  readonly task: () => void;
}

/** A timer that re-arms itself at once this often in one step is a loop, not a job. */
const RUNS_PER_STEP_MAX = 100_000;

const earlier = (a: Armed, b: Armed): boolean =>
  a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.seq < b.seq);

export function createVirtualClock(startMs: number): VirtualClock {
  let nowMs = startMs;
  let seq = 0;
  const armed = new Set<Armed>();

  const after = (ms: number, task: () => void): Timer => {
    const entry: Armed = { dueMs: nowMs + Math.max(0, ms), seq: seq++, task };
    armed.add(entry);
    return { cancel: () => void armed.delete(entry) };
  };
  const first = (): Armed | null => {
    let found: Armed | null = null;
    for (const entry of armed) if (!found || earlier(entry, found)) found = entry;
    return found;
  };
  const advanceTo = (toMs: number): number => {
    nowMs = Math.max(nowMs, toMs);
    let runs = 0;
    for (let entry = first(); entry && entry.dueMs <= nowMs; entry = first()) {
      if (++runs > RUNS_PER_STEP_MAX)
        throw new Error('a timer re-arms itself without time passing');
      armed.delete(entry);
      entry.task();
    }
    return runs;
  };
  return {
    now: () => nowMs,
    monotonic: () => nowMs - startMs,
    after,
    sleep: (ms, signal) => sleepOn(after, ms, signal),
    advanceTo,
    nextAt: () => first()?.dueMs ?? null,
  };
}
