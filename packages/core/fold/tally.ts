/**
 * What the transitions of a workspace count under: rows as its tree declares them, windows as its
 * calendar has them, and days once a conversation tells no more of them.
 */
import type { Conversation } from '../conversation/model.ts';
import { SUMMARY_AFTER_MS } from '../conversation/past.ts';
import type { HandledBy, Transition } from '../conversation/transition.ts';
import { type CalendarVersion, PLAIN_CALENDAR } from '../directory/calendar.ts';
import type { WorkspaceConfig } from '../directory/config.ts';
import { businessDays, calendarDays, calendarsSince } from '../directory/local-days.ts';
import { metricDefinition } from '../metrics/catalogue.ts';
import { besideCell, isModeCell, rowOfCell } from '../metrics/cell-names.ts';
import { declaredRows, type RowsOf, rowsUnder } from '../metrics/rows.ts';
import { parseSeriesKey, rowsName, seriesKey, type WindowCode } from '../metrics/value.ts';
import { isPastCell, pastCell, Weights, workOf } from '../metrics/weights.ts';
import { createWindowsState, isOfPair, type WindowsState } from '../metrics/windows-state.ts';
import { UsualHours } from '../panes/usual-hours.ts';
import type { Days } from '../panes/window.ts';
import { DAY_MS } from '../time/instant.ts';
import { UTC, type ZoneTable } from '../time/zone.ts';
import type { Dimension } from '../tree/dimensions.ts';
import {
  type Contribution,
  contributionsOf,
  type Move,
  movesOf,
  newestMarks,
  type Told,
} from './contributions.ts';
import type { ConversationShelf } from './conversation-shelf.ts';
import { amongOf, Counts, countedIn, hasUsual, metricOf } from './counts.ts';
import { Customers, DEEDS } from './customers.ts';
import { PastDays } from './past-days.ts';
import { PastQuarters } from './past-quarters.ts';
import { PeakRows } from './peak-rows.ts';
import type { ShownSeries } from './shown-series.ts';

type By = WorkspaceConfig['by'];

export interface TallyDeps {
  readonly shown: ShownSeries;
  readonly conversations: Pick<ConversationShelf, 'ids' | 'view'>;
  /** Log time of the first record; before it now. */
  readonly firstAt: () => number;
  /** A stored field is to be stored anew. */
  readonly changed: (field: string) => void;
  /** What is derived now counts in place of what was. */
  readonly moved: (move: Move) => void;
  /** What money is told by, and costs are restricted to. */
  readonly weighedBy: () => Iterable<Dimension>;
}

export class Tally {
  readonly #deps: TallyDeps;
  #days = daysIn([], 0);
  readonly windows: WindowsState = createWindowsState(this.#days);
  readonly usual: UsualHours = new UsualHours(UTC, 0);
  readonly peaks: PeakRows;
  readonly weights: Weights;
  readonly pastDays: PastDays = new PastDays();
  readonly pastQuarters: PastQuarters = new PastQuarters();
  readonly rowsSince: Map<string, number> = new Map();
  readonly #counts: Counts;
  #firstDay = 0;
  readonly #customers: readonly Customers[];
  rowsOf: RowsOf = rowsUnder(undefined);

  constructor(deps: TallyDeps) {
    this.#deps = deps;
    this.peaks = new PeakRows(this.usual, deps.shown);
    this.#counts = new Counts(this.windows, this.usual, this.peaks, deps.shown);
    this.#customers = DEEDS.map((deed) => new Customers(this.windows, deps.shown, deed));
    this.weights = new Weights(this.windows, (dimension, value) =>
      deps.shown.seeMoney(dimension, value),
    );
  }

  toldOf({ id, handledBy }: Pick<Conversation, 'id' | 'handledBy'>): Told {
    return { conversation: id, rowsOf: this.rowsOf, handledBy };
  }

  /** `2026-06-10`: the day of the calendar that begins at `start`. */
  dateOf(start: number): string {
    return this.#days.calendar.dateOf(start);
  }

  advance(T: number): void {
    const { shown, changed } = this.#deps;
    for (const row of this.windows.advance(T)) {
      if (isOfPair(row)) shown.pairs.moved(row);
      else if (shown.rows.has(row)) shown.touch(row);
    }
    this.weights.advance(T);
    const { fromBefore } = this.windows.span('90d');
    if (fromBefore !== this.#firstDay) shown.touchScores();
    this.#firstDay = fromBefore;
    for (const customers of this.#customers) customers.dropBefore(fromBefore);
    this.pastDays.dropBefore(fromBefore, this.#reachOf, (cell) => changed(`day/${cell}`));
    const reset = this.windows.span('bday').from;
    const others = this.usual.advance(T, this.#deps.firstAt(), reset);
    if (others) this.#beginHour(others);
  }

  /** What is usual at this hour of the week; null: nobody knows. */
  usualOf(row: string, code: WindowCode): number | null {
    return this.usual.read(row, code, this.countsSince(row), metricOf(row).form === 'RATIO');
  }

  /** What is usual is another. */
  #beginHour(others: readonly string[] | 'all'): void {
    const { shown, changed } = this.#deps;
    const rows = others === 'all' ? shown.keys() : others;
    for (const row of rows) if (hasUsual(metricOf(row), row)) shown.touch(row);
    this.peaks.advance(this.#deps.firstAt());
    this.pastQuarters.dropBefore(this.usual.reachesTo, (row) => changed(`quarter/${row}`));
  }

  /** How many windows are full, of rows that began together. */
  full(): number {
    const begins = new Set([...this.rowsSince.keys()].map((rows) => this.#since(rows)));
    let full = 0;
    for (const at of begins.add(this.#deps.firstAt())) full += this.windows.fullSince(at);
    return full;
  }

  /**
   * Since when a row counts all there was: of what was summarised before it was declared nothing is known
   * of its dimension. A day is left for what conversations date ahead of their news.
   */
  countsSince(row: string): number {
    return this.#since(rowsName(row));
  }

  #since(rows: string | null): number {
    const firstAt = this.#deps.firstAt();
    // A pair is declared by the first of its dimensions.
    const since = this.rowsSince.get(rows ?? '') ?? this.rowsSince.get(rows?.split(',')[0] ?? '');
    return since === undefined ? firstAt : Math.max(firstAt, since - SUMMARY_AFTER_MS + DAY_MS);
  }

  /** Counts what is derived now in place of what was; what moved by that. */
  replace(
    conversation: Conversation,
    derived: Pick<Conversation, 'transitions' | 'handledBy' | 'asked'>,
    { added, retracted }: Readonly<Record<'added' | 'retracted', readonly Transition[]>>,
  ): readonly Move[] {
    const was = this.toldOf(conversation);
    const told = { ...was, handledBy: derived.handledBy };
    const isNew = told.handledBy !== was.handledBy;
    for (const customers of this.#customers) {
      customers.replace(conversation, { ...derived, id: conversation.id }, this.rowsOf);
    }
    if (!isNew && added.length + retracted.length === 0) return [];
    const { marks, transitions } = conversation;
    // Who handled it stands with all that it ever counted.
    const [gone, come] = isNew ? [transitions, derived.transitions] : [retracted, added];
    const moves = this.#move(gone, was, come, told);
    for (const move of moves) this.#deps.moved(move);
    this.#weigh(gone, was.handledBy, -1);
    this.#weigh(come, told.handledBy, 1);
    const before = [...marks, ...transitions];
    this.#counts.replaceMarks(before, was, [...marks, ...derived.transitions], told);
    return moves;
  }

  #move(
    before: readonly Transition[],
    was: Told,
    after: readonly Transition[],
    told: Told,
  ): readonly Move[] {
    const gone = before.flatMap((t) => contributionsOf(t, was));
    const come = after.flatMap((t) => contributionsOf(t, told));
    const moves = movesOf(gone, come);
    for (const move of moves) this.#counts.move(move);
    return moves;
  }

  /** What weighs otherwise in a span that is over changes what every value cost in it. */
  #weigh(transitions: readonly Transition[], by: HandledBy, sign: 1 | -1): void {
    let isPast = false;
    for (const t of transitions) {
      const work = workOf(t, by);
      if (work && this.weights.add(work, sign)) isPast = true;
    }
    if (isPast) this.#deps.shown.touchCosts();
  }

  /** Weighs all there is anew where costs are restricted to what nothing was weighed by. */
  reweigh(T: number): void {
    if (this.weights.keeps(this.#deps.weighedBy())) return;
    const { conversations } = this.#deps;
    this.weights.restart(this.#deps.weighedBy(), T);
    for (const id of conversations.ids()) {
      const { transitions, handledBy } = conversations.view(id);
      this.#weigh(transitions, handledBy, 1);
    }
    this.#weighPast();
  }

  #weighPast(): void {
    for (const [cell, day, pane] of this.pastDays.panes()) {
      if (isPastCell(cell)) this.weights.addDay(cell, day, pane);
    }
  }

  /** Shows those of too many values that counted most; true if others than before are shown. */
  rank(countedNow: (row: string) => number): boolean {
    const flips = this.#deps.shown.rank(
      (row) => countedIn(this.windows, rankedBy(row)) + countedNow(row),
    );
    for (const flip of flips) this.#counts.flip(flip);
    this.#deps.shown.pairs.rank();
    return flips.length > 0;
  }

  /** The tree asks for other rows than before: all that still counts is told in them, one after the other. */
  *retelling(was: By, now: By, T: number): Generator<Conversation> {
    const { shown, conversations } = this.#deps;
    const before = this.rowsOf;
    this.#noteRows(was, now, T);
    this.declare(now);
    shown.configured();
    this.weights.restart(this.#deps.weighedBy(), T);
    for (const id of conversations.ids()) {
      const conversation = conversations.view(id);
      const { transitions } = conversation;
      const told = this.toldOf(conversation);
      const wasTold = { ...told, rowsOf: before };
      this.#move(transitions, wasTold, transitions, told);
      this.#weigh(transitions, told.handledBy, 1);
      const marks = [...conversation.marks, ...transitions];
      this.#counts.replaceMarks(marks, wasTold, marks, told);
      yield conversation;
    }
    for (const customers of this.#customers) customers.retell(before, this.rowsOf);
    this.#weighPast();
  }

  declare(by: By): void {
    this.rowsOf = rowsUnder(by);
  }

  #noteRows(was: By, by: By, T: number): void {
    const [before, now] = [declaredRows(was), declaredRows(by)];
    for (const rows of this.rowsSince.keys()) if (!now.has(rows)) this.rowsSince.delete(rows);
    for (const rows of now) if (!before.has(rows)) this.rowsSince.set(rows, T);
    this.#deps.changed('since');
  }

  /**
   * What a conversation counted, once `summarise` makes it forget that, lives on in days, and in the
   * marks by which it is told from others.
   */
  forget(conversation: Conversation, summarise: () => void): void {
    const told = this.toldOf(conversation);
    const { transitions, marks } = conversation;
    const marked = [...marks, ...transitions];
    summarise();
    const forgotten = transitions.filter((t) => !conversation.transitions.includes(t));
    for (const t of forgotten) {
      for (const contribution of contributionsOf(t, told)) {
        this.#keepDay(contribution);
        this.#keepQuarter(contribution);
      }
      this.#keepWork(t, told.handledBy);
    }
    conversation.marks = newestMarks(marked);
    const kept = [...conversation.marks, ...conversation.transitions];
    this.#counts.replaceMarks(marked, told, kept, told);
  }

  #keepDay({ metric, rows, at, value, beside }: Contribution): void {
    // Of counts a day that is over may be corrected, whatever they are told over.
    if (metric.form === 'DIST' && !metric.windows.includes('90d')) return;
    const day = this.windows.dayOf(at);
    const { changed } = this.#deps;
    for (const row of rows) {
      if (day < this.#reachOf(row)) continue;
      this.pastDays.add(row, day, value, metric.form === 'DUR');
      changed(`day/${row}`);
      if (beside === null) continue;
      this.pastDays.add(besideCell(row), day, beside, metric.form === 'DUR');
      changed(`day/${besideCell(row)}`);
    }
  }

  /** The first day that is asked for: of what is no row, and there is much of it, by its own longest window. */
  readonly #reachOf = (cell: string): number => {
    // What weighs is named by values, which may hold any sign.
    const isMode = !isPastCell(cell) && isModeCell(cell);
    const longest = isMode ? metricOf(rowOfCell(cell)).windows.at(-1)! : '90d';
    return this.windows.span(longest).fromBefore;
  };

  #keepQuarter({ metric, rows, at, value }: Contribution): void {
    if (at < this.usual.reachesTo) return;
    for (const row of rows) {
      if (!hasUsual(metric, row)) continue;
      this.pastQuarters.add(row, at, value, amongOf(metric, value));
      this.#deps.changed(`quarter/${row}`);
    }
  }

  #keepWork(t: Transition, by: HandledBy): void {
    const work = workOf(t, by);
    if (!work) return;
    const cell = pastCell(work);
    this.pastDays.add(cell, this.windows.dayOf(work.at), work.ms, false);
    this.#deps.changed(`day/${cell}`);
  }

  /** Counts all there is anew, in the days of these calendars; a conversation with each step. */
  *recounting(calendars: readonly CalendarVersion[], T: number): Generator<Conversation> {
    const { conversations, firstAt } = this.#deps;
    this.#days = daysIn(calendars, firstAt());
    this.windows.restart(this.#days, T);
    this.usual.restart(zoneOf(calendars), T, firstAt(), this.windows.span('bday').from);
    this.peaks.restart(calendars, firstAt());
    this.weights.restart(this.#deps.weighedBy(), T);
    for (const customers of this.#customers) customers.restart();
    for (const id of conversations.ids()) {
      const conversation = conversations.view(id);
      const told = this.toldOf(conversation);
      for (const customers of this.#customers) customers.add(conversation, this.rowsOf);
      const { marks, transitions } = conversation;
      for (const t of transitions) {
        for (const contribution of contributionsOf(t, told)) this.#counts.add(contribution);
      }
      this.#weigh(transitions, told.handledBy, 1);
      this.#counts.replaceMarks([], told, [...marks, ...transitions], told);
      yield conversation;
    }
    for (const [cell, day, pane] of this.pastDays.panes()) {
      if (!isPastCell(cell)) this.#counts.addDay(cell, day, pane);
    }
    for (const { row, at, count, among } of this.pastQuarters.all()) {
      this.#counts.addUsual(row, at, count, among);
    }
    this.#weighPast();
  }
}

/**
 * Money and scores count nothing of their own: their rows rank by what they are told per, or first read from; cost
 * alone by contacts.
 */
function rankedBy(row: string): string {
  const { id, dims } = parseSeriesKey(row)!;
  const { per, composite } = metricDefinition(id)!;
  if (composite) return seriesKey(composite.of[0]!, dims);
  return per === undefined ? row : seriesKey(per ?? 'contacts-handled', dims);
}

/** The newest: before anything was declared it is UTC. */
function zoneOf(calendars: readonly CalendarVersion[]): ZoneTable {
  const { calendar } = calendars.at(-1) ?? { calendar: PLAIN_CALENDAR };
  return calendar.zones[calendar.zone]!;
}

function daysIn(calendars: readonly CalendarVersion[], firstAt: number): Days {
  const versions = calendarsSince(calendars, firstAt);
  return { business: businessDays(versions), calendar: calendarDays(versions) };
}
