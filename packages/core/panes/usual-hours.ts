/**
 * What is usual at this hour of the week: the median of what the same hour on the wall counted in the last
 * weeks (metrics.md 0, `vsHow`). An hour is a number of hours since 1970 on the wall, so that a week back is
 * always as many. One that the clock skipped is left out; of one that came twice, or of which a part was
 * skipped, the count is told for 60 min.
 */
import type { WindowCode } from '../metrics/value.ts';
import { divRound } from '../num/integer.ts';
import { DAY_MS, HOUR_MS, wholeDay } from '../time/instant.ts';
import { firstAt, localAt, type ZoneTable } from '../time/zone.ts';

const WEEKS = 8;
const WEEKS_MIN = 4;
const HOURS_OF_WEEK = 168;
const HOURS_OF_DAY = 24;
/** An instant may lie a little ahead of log time. */
const AHEAD = 2;
/** The oldest hour of a day that ended just now, so many weeks back. */
const REACH: number = WEEKS * HOURS_OF_WEEK + HOURS_OF_DAY;
const RING: number = REACH + AHEAD + 1;
const MINUTES: Readonly<Partial<Record<WindowCode, number>>> = {
  ...{ '5m': 5, '15m': 15, '30m': 30, '60m': 60 },
};

/** Two times what is usual, so that a median of an even number of weeks is whole; null: too few weeks. */
interface Usual {
  readonly since: number;
  readonly hour: number | null;
  readonly day: number | null;
}

interface Row {
  /** By number of the hour, modulo its length. */
  readonly counts: Int32Array;
  /** null: it is to be told anew. */
  usual: Usual | null;
}

export class UsualHours {
  readonly #rows: Map<string, Row> = new Map();
  #zone: ZoneTable;
  #hour: number;

  constructor(zone: ZoneTable, T: number) {
    this.#zone = zone;
    this.#hour = this.#hourOf(T);
  }

  /** Begins anew at T, with nothing counted. */
  restart(zone: ZoneTable, T: number): void {
    this.#rows.clear();
    this.#zone = zone;
    this.#hour = this.#hourOf(T);
  }

  #hourOf(at: number): number {
    return Math.floor(localAt(this.#zone, at) / HOUR_MS);
  }

  /** Nothing before it is ever looked at again: a midnight, so that a day is forgotten at once. */
  get reachesTo(): number {
    return wholeDay(this.#startOf(this.#hour)) - (REACH * HOUR_MS + DAY_MS);
  }

  rows(): Iterable<string> {
    return this.#rows.keys();
  }

  /** Adds to a row at an instant; below 0: takes from it. */
  add(row: string, at: number, value: number): void {
    const hour = this.#hourOf(at);
    if (hour < this.#hour - REACH || hour > this.#hour + AHEAD) return;
    const known = this.#rows.get(row) ?? this.#newRow(row);
    known.counts[slotOf(hour)]! += value;
    if (hour <= this.#hour - HOURS_OF_WEEK) known.usual = null;
  }

  #newRow(row: string): Row {
    const fresh = { counts: new Int32Array(RING), usual: null };
    this.#rows.set(row, fresh);
    return fresh;
  }

  /** Adds all that a row counted to another, or takes it back. */
  merge(into: string, from: string, sign: 1 | -1): void {
    const source = this.#rows.get(from);
    if (!source) return;
    const target = this.#rows.get(into) ?? this.#newRow(into);
    source.counts.forEach((count, slot) => {
      target.counts[slot]! += sign * count;
    });
    target.usual = null;
  }

  /** Moves log time. True if another hour began on the wall. */
  advance(T: number): boolean {
    const was = this.#hour;
    // An hour that comes twice is one.
    this.#hour = Math.max(was, this.#hourOf(T));
    if (this.#hour === was) return false;
    const begun = Math.min(this.#hour - was, RING);
    for (const row of this.#rows.values()) {
      for (let back = 0; back < begun; back++) row.counts[slotOf(this.#hour + AHEAD - back)] = 0;
      row.usual = null;
    }
    return true;
  }

  /**
   * For a window that ends now: of up to an hour, the part of the hour that it is long; of 24 h, the 24 hours
   * before this one. null: fewer weeks than needed since `since`, or no such window.
   */
  read(row: string, code: WindowCode, since: number): number | null {
    const minutes = MINUTES[code];
    if (minutes === undefined && code !== '24h') return null;
    const { hour, day } = this.#usualOf(row, since);
    if (minutes === undefined) return day === null ? null : divRound(day, 2);
    return hour === null ? null : divRound(hour * minutes, 2 * 60);
  }

  #usualOf(row: string, since: number): Usual {
    const known = this.#rows.get(row);
    if (known?.usual?.since === since) return known.usual;
    const hour = this.#twiceMedian(known, this.#hour, since);
    const usual = { since, hour, day: hour === null ? null : this.#twiceDay(known, since) };
    if (known) known.usual = usual;
    return usual;
  }

  #twiceDay(row: Row | undefined, since: number): number | null {
    let sum = 0;
    for (let back = 1; back <= HOURS_OF_DAY; back++) {
      const hour = this.#hour - back;
      if (this.#lengthOf(hour) === 0) continue;
      const median = this.#twiceMedian(row, hour, since);
      if (median === null) return null;
      sum += median;
    }
    return sum;
  }

  #twiceMedian(row: Row | undefined, of: number, since: number): number | null {
    const counts: number[] = [];
    for (let week = 1; week <= WEEKS; week++) {
      const hour = of - week * HOURS_OF_WEEK;
      const length = this.#lengthOf(hour);
      if (this.#startOf(hour) < since) break;
      if (length === 0) continue;
      const count = row?.counts[slotOf(hour)] ?? 0;
      counts.push(length === HOUR_MS ? count : divRound(count * HOUR_MS, length));
    }
    if (counts.length < WEEKS_MIN) return null;
    counts.sort((a, b) => a - b);
    const middle = counts.length >> 1;
    return counts.length % 2 === 1 ? 2 * counts[middle]! : counts[middle - 1]! + counts[middle]!;
  }

  #startOf(hour: number): number {
    return firstAt(this.#zone, hour * HOUR_MS);
  }

  /** How long the wall showed it, ms: 0 if it was skipped, two hours if it came twice. */
  #lengthOf(hour: number): number {
    return this.#startOf(hour + 1) - this.#startOf(hour);
  }
}

const slotOf = (hour: number): number => ((hour % RING) + RING) % RING;
