/** Local days, found one after the other on the calendar's table of offsets (metrics.md 0). */
import type { Calendar, Version } from './hours.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;

/** What holds of a calendar: where its days begin on the wall of its zone. */
interface Rule {
  readonly changes: readonly number[];
  readonly offsets: readonly number[];
  readonly resetMs: number;
}

const PLAIN: Rule = { changes: [], offsets: [0], resetMs: 0 };

function ruleOf({ zone, zones, dayStartsMs }: Calendar, isBusiness: boolean): Rule {
  return { ...(zones[zone] ?? PLAIN), resetMs: isBusiness ? dayStartsMs : 0 };
}

function wall({ changes, offsets }: Rule, t: number): number {
  const next = changes.findIndex((change) => t < change);
  return t + (next < 0 ? offsets.at(-1)! : offsets[next]!);
}

/** The earliest instant that shows a local time, or what follows it. */
function shows({ changes, offsets }: Rule, local: number): number {
  const shown = offsets.flatMap((offset, i) => {
    const at = Math.max(changes[i - 1] ?? -Infinity, local - offset);
    return at < (changes[i] ?? Infinity) ? [at] : [];
  });
  return Math.min(...shown);
}

function nextReset(rule: Rule, t: number): number {
  const today = Math.floor(t / DAY_MS);
  const days = [-2, -1, 0, 1, 2, 3].map((n) => shows(rule, (today + n) * DAY_MS + rule.resetMs));
  return Math.min(...days.filter((at) => at > t));
}

/** A day and the rule by which it began. */
interface Day {
  readonly start: number;
  readonly rule: Rule;
}

export interface Days {
  /** Start of the local day that lies `back` days before the one of T; -1: of the one after it. */
  midnight(back: number): number;
  /** The business day that lies `back` days before T's: its start, and its minute that shows T's time. */
  business(back: number): { readonly start: number; readonly same: number };
}

/**
 * Days of a workspace, walked once. Before the first declaration it was UTC, unless the workspace began with it.
 * What is declared later than a day began changes nothing of it.
 */
export function daysOver(firstAt: number, declared: readonly Version[]): (T: number) => Days {
  const midnights = walk(firstAt, declared, false);
  const resets = walk(firstAt, declared, true);
  const known = new Map<string, number>();
  return (T) => {
    const at = midnights(T);
    const day = resets(T);
    const minute = Math.floor(T / MINUTE_MS) * MINUTE_MS;
    const sameIn = (back: number): number => {
      const [today, then] = [day(0), day(back)];
      const key = `${minute} ${today.start} ${back}`;
      const same = known.get(key) ?? sameTime(today, then, day(back - 1).start, minute);
      known.set(key, same);
      return same;
    };
    return {
      midnight: (back) => at(back).start,
      business: (back) => ({ start: day(back).start, same: back === 0 ? minute : sameIn(back) }),
    };
  };
}

/** From 400 days before the workspace began: the day that lies so many before T's; -1: the one after. */
function walk(firstAt: number, declared: readonly Version[], isBusiness: boolean) {
  const rules = declared.map(({ from, calendar }) => ({
    from,
    rule: ruleOf(calendar, isBusiness),
  }));
  const first = rules[0] && rules[0].from <= firstAt ? rules[0].rule : PLAIN;
  const days: Day[] = [{ start: nextReset(first, firstAt - 400 * DAY_MS), rule: first }];
  return (T: number): ((back: number) => Day) => {
    while (days.at(-1)!.start <= T) {
      const start = nextReset(days.at(-1)!.rule, days.at(-1)!.start);
      // What was declared during a day holds from its end on.
      const rule = rules.findLast((one) => one.from < start)?.rule ?? first;
      days.push({ start, rule });
    }
    const today = days.findLastIndex(({ start }) => start <= T);
    return (back) => days[today - back]!;
  };
}

/** Minute by minute through a day before: the first that shows what `minute` does, or the last. */
function sameTime(today: Day, then: Day, end: number, minute: number): number {
  const clock = ({ rule, start }: Day, t: number): number => {
    const day = Math.floor((wall(rule, start) - rule.resetMs) / DAY_MS);
    return wall(rule, t) - rule.resetMs - day * DAY_MS;
  };
  const shown = clock(today, minute);
  let t = then.start;
  while (t + MINUTE_MS < end && clock(then, t) < shown) t += MINUTE_MS;
  return t;
}
