/** Who waits and what is open now, by row: read from state, never counted up and down. */
import type { Conversation, Open, Waiting } from '../conversation/model.ts';
import type { HandledBy } from '../conversation/transition.ts';
import { CATALOGUE } from '../metrics/catalogue.ts';
import type { RowsOf } from '../metrics/rows.ts';
import { createOpenIndex, type OpenIndex } from '../panes/open-index.ts';
import { createWaitIndex, type WaitIndex } from '../panes/wait-index.ts';
import type { ShownSeries } from './shown-series.ts';

export class Gauges {
  readonly waits: WaitIndex = createWaitIndex();
  readonly open: OpenIndex = createOpenIndex();
  readonly #shown: ShownSeries;

  constructor(shown: ShownSeries) {
    this.#shown = shown;
  }

  advance(T: number): void {
    const aged = new Set<string>();
    this.open.advance(T, aged);
    this.#touch(aged);
  }

  /** Where a conversation stands now. True if it waits otherwise than before. */
  place(conversation: Conversation, rowsOf: RowsOf): boolean {
    this.#placeOpen(conversation, rowsOf);
    return this.#placeWaiting(conversation, rowsOf);
  }

  #placeWaiting({ id, handledBy, waiting }: Conversation, rowsOf: RowsOf): boolean {
    const rows = waiting ? this.#placesOf(waitingRows(waiting, handledBy, rowsOf)) : [];
    const changed = this.waits.set(id, waiting && { since: waiting.since, rows });
    this.#touch(changed);
    return changed.length > 0;
  }

  #placeOpen({ id, handledBy, open }: Conversation, rowsOf: RowsOf): void {
    const changed = new Set<string>();
    const place = open && {
      createdAt: open.createdAt,
      account: open.dims.account,
      state: open.state,
      rowsAged: (age: string): string[] =>
        this.#placesOf(openRows(open, { handledBy, age }, rowsOf)),
    };
    this.open.set(id, place, changed);
    this.#touch(changed);
  }

  /** Of two rows that are told together it stands in the one once. */
  #placesOf(rows: readonly string[]): string[] {
    return [...new Set(rows.flatMap((row) => this.#shown.placesOf(row)))];
  }

  #touch(rows: Iterable<string>): void {
    for (const row of rows) this.#shown.touch(row);
  }
}

/** Rows of every metric that shows who waits, in which this one does. */
const waitingRows = ({ turn, dims }: Waiting, handledBy: HandledBy, rowsOf: RowsOf): string[] =>
  CATALOGUE.flatMap((metric) =>
    metric.waiting === 'any' || (metric.waiting === 'first' && turn === 1)
      ? rowsOf(metric, { dims, handledBy })
      : [],
  );

/** Rows of the gauges that an open conversation counts in. */
function openRows(
  { isHeld, state, dims }: Open,
  { handledBy, age }: { readonly handledBy: HandledBy; readonly age: string },
  rowsOf: RowsOf,
): string[] {
  const standing = { dims, handledBy, state, age };
  return CATALOGUE.flatMap((metric) =>
    metric.gauge === (isHeld ? 'held' : 'open') ? rowsOf(metric, standing) : [],
  );
}
