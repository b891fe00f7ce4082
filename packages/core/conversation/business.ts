/** Durations of a conversation on the business clock (metrics.md 1.6). */
import type { BusinessClock } from '../directory/calendar.ts';
import { openMs } from '../time/schedule.ts';

/** A stretch of wall time, [from, to), and the team that owned the conversation in it. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly team: string | null;
}

/**
 * Open ms of a duration, each stretch by the account's hours, else its team's, else the workspace's; where
 * there are none all of it counts. Null if no stretch has any: then there is only the wall.
 */
export function businessMs(
  clock: BusinessClock,
  account: string | null,
  stretches: readonly Stretch[],
): number | null {
  let isDeclared = false;
  let ms = 0;
  for (const { from, to, team } of stretches) {
    const schedule = clock.scheduleFor({ account, team });
    isDeclared ||= schedule !== null;
    ms += schedule ? openMs(schedule, from, to) : Math.max(0, to - from);
  }
  return isDeclared ? ms : null;
}
