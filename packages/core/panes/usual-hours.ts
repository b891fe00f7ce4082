/**
 * What is usual at this hour of the week: the median of what the same hour on the wall counted in the last
 * weeks, or of the share that it came to (metrics.md 0, `vsHow`). An hour is a number of hours since 1970 on the
 * wall, so that a week back is always as many. One that the clock skipped is left out; of one that came twice, or
 * of which a part was skipped, a count is told for 60 min.
 */
import type { WindowCode } from '../metrics/value.ts';
import { divRound } from '../num/integer.ts';
import { DAY_MS, HOUR_MS, wholeDay } from '../time/instant.ts';
import type { ZoneTable } from '../time/zone.ts';
import { WallHours } from './wall-hours.ts';

export const WEEKS = 8;
export const WEEKS_MIN = 4;
export const HOURS_OF_WEEK = 168;
export const HOURS_OF_DAY = 24;
/** An instant may lie a little ahead of log time. */
const AHEAD = 2;
/** A business day may have an hour more. */
const HOURS_MAX: number = HOURS_OF_DAY + 1;
/** The oldest hour of a day that ended just now, so many weeks back. */
const REACH: number = WEEKS * HOURS_OF_WEEK + HOURS_MAX;
const RING: number = REACH + AHEAD + 1;
const MINUTES: Readonly<Partial<Record<WindowCode, number>>> = {
  ...{ '5m': 5, '15m': 15, '30m': 30, '60m': 60 },
};

/** Two times what is usual, so that a median of an even number of weeks is whole; null: too few weeks. */
interface Usual {
  readonly hour: number | null;
  readonly day: number | null;
  readonly business: number | null;
}

interface Row {
  /** By number of the hour, modulo its length. */
  readonly counts: Int32Array;
  /** What those are counted among; null: they are no part of anything. */
  readonly among: Int32Array | null;
  /** Of counts, and the hours that are looked at: what the weeks before each make of it. It holds whenever that is. */
  readonly medians: Map<number, number | null>;
  /** null: it is to be told anew. */
  usual: Usual | null;
}

export class UsualHours {
  readonly #rows: Map<string, Row> = new Map();
  #wall: WallHours;
  #hour: number;
  /** Before it nothing is known. */
  #since = Number.POSITIVE_INFINITY;
  /** When the business day began. */
  #reset = Number.NEGATIVE_INFINITY;

  constructor(zone: ZoneTable, T: number) {
    this.#wall = new WallHours(zone);
    this.#hour = this.#wall.hourOf(T);
  }

  /** Begins anew at T, with nothing counted. */
  restart(zone: ZoneTable, T: number, since: number, reset: number): void {
    this.#rows.clear();
    this.#wall = new WallHours(zone);
    this.#since = since;
    this.#reset = reset;
    this.#hour = this.#wall.hourOf(T);
  }

  get wall(): WallHours {
    return this.#wall;
  }

  /** The first hour of the day that log time lies in. */
  get today(): number {
    return Math.floor(this.#hour / HOURS_OF_DAY) * HOURS_OF_DAY;
  }

  /** What an hour counted, from the first one of 56 days before today on. */
  countOf(row: string, hour: number): number {
    return this.#rows.get(row)?.counts[slotOf(hour)] ?? 0;
  }

  /** Nothing before it is ever looked at again: a midnight, so that a day is forgotten at once. */
  get reachesTo(): number {
    return wholeDay(this.#wall.startOf(this.#hour)) - (REACH * HOUR_MS + DAY_MS);
  }

  /** Adds to a row at an instant, and to what it is a part of; below 0: takes from it. */
  add(row: string, at: number, value: number, among: number | null = null): void {
    const known = this.#rowOf(row, among !== null);
    const hour = this.#wall.hourOf(at);
    if (hour < this.#hour - REACH || hour > this.#hour + AHEAD) return;
    known.counts[slotOf(hour)]! += value;
    if (known.among) known.among[slotOf(hour)]! += among!;
    if (hour > this.#hour - HOURS_OF_WEEK) return;
    for (let week = 1; week <= WEEKS; week++) known.medians.delete(hour + week * HOURS_OF_WEEK);
    known.usual = null;
  }

  #rowOf(row: string, isShare: boolean): Row {
    const known = this.#rows.get(row);
    if (known) return known;
    const among = isShare ? new Int32Array(RING) : null;
    const fresh: Row = { counts: new Int32Array(RING), among, medians: new Map(), usual: null };
    this.#rows.set(row, fresh);
    return fresh;
  }

  /** Adds all that a row counted to another, or takes it back. */
  merge(into: string, from: string, sign: 1 | -1): void {
    const source = this.#rows.get(from);
    if (!source) return;
    const target = this.#rowOf(into, source.among !== null);
    source.counts.forEach((count, slot) => {
      target.counts[slot]! += sign * count;
    });
    source.among?.forEach((count, slot) => {
      target.among![slot]! += sign * count;
    });
    target.medians.clear();
    target.usual = null;
  }

  /**
   * Moves log time; `reset` is when its business day began. Null while no other hour began on the wall, nor a day;
   * else the rows of which something else is usual now, or `all` where of counts something is known now that was
   * not, or the other way round.
   */
  advance(T: number, since: number, reset: number): readonly string[] | 'all' | null {
    const was = this.#hour;
    // An hour that comes twice is one.
    const hour = Math.max(was, this.#wall.hourOf(T));
    if (hour === was && reset === this.#reset) return null;
    if (since !== this.#since) this.#restartAt(since);
    const rows = [...this.#rows].map(([key, row]) => ({ key, row, before: this.#usualOf(row) }));
    const knew = this.#usualOf(UNCOUNTED());
    this.#hour = hour;
    this.#reset = reset;
    for (const row of this.#rows.values()) this.#begin(row, hour - was);
    if (!isKnownAlike(knew, this.#usualOf(UNCOUNTED()))) return 'all';
    return rows.flatMap(({ key, row, before }) =>
      isSame(this.#usualOf(row), before) ? [] : [key],
    );
  }

  #restartAt(since: number): void {
    this.#since = since;
    for (const row of this.#rows.values()) {
      row.medians.clear();
      row.usual = null;
    }
  }

  #begin(row: Row, hours: number): void {
    for (let back = 0; back < Math.min(hours, RING); back++) {
      const slot = slotOf(this.#hour + AHEAD - back);
      row.counts[slot] = 0;
      if (row.among) row.among[slot] = 0;
    }
    for (const hour of row.medians.keys()) {
      if (hour < this.#hour - HOURS_MAX) row.medians.delete(hour);
    }
    row.usual = null;
  }

  /**
   * For a window that ends now: of up to an hour, the part of the hour that it is long, or the share of the hour; of
   * 24 h, the 24 hours before this one; of the business day, its hours before this one. null: fewer weeks than needed
   * since `since`, no such hour or no such window.
   */
  read(row: string, code: WindowCode, since: number, isShare = false): number | null {
    if (since !== this.#since) this.#restartAt(since);
    const known = this.#rows.get(row);
    // Of nothing there is no share.
    if (isShare && !known) return null;
    const { hour, day, business } = this.#usualOf(known ?? UNCOUNTED());
    const minutes = MINUTES[code];
    if (minutes !== undefined) {
      return hour === null ? null : divRound(isShare ? hour * 60 : hour * minutes, 2 * 60);
    }
    const whole = code === '24h' ? day : code === 'bday' ? business : null;
    return whole === null ? null : divRound(whole, 2);
  }

  #usualOf(row: Row): Usual {
    row.usual ??= this.#usualNow(row);
    return row.usual;
  }

  #usualNow(row: Row): Usual {
    const now = this.#hour;
    const hour = this.#over(row, this.#hours(now, now + 1));
    // A count is told of a day where it is told of an hour.
    const isDay = row.among !== null || hour !== null;
    return {
      hour,
      day: isDay ? this.#over(row, this.#hours(now - HOURS_OF_DAY, now)) : null,
      business: this.#over(row, this.#hours(this.#firstHour, now)),
    };
  }

  /** Of the business day; one that did not begin with an hour has none. */
  get #firstHour(): number {
    const first = Math.max(this.#wall.hourOf(this.#reset), this.#hour - HOURS_MAX);
    return this.#wall.startOf(first) === this.#reset ? first : this.#hour;
  }

  /** Those of [from, to) that the wall showed. */
  #hours(from: number, to: number): number[] {
    const hours: number[] = [];
    for (let hour = from; hour < to; hour++) if (this.#wall.lengthOf(hour) > 0) hours.push(hour);
    return hours;
  }

  /** Of a count the sum of what is usual of each; a share is that of all of them together. */
  #over(row: Row, hours: readonly number[]): number | null {
    if (hours.length === 0) return null;
    if (row.among) return this.#share(row.counts, row.among, hours);
    let sum = 0;
    for (const hour of hours) {
      const median = this.#medianOf(row, hour);
      if (median === null) return null;
      sum += median;
    }
    return sum;
  }

  #medianOf(row: Row, hour: number): number | null {
    const known = row.medians.get(hour);
    if (known !== undefined) return known;
    const median = this.#count(row.counts, hour);
    row.medians.set(hour, median);
    return median;
  }

  #count(all: Int32Array, of: number): number | null {
    const counts: number[] = [];
    for (let week = 1; week <= WEEKS; week++) {
      const hour = of - week * HOURS_OF_WEEK;
      if (this.#wall.startOf(hour) < this.#since) break;
      const length = this.#wall.lengthOf(hour);
      if (length === 0) continue;
      const count = all[slotOf(hour)]!;
      counts.push(length === HOUR_MS ? count : divRound(count * HOUR_MS, length));
    }
    return twiceMedian(counts);
  }

  /** Of the weeks of which all the hours are known, and in which there was anything. */
  #share(counts: Int32Array, among: Int32Array, hours: readonly number[]): number | null {
    const shares: number[] = [];
    for (let week = 1; week <= WEEKS; week++) {
      if (this.#wall.startOf(hours[0]! - week * HOURS_OF_WEEK) < this.#since) break;
      let [num, den] = [0, 0];
      for (const hour of hours) {
        const slot = slotOf(hour - week * HOURS_OF_WEEK);
        num += counts[slot]!;
        den += among[slot]!;
      }
      if (den > 0) shares.push(divRound(num * 1_000_000, den));
    }
    return twiceMedian(shares);
  }
}

/** A row in which nothing was ever counted. */
const NOTHING = new Int32Array(RING);
const UNCOUNTED = (): Row => ({ counts: NOTHING, among: null, medians: new Map(), usual: null });

const isSame = (a: Usual, b: Usual): boolean =>
  a.hour === b.hour && a.day === b.day && a.business === b.business;

const isKnownAlike = (a: Usual, b: Usual): boolean =>
  (a.hour === null) === (b.hour === null) &&
  (a.day === null) === (b.day === null) &&
  (a.business === null) === (b.business === null);

/** null: there are too few. */
function twiceMedian(values: number[]): number | null {
  if (values.length < WEEKS_MIN) return null;
  values.sort((a, b) => a - b);
  const middle = values.length >> 1;
  return values.length % 2 === 1 ? 2 * values[middle]! : values[middle - 1]! + values[middle]!;
}

const slotOf = (hour: number): number => ((hour % RING) + RING) % RING;
