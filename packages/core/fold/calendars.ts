/** The calendars of a workspace, and the clock that they make. */
import {
  type BusinessClock,
  type Calendar,
  type CalendarVersion,
  createBusinessClock,
  PLAIN_CALENDAR,
  withCalendar,
} from '../directory/calendar.ts';
import { canonicalJson } from '../num/integer.ts';
import { openMs } from '../time/schedule.ts';

export class Calendars {
  /** None while no configuration told of one. */
  #versions: readonly CalendarVersion[] = [];
  /** null: no hours are declared, for anybody. */
  #clock: BusinessClock | null = null;

  get versions(): readonly CalendarVersion[] {
    return this.#versions;
  }

  get clock(): BusinessClock | null {
    return this.#clock;
  }

  /** True if days or hours are others from T on. */
  declare(calendar: Calendar | undefined, T: number): boolean {
    if (calendar === undefined && this.#versions.length === 0) return false;
    const known = canonicalJson(this.#versions);
    this.restore(withCalendar(this.#versions, T, calendar ?? PLAIN_CALENDAR));
    return canonicalJson(this.#versions) !== known;
  }

  restore(versions: readonly CalendarVersion[]): void {
    this.#versions = versions;
    const hours = Object.keys(versions.at(-1)?.calendar.schedules ?? {}).length > 0;
    this.#clock = hours ? createBusinessClock(versions) : null;
  }

  /** Open ms of the workspace itself; null: it has no hours. */
  get openMs(): ((from: number, to: number) => number) | null {
    const hours = this.#clock?.scheduleFor({ account: null, team: null });
    return hours ? (from, to) => openMs(hours, from, to) : null;
  }
}
