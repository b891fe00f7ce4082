/** The hours that the wall shows: each a number of hours since 1970 there. */
import { HOUR_MS } from '../time/instant.ts';
import { firstAt, localAt, type ZoneTable } from '../time/zone.ts';

/** Some more than are asked for at one time. */
const STARTS_MAX = 6_000;

export class WallHours {
  readonly zone: ZoneTable;
  /** When hours began, those that were asked for. */
  readonly #starts: Map<number, number> = new Map();

  constructor(zone: ZoneTable) {
    this.zone = zone;
  }

  hourOf(at: number): number {
    return Math.floor(localAt(this.zone, at) / HOUR_MS);
  }

  /** When the wall began to show an hour, or what follows it. */
  startOf(hour: number): number {
    const known = this.#starts.get(hour);
    if (known !== undefined) return known;
    // Those of long ago are not asked for again.
    if (this.#starts.size > STARTS_MAX) this.#starts.clear();
    const start = firstAt(this.zone, hour * HOUR_MS);
    this.#starts.set(hour, start);
    return start;
  }

  /** How long the wall showed it, ms: 0 if it was skipped, two hours if it came twice. */
  lengthOf(hour: number): number {
    return this.startOf(hour + 1) - this.startOf(hour);
  }
}
