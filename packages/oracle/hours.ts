/**
 * Open hours, walked day by day over the calendars that were in force (metrics.md 1.6). A calendar
 * holds from the log time at which it was declared; what was before any schedule is judged by the
 * first one, and while what was declared is taken back all time counts.
 */
import type { WorkspaceConfig } from '@sapwood/core/config';
import type { Value } from './attribute.ts';

export type Calendar = NonNullable<WorkspaceConfig['calendar']>;

export interface Version {
  readonly from: number;
  readonly calendar: Calendar;
}

/** [from, to). */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Whose conversation it is. */
export interface Whose {
  readonly account: Value;
  readonly team: Value;
}

const DAY_MS = 86_400_000;
/** Days are counted from a Thursday. */
const FIRST_MONDAY = 4;

/** The account's schedule, else the team's, else the workspace's; null: none is declared. */
function scheduleOf({ accounts, teams, workspace }: Calendar, { account, team }: Whose): Value {
  const own = account === null ? undefined : new Map(Object.entries(accounts)).get(account);
  const theirs = team === null ? undefined : new Map(Object.entries(teams)).get(team);
  return own ?? theirs ?? workspace;
}

/** Whether the newest calendar has hours for them. */
export function hasHours(versions: readonly Version[], whose: Whose): boolean {
  const newest = versions.at(-1);
  return newest !== undefined && scheduleOf(newest.calendar, whose) !== null;
}

/** Whether the newest calendar has hours for anybody. */
export function hasAnyHours(versions: readonly Version[]): boolean {
  const newest = versions.at(-1)?.calendar;
  if (!newest) return false;
  const { workspace, teams, accounts } = newest;
  return [...Object.keys(teams), ...Object.keys(accounts)].length > 0 || workspace !== null;
}

const meet = (a: Stretch, b: Stretch): Stretch => ({
  from: Math.max(a.from, b.from),
  to: Math.min(a.to, b.to),
});

/** What is open of a stretch, in order. */
export function* openOf(
  versions: readonly Version[],
  whose: Whose,
  stretch: Stretch,
): Generator<Stretch> {
  const ids = versions.map(({ calendar }) => scheduleOf(calendar, whose));
  const first = ids.findIndex((id) => id !== null);
  for (const i of versions.keys()) {
    const from = i === 0 ? Number.NEGATIVE_INFINITY : versions[i]!.from;
    const piece = meet(stretch, { from, to: versions[i + 1]?.from ?? Number.POSITIVE_INFINITY });
    if (piece.from >= piece.to) continue;
    const judge = Math.max(i, first);
    const id = ids[judge]!;
    if (id === null) yield piece;
    else yield* openByWeek(versions[judge]!.calendar, id, piece);
  }
}

/** Between two changes of the clock the wall is as far from UTC all the time. */
function* openByWeek({ schedules, zones }: Calendar, id: string, piece: Stretch) {
  const { zone, ...hours } = schedules[id]!;
  const { changes, offsets } = zones[zone]!;
  for (const [i, eastMs] of offsets.entries()) {
    const from = changes[i - 1] ?? Number.NEGATIVE_INFINITY;
    const even = meet(piece, { from, to: changes[i] ?? Number.POSITIVE_INFINITY });
    if (even.from < even.to) yield* openOnWall(hours, eastMs, even);
  }
}

function* openOnWall(
  { week, holidays }: { readonly week: readonly number[]; readonly holidays: readonly number[] },
  eastMs: number,
  stretch: Stretch,
): Generator<Stretch> {
  const wall = { from: stretch.from + eastMs, to: stretch.to + eastMs };
  for (let day = Math.floor(wall.from / DAY_MS); day * DAY_MS < wall.to; day += 1) {
    if (holidays.includes(day)) continue;
    const weekday = (((day - FIRST_MONDAY) % 7) + 7) % 7;
    const monday = (day - weekday) * DAY_MS;
    const today = meet(wall, { from: day * DAY_MS, to: (day + 1) * DAY_MS });
    for (let i = 0; i < week.length; i += 2) {
      const open = meet(today, { from: monday + week[i]!, to: monday + week[i + 1]! });
      if (open.from < open.to) yield { from: open.from - eastMs, to: open.to - eastMs };
    }
  }
}

export const lengthOf = (stretches: Iterable<Stretch>): number => {
  let ms = 0;
  for (const { from, to } of stretches) ms += to - from;
  return ms;
};

/** What is left of a stretch without some others, in order. */
export function without(whole: Stretch, others: readonly Stretch[]): Stretch[] {
  let left = [whole];
  for (const { from, to } of others) {
    if (from >= to) continue;
    const cut = left.flatMap((one) => [
      { from: one.from, to: Math.min(one.to, from) },
      { from: Math.max(one.from, to), to: one.to },
    ]);
    left = cut.filter((one) => one.from < one.to);
  }
  return left;
}
