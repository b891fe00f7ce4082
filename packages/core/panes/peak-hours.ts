/**
 * How much comes in each hour of the week (metrics.md 3.1, 21): what the hours on the wall counted, by how long
 * there were such hours. They are those of the last 56 local days before today that were seen whole, without
 * holidays. One that the clock skipped is none, and one that came twice is two hours.
 */
import { divRound, mulDivRound } from '../num/integer.ts';
import { DAY_MS, HOUR_MS } from '../time/instant.ts';
import { hourOfWeek, localAt, localHours, type ZoneTable } from '../time/zone.ts';
import { HOURS_OF_DAY, HOURS_OF_WEEK, type UsualHours, WEEKS, WEEKS_MIN } from './usual-hours.ts';

/** Days on which the workspace is closed, as days since 1970-01-01 on the wall of a zone. */
export interface Holidays {
  readonly zone: ZoneTable;
  readonly days: readonly number[];
}

/** What there was of one hour on the wall. */
interface Shown {
  readonly hour: number;
  readonly from: number;
  ms: number;
}

export interface PeakRead {
  /** What was counted, and in how many hours; null: there were too few weeks of it. */
  readonly counted: number | null;
  readonly hours: number | null;
  /** In an hour of 60 min, in thousandths. */
  readonly value: number | null;
  /** Of a class the least and the most that one week came to. */
  readonly low: number | null;
  readonly high: number | null;
}

export interface PeakSpan {
  /** The local midnight 56 days before the last one, and that. */
  readonly from: number;
  readonly to: number;
}

const TOO_FEW: PeakRead = { counted: null, hours: null, value: null, low: null, high: null };

export class PeakHours {
  readonly #usual: UsualHours;
  #today = Number.NEGATIVE_INFINITY;
  #classes: readonly (readonly Shown[])[] = [];
  #span: PeakSpan = { from: 0, to: 0 };
  #isKnown = false;

  constructor(usual: UsualHours) {
    this.#usual = usual;
  }

  /** Another day has begun on the wall. */
  get isOver(): boolean {
    return this.#usual.today !== this.#today;
  }

  get span(): PeakSpan {
    return this.#span;
  }

  /** Four whole weeks were seen: from then on it is told. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** Looks which hours there were; of days that began before `since` nothing is known. */
  begin(since: number, holidays: Holidays | null): void {
    const usual = this.#usual;
    this.#today = usual.today;
    const first = this.#today - WEEKS * HOURS_OF_WEEK;
    this.#span = { from: usual.wall.startOf(first), to: usual.wall.startOf(this.#today) };
    this.#isKnown = usual.wall.startOf(this.#today - WEEKS_MIN * HOURS_OF_WEEK) >= since;
    const classes = Array.from({ length: HOURS_OF_WEEK }, (): Shown[] => []);
    for (const shown of this.#isKnown ? this.#shown() : []) {
      const midnight = usual.wall.startOf(Math.floor(shown.hour / HOURS_OF_DAY) * HOURS_OF_DAY);
      if (midnight < since || isHoliday(holidays, shown.from)) continue;
      classes[hourOfWeek(usual.wall.zone, shown.from)]!.push(shown);
    }
    this.#classes = classes;
  }

  /** The stretches of an hour together. */
  #shown(): Iterable<Shown> {
    const hours = new Map<number, Shown>();
    for (const { from, to } of localHours(this.#usual.wall.zone, this.#span.from, this.#span.to)) {
      const hour = this.#usual.wall.hourOf(from);
      const known = hours.get(hour);
      if (known) known.ms += to - from;
      else hours.set(hour, { hour, from, ms: to - from });
    }
    return hours.values();
  }

  /** The class of an instant of these days, 0 to 167; null: it is of none. */
  classOf(at: number): number | null {
    const hour = this.#usual.wall.hourOf(at);
    const index = hourOfWeek(this.#usual.wall.zone, at);
    return this.#classes[index]?.some((shown) => shown.hour === hour) ? index : null;
  }

  /** Of a class, or of all hours together (null). */
  read(row: string, index: number | null): PeakRead {
    const hours = index === null ? this.#classes.flat() : (this.#classes[index] ?? []);
    const isTold = index === null ? this.#classes.some(isEnough) : isEnough(hours);
    if (!isTold) return TOO_FEW;
    const counts = hours.map(({ hour }) => this.#usual.countOf(row, hour));
    const counted = counts.reduce((sum, count) => sum + count, 0);
    const ms = hours.reduce((sum, one) => sum + one.ms, 0);
    const weeks = index === null ? [] : hours.map((one, i) => perHour(counts[i]!, one.ms));
    return {
      counted,
      hours: divRound(ms, HOUR_MS),
      value: perHour(counted, ms),
      low: weeks.length > 0 ? Math.min(...weeks) : null,
      high: weeks.length > 0 ? Math.max(...weeks) : null,
    };
  }
}

const isEnough = (hours: readonly Shown[]): boolean => hours.length >= WEEKS_MIN;
const perHour = (counted: number, ms: number): number => mulDivRound(counted, 1_000 * HOUR_MS, ms);

/** An hour is of the day that it begins on. */
const isHoliday = (holidays: Holidays | null, at: number): boolean =>
  holidays?.days.includes(Math.floor(localAt(holidays.zone, at) / DAY_MS)) === true;
