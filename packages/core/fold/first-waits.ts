/**
 * Waits for a first reply that some window of up to a day still reaches, and what they say of how long
 * one takes (metrics.md 3.3). Nothing of it is stored: conversations tell it again.
 */
import { businessMs } from '../conversation/business.ts';
import type { FirstWait } from '../conversation/first-wait.ts';
import type { Interval } from '../conversation/intervals.ts';
import type { Conversation } from '../conversation/model.ts';
import type { HandledBy } from '../conversation/transition.ts';
import type { BusinessClock } from '../directory/calendar.ts';
import { CATALOGUE } from '../metrics/catalogue.ts';
import { OTHER } from '../metrics/dimensions.ts';
import type { RowsOf } from '../metrics/rows.ts';
import type { Censored, Clock } from '../metrics/value.ts';
import { type AtRisk, censoredQuantiles, type Waits } from '../panes/censored.ts';
import { FINEST_MS } from '../panes/window.ts';
import { DAY_MS, HOUR_MS } from '../time/instant.ts';
import type { ShownSeries } from './shown-series.ts';

/** A day in which the clock is set back, and a pane. */
const REACH_MS: number = DAY_MS + 2 * HOUR_MS;

interface Within {
  /** A: the window is [from, T]; T is the last edge of a pane, so that a value holds until it is told anew. */
  readonly from: number;
  readonly T: number;
  readonly clock: Clock;
}

export interface FirstWaitsDeps {
  readonly T: () => number;
  /** null: no hours are declared. */
  readonly hours: () => BusinessClock | null;
  readonly rowsOf: () => RowsOf;
  readonly shown: Pick<ShownSeries, 'placesOf' | 'wouldStandIn' | 'touch'>;
}

interface Held {
  readonly wait: FirstWait;
  readonly handledBy: HandledBy;
  /** Shown or not: which of them are may be otherwise in an hour. */
  readonly rows: readonly string[];
}

const CENSORED = CATALOGUE.filter(({ censored }) => censored);

export class FirstWaits {
  readonly #deps: FirstWaitsDeps;
  readonly #waits: Map<string, Held> = new Map();
  readonly #byRow: Map<string, Set<FirstWait>> = new Map();

  constructor(deps: FirstWaitsDeps) {
    this.#deps = deps;
  }

  /** null: it waits for none, or nobody can say. */
  set(conversation: string, wait: FirstWait | null, handledBy: HandledBy): void {
    if (!wait || !isReached(wait, this.#deps.T())) {
      this.drop(conversation);
      return;
    }
    const known = this.#waits.get(conversation);
    const isSame =
      known?.handledBy === handledBy && JSON.stringify(known.wait) === JSON.stringify(wait);
    if (!isSame) this.#place(conversation, wait, handledBy);
  }

  #place(conversation: string, wait: FirstWait, handledBy: HandledBy): void {
    this.drop(conversation);
    const rowsOf = this.#deps.rowsOf();
    const rows = CENSORED.flatMap((metric) => rowsOf(metric, { dims: wait.dims, handledBy }));
    this.#waits.set(conversation, { wait, handledBy, rows });
    for (const row of rows) {
      const waits = this.#byRow.get(row) ?? new Set();
      this.#byRow.set(row, waits.add(wait));
      for (const place of this.#deps.shown.placesOf(row)) this.#deps.shown.touch(place);
    }
  }

  /** Nobody can say, or no window reaches it any longer. */
  drop(conversation: string): void {
    const known = this.#waits.get(conversation);
    if (!known) return;
    this.#waits.delete(conversation);
    for (const row of known.rows) {
      const waits = this.#byRow.get(row)!;
      waits.delete(known.wait);
      if (waits.size === 0) this.#byRow.delete(row);
      this.#touch(row);
    }
  }

  /** Other rows are kept than before. */
  placeAll(): void {
    for (const [id, { wait, handledBy }] of [...this.#waits]) this.#place(id, wait, handledBy);
  }

  /** As it was derived before a restart; `tell` tells its wait, which is looked at only where it may count. */
  restore({ id, transitions, handledBy }: Conversation, tell: () => FirstWait | null): void {
    if (mayWait(transitions, this.#deps.T())) this.set(id, tell(), handledBy);
  }

  /** At each whole hour. */
  advance(T: number): void {
    for (const [id, { wait }] of this.#waits) if (!isReached(wait, T)) this.drop(id);
  }

  /** Who waits has waited longer; a row in which nobody does is as it was. */
  passEdge(): void {
    for (const row of this.#byRow.keys()) this.#touch(row);
  }

  #touch(row: string): void {
    const { shown } = this.#deps;
    for (const place of shown.wouldStandIn(row)) shown.touch(place);
  }

  /** Of a row in the window that begins at `from`, up to the last edge of a pane. */
  read(row: string, from: number, clock: Clock): Censored {
    const { T, hours } = this.#deps;
    const within = { from, T: Math.floor(T() / FINEST_MS) * FINEST_MS, clock };
    const waits: Counted = { atRisk: [], ended: [], owed: [], n: 0 };
    for (const wait of this.#waitsIn(row)) count(wait, within, hours(), waits);
    const [p50, p90] = censoredQuantiles(waits, [50, 90]) ?? [];
    return {
      n: waits.n,
      p50: p50?.ms ?? null,
      p90: p90?.ms ?? null,
      p50AtLeast: p50?.isAtLeast ?? false,
      p90AtLeast: p90?.isAtLeast ?? false,
    };
  }

  /** What stands in several rows that are told together counts there once. */
  #waitsIn(row: string): Iterable<FirstWait> {
    if (!row.includes(OTHER)) return this.#byRow.get(row) ?? [];
    const waits = new Set<FirstWait>();
    for (const [one, own] of this.#byRow) {
      if (!this.#deps.shown.wouldStandIn(one).includes(row)) continue;
      for (const wait of own) waits.add(wait);
    }
    return waits;
  }
}

const isReached = ({ end }: FirstWait, T: number): boolean => end === null || end >= T - REACH_MS;

/** What was derived tells whether its first wait may still be reached, without telling its story. */
function mayWait(transitions: Conversation['transitions'], T: number): boolean {
  const end = transitions.find(
    ({ kind }) => kind === 'turn_answered.first' || kind === 'turn_dropped',
  );
  return end ? end.at >= T - REACH_MS : transitions.some(({ kind }) => kind === 'turn_opened');
}

interface Counted extends Waits {
  readonly atRisk: AtRisk[];
  readonly ended: number[];
  readonly owed: number[];
  n: number;
}

/** Adds what one conversation says of the window. */
function count(wait: FirstWait, within: Within, hours: BusinessClock | null, to: Counted): void {
  const { from, T } = within;
  const ageAt = within.clock === 'wall' ? wallAge(wait) : openAge(wait, hours);
  // One whose clock is ahead was answered now.
  const end = wait.end === null || wait.end > T ? null : wait.end;
  const isAnswered = wait.isAnswered && Math.min(wait.end!, T) >= from;
  const until = isAnswered ? wait.end! : (end ?? T);
  const before = to.atRisk.length;
  for (const one of wait.owed) {
    const risk = riskOf(one, { from, until }, ageAt);
    if (risk) to.atRisk.push(risk);
  }
  if (isAnswered) {
    const age = Math.max(1, ageAt(wait.end!));
    if (!(to.atRisk.length > before && to.atRisk.at(-1)!.to >= age)) {
      to.atRisk.push({ from: age, to: age });
    }
    to.ended.push(age);
  }
  const isOwedNow =
    !isAnswered && end === null && wait.owed.some((one) => one.from <= T && T < one.to);
  if (isOwedNow) to.owed.push(ageAt(T));
  if (isOwedNow || to.atRisk.length > before) to.n += 1;
}

/** Ages just before which it was owed, at instants of the window. */
function riskOf(
  owed: Interval,
  { from, until }: { readonly from: number; readonly until: number },
  ageAt: (instant: number) => number,
): AtRisk | null {
  const last = Math.min(owed.to, until);
  if (last < from || last <= owed.from) return null;
  const begun = ageAt(owed.from) + 1;
  const risk = {
    from: owed.from < from ? Math.max(begun, ageAt(from)) : begun,
    to: ageAt(last),
  };
  return risk.from <= risk.to ? risk : null;
}

const wallAge =
  ({ from }: FirstWait) =>
  (instant: number): number =>
    instant - from;

/** Open ms since S by whose hours count; where nobody has any, all of it. */
function openAge(
  { from, account, teams }: FirstWait,
  hours: BusinessClock | null,
): (instant: number) => number {
  return (instant) => {
    const stretches = teams.flatMap(({ from: start, team }, i) => {
      const to = Math.min(teams[i + 1]?.from ?? instant, instant);
      return start < to ? [{ from: start, to, team }] : [];
    });
    return (hours && businessMs(hours, account, stretches)) ?? Math.max(0, instant - from);
  };
}
