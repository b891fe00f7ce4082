/** The time zone, the business day and the open hours of a workspace, and which of them held when. */
import { canonicalJson } from '../num/integer.ts';
import { ALWAYS, inTurn, type Schedule, scheduleOf, type WeekHours } from '../time/schedule.ts';
import { UTC, type ZoneTable } from '../time/zone.ts';

/** As declared and compiled. Ids of schedules are the file's, of teams and accounts Pylon's. */
export interface Calendar {
  readonly zone: string;
  /** When a business day begins, ms after local midnight. */
  readonly dayStartsMs: number;
  /** By name, every zone that is named here. After its end the last offset goes on. */
  readonly zones: Readonly<Record<string, ZoneTable>>;
  readonly schedules: Readonly<Record<string, WeekHours & { readonly zone: string }>>;
  /** Which schedule holds for whom; an account's comes before its team's, that before the workspace's. */
  readonly workspace: string | null;
  readonly teams: Readonly<Record<string, string>>;
  readonly accounts: Readonly<Record<string, string>>;
}

/** What holds where nothing is declared: UTC, days from midnight on, no open hours. */
export const PLAIN_CALENDAR: Calendar = {
  zone: 'UTC',
  dayStartsMs: 0,
  zones: { UTC },
  schedules: {},
  workspace: null,
  teams: {},
  accounts: {},
};

/** A calendar and the log time from which on it holds. */
export interface CalendarVersion {
  readonly from: number;
  readonly calendar: Calendar;
}

/** The versions with one more, if it differs from the last; of two at one instant the later one holds. */
export function withCalendar(
  versions: readonly CalendarVersion[],
  from: number,
  calendar: Calendar,
): readonly CalendarVersion[] {
  const kept = versions.filter((version) => version.from < from);
  const last = kept.at(-1);
  if (last && canonicalJson(last.calendar) === canonicalJson(calendar)) return kept;
  return [...kept, { from, calendar }];
}

/** Whose conversation it is. */
export interface Whose {
  readonly account: string | null;
  readonly team: string | null;
}

/** Id of the schedule that holds; null if none is declared. */
export function scheduleIdFor(calendar: Calendar, { account, team }: Whose): string | null {
  const { accounts, teams, workspace } = calendar;
  if (account !== null && Object.hasOwn(accounts, account)) return accounts[account]!;
  if (team !== null && Object.hasOwn(teams, team)) return teams[team]!;
  return workspace;
}

export interface BusinessClock {
  /**
   * Open hours, each instant by the version then in force; null if the newest one declares none. All time
   * counts while what was declared was taken back.
   */
  scheduleFor(whose: Whose): Schedule | null;
}

export function createBusinessClock(versions: readonly CalendarVersion[]): BusinessClock {
  const known: readonly CalendarVersion[] =
    versions.length > 0 ? versions : [{ from: 0, calendar: PLAIN_CALENDAR }];
  const changes = known.slice(1).map(({ from }) => from);
  const compiled = new Map<string, Schedule | null>();
  return {
    scheduleFor(whose) {
      const ids = known.map(({ calendar }) => scheduleIdFor(calendar, whose));
      const key = JSON.stringify(ids);
      let schedule = compiled.get(key);
      if (schedule === undefined) {
        // What was before anything was declared is judged by what was declared first.
        const first = ids.findIndex((id) => id !== null);
        const pieces = ids.map((_, i) => compile(known, ids, Math.max(i, first)));
        schedule = ids.at(-1) === null ? null : inTurn(changes, pieces);
        compiled.set(key, schedule);
      }
      return schedule;
    },
  };
}

const zoneOf = ({ zones }: Calendar, name: string): ZoneTable => zones[name]!;

function compile(
  versions: readonly CalendarVersion[],
  ids: readonly (string | null)[],
  i: number,
): Schedule {
  const [id, { calendar }] = [ids[i]!, versions[i]!];
  if (id === null) return ALWAYS;
  const hours = calendar.schedules[id]!;
  return scheduleOf(hours, zoneOf(calendar, hours.zone));
}
