/** The rows of what is told by hour of the week: which there are, and when they are told anew. */
import type { CalendarVersion } from '../directory/calendar.ts';
import { CATALOGUE } from '../metrics/catalogue.ts';
import type { MetricDefinition } from '../metrics/definition.ts';
import { HOUR_NAMES, hourRow } from '../metrics/hours-of-week.ts';
import { parseSeriesKey } from '../metrics/value.ts';
import { type Holidays, PeakHours, type PeakRead, type PeakSpan } from '../panes/peak-hours.ts';
import type { UsualHours } from '../panes/usual-hours.ts';
import type { ShownSeries } from './shown-series.ts';

const TOLD: readonly MetricDefinition[] = CATALOGUE.filter(({ hoursOf }) => hoursOf !== undefined);

export class PeakRows {
  readonly #hours: PeakHours;
  readonly #shown: ShownSeries;
  #holidays: Holidays | null = null;

  constructor(usual: UsualHours, shown: ShownSeries) {
    this.#hours = new PeakHours(usual);
    this.#shown = shown;
  }

  /** Begins anew: hours are those of another calendar, or of the same one restored. */
  restart(calendars: readonly CalendarVersion[], since: number): void {
    this.#holidays = holidaysOf(calendars);
    this.#begin(since);
  }

  /** Log time moved, and with it what is usual. */
  advance(since: number): void {
    if (this.#hours.isOver) this.#begin(since);
  }

  #begin(since: number): void {
    this.#hours.begin(since, this.#holidays);
    for (const { id } of TOLD) {
      this.#shown.touch(id);
      if (!this.#hours.isKnown) continue;
      for (const index of HOUR_NAMES.keys()) {
        const row = hourRow(id, index);
        this.#shown.placesOf(row);
        this.#shown.touch(row);
      }
    }
  }

  /** Something was counted in a row, or taken back, maybe in days that are over. */
  counted(row: string, at: number): void {
    for (const { id, hoursOf } of TOLD) {
      if (hoursOf !== row) continue;
      const index = this.#hours.classOf(at);
      if (index === null) continue;
      this.#shown.touch(id);
      this.#shown.touch(hourRow(id, index));
    }
  }

  read({ hoursOf }: MetricDefinition, key: string): PeakRead & PeakSpan {
    const name = parseSeriesKey(key)!.dims['hour_of_week'];
    const index = name === undefined ? null : HOUR_NAMES.indexOf(name);
    return { ...this.#hours.read(hoursOf!, index), ...this.#hours.span };
  }
}

/** Those of the workspace's own hours; by the newest calendar, as the zone is. */
function holidaysOf(calendars: readonly CalendarVersion[]): Holidays | null {
  const calendar = calendars.at(-1)?.calendar;
  const own = calendar?.schedules[calendar.workspace ?? ''];
  return own ? { zone: calendar!.zones[own.zone]!, days: own.holidays } : null;
}
