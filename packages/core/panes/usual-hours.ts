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

export const WEEKS = 8;
export const WEEKS_MIN = 4;
export const HOURS_OF_WEEK = 168;
export const HOURS_OF_DAY = 24;
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
  readonly hour: number | null;
  readonly day: number | null;
}

interface Row {
  /** By number of the hour, modulo its length. */
  readonly counts: Int32Array;
  /** Of the hours that are looked at: what the weeks before each make of it. It holds whenever that is. */
  readonly medians: Map<number, number | null>;
  /** null: it is to be told anew. */
  usual: Usual | null;
}

export class UsualHours {
  readonly #rows: Map<string, Row> = new Map();
  /** When hours began, those that were asked for. */
  readonly #starts: Map<number, number> = new Map();
  #zone: ZoneTable;
  #hour: number;
  /** Before it nothing is known. */
  #since = Number.POSITIVE_INFINITY;

  constructor(zone: ZoneTable, T: number) {
    this.#zone = zone;
    this.#hour = this.hourOf(T);
  }

  /** Begins anew at T, with nothing counted. */
  restart(zone: ZoneTable, T: number, since: number): void {
    this.#rows.clear();
    this.#starts.clear();
    this.#zone = zone;
    this.#since = since;
    this.#hour = this.hourOf(T);
  }

  get zone(): ZoneTable {
    return this.#zone;
  }

  /** The first hour of the day that log time lies in. */
  get today(): number {
    return Math.floor(this.#hour / HOURS_OF_DAY) * HOURS_OF_DAY;
  }

  hourOf(at: number): number {
    return Math.floor(localAt(this.#zone, at) / HOUR_MS);
  }

  /** What an hour counted, from the first one of 56 days before today on. */
  countOf(row: string, hour: number): number {
    return this.#rows.get(row)?.counts[slotOf(hour)] ?? 0;
  }

  /** Nothing before it is ever looked at again: a midnight, so that a day is forgotten at once. */
  get reachesTo(): number {
    return wholeDay(this.startOf(this.#hour)) - (REACH * HOUR_MS + DAY_MS);
  }

  /** Adds to a row at an instant; below 0: takes from it. */
  add(row: string, at: number, value: number): void {
    const known = this.#rowOf(row);
    const hour = this.hourOf(at);
    if (hour < this.#hour - REACH || hour > this.#hour + AHEAD) return;
    known.counts[slotOf(hour)]! += value;
    if (hour > this.#hour - HOURS_OF_WEEK) return;
    for (let week = 1; week <= WEEKS; week++) known.medians.delete(hour + week * HOURS_OF_WEEK);
    known.usual = null;
  }

  #rowOf(row: string): Row {
    const known = this.#rows.get(row);
    if (known) return known;
    const fresh: Row = { counts: new Int32Array(RING), medians: new Map(), usual: null };
    this.#rows.set(row, fresh);
    return fresh;
  }

  /** Adds all that a row counted to another, or takes it back. */
  merge(into: string, from: string, sign: 1 | -1): void {
    const source = this.#rows.get(from);
    if (!source) return;
    const target = this.#rowOf(into);
    source.counts.forEach((count, slot) => {
      target.counts[slot]! += sign * count;
    });
    target.medians.clear();
    target.usual = null;
  }

  /**
   * Moves log time. Null while no other hour began on the wall; else the rows of which something else is usual
   * now, or `all` where something is known now that was not.
   */
  advance(T: number, since: number): readonly string[] | 'all' | null {
    const was = this.#hour;
    // An hour that comes twice is one.
    const hour = Math.max(was, this.hourOf(T));
    if (hour === was) return null;
    if (since !== this.#since) this.#restartAt(since);
    const rows = [...this.#rows].map(([key, row]) => ({ key, row, before: this.#usualOf(row) }));
    const knew = this.#usualOf(UNCOUNTED());
    this.#hour = hour;
    for (const row of this.#rows.values()) this.#begin(row, hour - was);
    const knows = this.#usualOf(UNCOUNTED());
    if ((knew.hour === null) !== (knows.hour === null)) return 'all';
    if ((knew.day === null) !== (knows.day === null)) return 'all';
    return rows.flatMap(({ key, row, before }) => {
      const { hour: now, day } = this.#usualOf(row);
      return now === before.hour && day === before.day ? [] : [key];
    });
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
      row.counts[slotOf(this.#hour + AHEAD - back)] = 0;
    }
    for (const hour of row.medians.keys()) {
      if (hour < this.#hour - HOURS_OF_DAY) row.medians.delete(hour);
    }
    row.usual = null;
  }

  /**
   * For a window that ends now: of up to an hour, the part of the hour that it is long; of 24 h, the 24 hours
   * before this one. null: fewer weeks than needed since `since`, or no such window.
   */
  read(row: string, code: WindowCode, since: number): number | null {
    const minutes = MINUTES[code];
    if (minutes === undefined && code !== '24h') return null;
    if (since !== this.#since) this.#restartAt(since);
    const { hour, day } = this.#usualOf(this.#rows.get(row) ?? UNCOUNTED());
    if (minutes === undefined) return day === null ? null : divRound(day, 2);
    return hour === null ? null : divRound(hour * minutes, 2 * 60);
  }

  #usualOf(row: Row): Usual {
    if (row.usual) return row.usual;
    const hour = this.#medianOf(row, this.#hour);
    row.usual = { hour, day: hour === null ? null : this.#twiceDay(row) };
    return row.usual;
  }

  #twiceDay(row: Row): number | null {
    let sum = 0;
    for (let back = 1; back <= HOURS_OF_DAY; back++) {
      const hour = this.#hour - back;
      if (this.#lengthOf(hour) === 0) continue;
      const median = this.#medianOf(row, hour);
      if (median === null) return null;
      sum += median;
    }
    return sum;
  }

  #medianOf(row: Row, hour: number): number | null {
    const known = row.medians.get(hour);
    if (known !== undefined) return known;
    const median = this.#twiceMedian(row, hour);
    row.medians.set(hour, median);
    return median;
  }

  #twiceMedian({ counts: all }: Row, of: number): number | null {
    const counts: number[] = [];
    for (let week = 1; week <= WEEKS; week++) {
      const hour = of - week * HOURS_OF_WEEK;
      if (this.startOf(hour) < this.#since) break;
      const length = this.#lengthOf(hour);
      if (length === 0) continue;
      const count = all[slotOf(hour)]!;
      counts.push(length === HOUR_MS ? count : divRound(count * HOUR_MS, length));
    }
    if (counts.length < WEEKS_MIN) return null;
    counts.sort((a, b) => a - b);
    const middle = counts.length >> 1;
    return counts.length % 2 === 1 ? 2 * counts[middle]! : counts[middle - 1]! + counts[middle]!;
  }

  /** When the wall began to show an hour, or what follows it. */
  startOf(hour: number): number {
    const known = this.#starts.get(hour);
    if (known !== undefined) return known;
    // Those of long ago are not asked for again.
    if (this.#starts.size > 4 * RING) this.#starts.clear();
    const start = firstAt(this.#zone, hour * HOUR_MS);
    this.#starts.set(hour, start);
    return start;
  }

  /** How long the wall showed it, ms: 0 if it was skipped, two hours if it came twice. */
  #lengthOf(hour: number): number {
    return this.startOf(hour + 1) - this.startOf(hour);
  }
}

/** A row in which nothing was ever counted. */
const NOTHING = new Int32Array(RING);
const UNCOUNTED = (): Row => ({ counts: NOTHING, medians: new Map(), usual: null });

const slotOf = (hour: number): number => ((hour % RING) + RING) % RING;
