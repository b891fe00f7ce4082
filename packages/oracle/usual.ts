/** What a count usually comes to at this hour of the week, by a walk over the wall (metrics.md 0, `vsHow`). */
import type { WindowCode } from '@sapwood/core/metrics';
import type { Entry, Measure } from './cells.ts';
import type { Known } from './circumstances.ts';
import type { Place } from './places.ts';

const QUARTER_MS = 900_000;
const HOUR_MS = 4 * QUARTER_MS;
const WEEK_MS = 168 * HOUR_MS;

/** An hour as the wall showed it: when it began, and how many quarters it had. */
interface Shown {
  readonly from: number;
  quarters: number;
}

export interface Usual {
  /** null: too little is known, or nothing is usual of such a window. */
  of(code: WindowCode, entries: readonly Entry[], measure: Measure): number | null;
}

const NEVER: Usual = { of: () => null };
const PART: Readonly<Partial<Record<WindowCode, number>>> = {
  ...{ '5m': 12, '15m': 4, '30m': 2, '60m': 1 },
};

/** Counts alone have it, in all and by what they are always told by. */
export const hasUsual = (place: Place, measure: Measure): boolean =>
  (place === null || place.dimension === 'channel' || place.dimension === 'team') &&
  measure([]).value === 0;

export function usualAt(
  T: number,
  { firstAt, calendars }: Pick<Known, 'firstAt' | 'calendars'>,
): Usual {
  if (T - firstAt < 4 * WEEK_MS - HOUR_MS) return NEVER;
  const hourOf = wallHours(calendars);
  const shown = new Map<number, Shown>();
  const begin = Math.floor(T / QUARTER_MS) * QUARTER_MS - 10 * WEEK_MS;
  for (let at = begin; at < T + 2 * HOUR_MS; at += QUARTER_MS) {
    const known = shown.get(hourOf(at));
    if (known) known.quarters += 1;
    else shown.set(hourOf(at), { from: at, quarters: 1 });
  }
  const now = hourOf(T);
  const grouped = new WeakMap<readonly Entry[], ReadonlyMap<number, Entry[]>>();
  return {
    of(code, entries, measure) {
      const groups =
        grouped.get(entries) ?? Map.groupBy(entries, ({ at }) => hourOf(Math.min(at, T)));
      grouped.set(entries, groups);
      // Most hours have nothing in them.
      const nothing = measure([]).value!;
      const median = (hour: number): number | null => {
        const counts = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((week) => {
          const then = shown.get(hour - 168 * week);
          if (!then || then.from < firstAt) return [];
          const there = groups.get(hour - 168 * week);
          const count = there ? measure(there).value! : nothing;
          return [halfAway((count * 4) / then.quarters)];
        });
        counts.sort((a, b) => a - b);
        const middle = counts.length / 2;
        return counts.length < 4
          ? null
          : (counts[Math.ceil(middle) - 1]! + counts[Math.floor(middle)]!) / 2;
      };
      const part = PART[code];
      const ofHour = median(now);
      if (ofHour === null) return null;
      if (part !== undefined) return halfAway(ofHour / part);
      if (code !== '24h') return null;
      const hours = Array.from({ length: 24 }, (_, i) => now - 1 - i);
      const medians = hours.filter((hour) => shown.has(hour)).map(median);
      return medians.includes(null) ? null : halfAway(medians.reduce<number>((a, b) => a + b!, 0));
    },
  };
}

/** Halves go away from zero. */
const halfAway = (x: number): number => Math.sign(x) * Math.round(Math.abs(x)) || 0;

/** Number of an hour on the wall of the newest calendar. */
function wallHours(calendars: Known['calendars']): (t: number) => number {
  const calendar = calendars.at(-1)?.calendar;
  const { changes, offsets } = calendar?.zones[calendar.zone] ?? { changes: [], offsets: [0] };
  return (t) => {
    const next = changes.findIndex((change) => t < change);
    return Math.floor((t + (next < 0 ? offsets.at(-1)! : offsets[next]!)) / HOUR_MS);
  };
}
