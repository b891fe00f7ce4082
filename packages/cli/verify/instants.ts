/** Where to look: seeded instants, half of them in the busiest hours of the log. */
import type { Rng } from '@sapwood/runtime/ports';

const HOUR_MS = 3_600_000;
const PANE_MS = 5_000;
/** A busy hour is one of the fullest tenth, and there are at least this many. */
const BUSY_HOURS_MIN = 10;

/**
 * `count` instants, ascending. `times` are the log times of facts that say something, ascending;
 * the other half falls into any hour in which something happened. One in four lies on a pane edge.
 */
export function chooseInstants(times: readonly number[], count: number, rng: Rng): number[] {
  if (times.length === 0) return [];
  const byHour = new Map<number, number>();
  for (const time of times) {
    const hour = Math.floor(time / HOUR_MS);
    byHour.set(hour, (byHour.get(hour) ?? 0) + 1);
  }
  const hours = [...byHour.keys()];
  const fullest = hours.toSorted((a, b) => byHour.get(b)! - byHour.get(a)! || a - b);
  const busy = fullest.slice(0, Math.max(BUSY_HOURS_MIN, Math.floor(hours.length / 10)));
  const end = times.at(-1)!;
  const chosen: number[] = [];
  for (let i = 0; i < count; i++) {
    const among = i % 2 === 0 ? busy : hours;
    const hour = among[Math.floor(rng.next() * among.length)]!;
    // Of the first and the last hour only what the log covers: else all would lie on its two ends.
    const from = Math.max(hour * HOUR_MS, times[0]!);
    const to = Math.min((hour + 1) * HOUR_MS, end + 1);
    const at = from + Math.floor(rng.next() * (to - from));
    const placed = rng.next() < 0.25 ? Math.floor(at / PANE_MS) * PANE_MS : at;
    chosen.push(Math.min(Math.max(placed, times[0]!), end));
  }
  return chosen.sort((a, b) => a - b);
}
