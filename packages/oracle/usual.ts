/** What a count or a share usually comes to at this hour of the week, by a walk over the wall (metrics.md 0, `vsHow`). */
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
  /** The same of a share. */
  ofShare(code: WindowCode, entries: readonly Entry[], measure: Measure): number | null;
}

const NEVER: Usual = { of: () => null, ofShare: () => null };
/** Shares of which both parts are sums. */
const SHARES: readonly string[] = [
  ...['resolution-rate-flow', 'tag-coverage', 'custom-field-utilisation', 'escalation-context'],
  ...['sla-first', 'sla-next', 'sla-resolution', 'sla-compliance'],
  ...['deflection-proxy', 'no-reply-rate', 'csat'],
];
const WEEKS = [1, 2, 3, 4, 5, 6, 7, 8];
const PART: Readonly<Partial<Record<WindowCode, number>>> = {
  ...{ '5m': 12, '15m': 4, '30m': 2, '60m': 1 },
};

/** Told in all and by what things are always told by. */
const isOften = (place: Place): boolean =>
  place === null || place.dimension === 'channel' || place.dimension === 'team';

/** Counts and some shares alone have it. */
export function usualOf(
  usual: Usual,
  metric: string,
  place: Place,
  measure: Measure,
): Usual['of'] | null {
  if (!isOften(place)) return null;
  if (SHARES.includes(metric)) return usual.ofShare;
  return measure([]).value === 0 ? usual.of : null;
}

/** `reset`: when the business day began. */
export function usualAt(
  T: number,
  reset: number,
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
  const dayBefore = Array.from({ length: 24 }, (_, i) => now - 1 - i);
  const sinceReset = [...shown]
    .filter(([hour, { from }]) => hour < now && from >= reset)
    .map(([hour]) => hour);
  const isWholeHour = shown.get(hourOf(reset))?.from === reset;
  const hoursOf = (code: WindowCode): readonly number[] => {
    if (PART[code] !== undefined) return [now];
    const hours = code === '24h' ? dayBefore : code === 'bday' && isWholeHour ? sinceReset : [];
    return hours.filter((hour) => shown.has(hour));
  };
  const isKnown = (hour: number): boolean => {
    const then = shown.get(hour);
    return then === undefined || then.from >= firstAt;
  };
  const groupsOf = grouping((at) => hourOf(Math.min(at, T)));
  return {
    of(code, entries, measure) {
      const groups = groupsOf(entries);
      // Most hours have nothing in them.
      const nothing = measure([]).value!;
      const ofHour = (hour: number): number | null =>
        median(
          WEEKS.flatMap((week) => {
            const then = shown.get(hour - 168 * week);
            if (!then || then.from < firstAt) return [];
            const there = groups.get(hour - 168 * week);
            const count = there ? measure(there).value! : nothing;
            return [halfAway((count * 4) / then.quarters)];
          }),
        );
      const hours = hoursOf(code);
      if (hours.length === 0 || (code === '24h' && ofHour(now) === null)) return null;
      const medians = hours.map(ofHour);
      if (medians.includes(null)) return null;
      return halfAway(medians.reduce<number>((a, b) => a + b!, 0) / (PART[code] ?? 1));
    },
    ofShare(code, entries, measure) {
      const groups = groupsOf(entries);
      const hours = hoursOf(code);
      const shares = WEEKS.flatMap((week) => {
        const then = hours.map((hour) => hour - 168 * week);
        if (!then.every(isKnown)) return [];
        return measure(then.flatMap((hour) => groups.get(hour) ?? [])).value ?? [];
      });
      const found = median(shares);
      return found === null ? null : halfAway(found);
    },
  };
}

/** Entries by hour; a list is parted once, for it is asked of by every metric. */
function grouping(hourOf: (at: number) => number) {
  const known = new WeakMap<readonly Entry[], ReadonlyMap<number, Entry[]>>();
  return (entries: readonly Entry[]): ReadonlyMap<number, Entry[]> => {
    const groups = known.get(entries) ?? Map.groupBy(entries, ({ at }) => hourOf(at));
    known.set(entries, groups);
    return groups;
  };
}

/** null: of fewer than four. */
function median(values: number[]): number | null {
  if (values.length < 4) return null;
  const sorted = values.sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
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
