/** Who waits and what counts now, by row: read from state, never counted up and down. */
import type { Conversation, RunningSla, Waiting } from '../conversation/model.ts';
import { type HandledBy, NONE } from '../conversation/transition.ts';
import { CATALOGUE } from '../metrics/catalogue.ts';
import { keptDimensions, nobodysRow, type RowsOf } from '../metrics/rows.ts';
import { parseSeriesKey, seriesKey } from '../metrics/value.ts';
import { createGaugeIndex, type GaugeIndex } from '../panes/gauge-index.ts';
import { createLoadIndex, type LoadIndex } from '../panes/load-index.ts';
import { createWaitIndex, type WaitIndex } from '../panes/wait-index.ts';
import { FINEST_MS } from '../panes/window.ts';
import { standingOf } from './gauge-rows.ts';
import type { ShownSeries } from './shown-series.ts';

type By = Parameters<typeof keptDimensions>[1];

const LONGEST: ReadonlySet<string> = new Set(
  CATALOGUE.filter(({ gauge }) => gauge === 'longest_wait').map(({ id }) => id),
);
const RUNNING = CATALOGUE.filter(({ gauge }) => gauge === 'sla_running');
const SPREAD = CATALOGUE.filter(({ gauge }) => typeof gauge === 'object' && 'spread' in gauge);

export class Gauges {
  readonly waits: WaitIndex = createWaitIndex();
  /** Of each conversation the first of its targets that is due, ordered as waits are: by an instant. */
  readonly dues: WaitIndex = createWaitIndex();
  readonly counts: GaugeIndex = createGaugeIndex();
  readonly loads: LoadIndex = createLoadIndex();
  readonly #shown: ShownSeries;
  #pane = 0;

  constructor(shown: ShownSeries) {
    this.#shown = shown;
  }

  advance(T: number): void {
    const pane = Math.floor(T / FINEST_MS);
    if (pane > this.#pane) this.#passEdge();
    this.#pane = pane;
    const moved = new Set<string>();
    this.counts.advance(T, moved);
    this.#touch(moved);
  }

  /** Who waits has waited longer. */
  #passEdge(): void {
    for (const row of this.waits.rows())
      if (LONGEST.has(parseSeriesKey(row)!.id)) this.#shown.touch(row);
  }

  /** Where a conversation stands now. True if it waits otherwise than before. */
  place(conversation: Conversation, rowsOf: RowsOf): boolean {
    const changed = new Set<string>();
    const placesOf = (row: string): readonly string[] => this.#shown.placesOf(row);
    this.counts.set(conversation.id, standingOf(conversation, { rowsOf, placesOf }), changed);
    this.#touch(changed);
    this.#placeLoad(conversation, rowsOf);
    this.#placeDue(conversation, rowsOf);
    return this.#placeWaiting(conversation, rowsOf);
  }

  /** What a person has open; how it is spread is told anew in all and of the team. */
  #placeLoad({ id, open, handledBy }: Conversation, rowsOf: RowsOf): void {
    const load = open && !open.isHeld && open.dims.assignee !== NONE ? open.dims : null;
    const place = load && { agent: load.assignee, team: load.team };
    const before = this.loads.of(id);
    if (!this.loads.set(id, place)) return;
    for (const metric of SPREAD) {
      if (load) {
        const rows = rowsOf(metric, { dims: load, handledBy });
        this.#touch(rows.flatMap((row) => this.#shown.placesOf(row)));
      }
      this.#touch(before ? [metric.id, seriesKey(metric.id, { team: before.team })] : [metric.id]);
    }
  }

  #placeDue({ id, sla, handledBy }: Conversation, rowsOf: RowsOf): void {
    const since = sla ? firstDue(sla) : null;
    const standing = sla && { dims: sla.dims, handledBy };
    const rows = since === null ? [] : RUNNING.flatMap((metric) => rowsOf(metric, standing!));
    const places = new Set(rows.flatMap((row) => this.#shown.placesOf(row)));
    this.#touch(this.dues.set(id, since === null ? null : { since, rows: [...places] }));
  }

  /** Who may have work is otherwise known: these teams have somebody. */
  touchSpread(teams: Iterable<string>): void {
    this.#shown.seeTeams(teams);
    this.#shown.pairs.touchAll();
    for (const { id } of SPREAD) {
      this.#shown.touch(id);
      for (const team of this.#shown.valuesShown(id, 'team')) {
        this.#shown.touch(seriesKey(id, { team }));
      }
    }
  }

  /** Whoever is on the roster is a row, though nothing lies on them, and nobody is always one. */
  seeAgents(agents: Iterable<string>, by: By): void {
    for (const metric of CATALOGUE) {
      if (!metric.everyAgent) continue;
      this.#shown.placesOf(nobodysRow(metric)!);
      if (!keptDimensions(metric, by).includes('assignee')) continue;
      for (const assignee of agents) this.#shown.placesOf(seriesKey(metric.id, { assignee }));
    }
  }

  #placeWaiting({ id, handledBy, waiting }: Conversation, rowsOf: RowsOf): boolean {
    const rows = waiting ? waitingRows(waiting, handledBy, rowsOf) : [];
    // Of two rows that are told together it stands in the one once.
    const places = new Set(rows.flatMap((row) => this.#shown.placesOf(row)));
    const changed = this.waits.set(id, waiting && { since: waiting.since, rows: [...places] });
    this.#touch(changed);
    return changed.length > 0;
  }

  #touch(rows: Iterable<string>): void {
    for (const row of rows) this.#shown.touch(row);
  }
}

/** null: none of them will be due, as far as is known. */
function firstDue({ clocks }: RunningSla): number | null {
  const dues = clocks.flatMap(({ dueAt }) => dueAt ?? []);
  return dues.length === 0 ? null : Math.min(...dues);
}

/** Rows of every metric that shows who waits, in which this one does. */
const waitingRows = ({ turn, dims }: Waiting, handledBy: HandledBy, rowsOf: RowsOf): string[] =>
  CATALOGUE.flatMap((metric) =>
    metric.waiting === 'any' || LONGEST.has(metric.id) || (metric.waiting === 'first' && turn === 1)
      ? rowsOf(metric, { dims, handledBy })
      : [],
  );
