/**
 * Distinct customers who opened anything (metrics.md 3.1, `repeat-contact-rate`): in each row where one did,
 * by all that this one opened there. Nothing of it is stored: conversations tell it again.
 */
import { sameDims } from '../conversation/dims.ts';
import { customerOf } from '../conversation/joined.ts';
import type { Conversation } from '../conversation/model.ts';
import type { Amounts, HandledBy, Transition } from '../conversation/transition.ts';
import { CATALOGUE, type MetricDefinition } from '../metrics/catalogue.ts';
import type { RowsOf } from '../metrics/rows.ts';
import type { WindowsState } from '../metrics/windows-state.ts';
import type { Mark } from '../panes/distinct.ts';
import { DAY_MS } from '../time/instant.ts';
import type { ShownSeries } from './shown-series.ts';

const METRICS: readonly MetricDefinition[] = CATALOGUE.filter(({ customers }) => customers);
const FLAGS = ['repeated', 'repeatedAny'] as const;

/** By whom and how a conversation was opened. */
interface Opened {
  readonly conversation: string;
  readonly customer: string;
  readonly transition: Transition;
  readonly handledBy: HandledBy;
}

export type Opener = Pick<Conversation, 'id' | 'asked' | 'transitions' | 'handledBy'>;

export class Customers {
  readonly #windows: WindowsState;
  readonly #shown: ShownSeries;
  readonly #byCustomer: Map<string, readonly Opened[]> = new Map();
  #from = 0;

  constructor(windows: WindowsState, shown: ShownSeries) {
    this.#windows = windows;
    this.#shown = shown;
  }

  add(conversation: Opener, rowsOf: RowsOf): void {
    this.#move(null, openedOf(conversation), rowsOf);
  }

  /** A conversation is told otherwise than before. */
  replace(before: Opener, after: Opener, rowsOf: RowsOf): void {
    const [was, is] = [openedOf(before), openedOf(after)];
    if (!was || !is || !isSame(was, is)) this.#move(was, is, rowsOf);
  }

  #move(was: Opened | null, is: Opened | null, rowsOf: RowsOf): void {
    const moved = [was, is].filter((one) => one !== null);
    for (const customer of new Set(moved.map((one) => one.customer))) {
      const all = this.#byCustomer.get(customer) ?? [];
      const others = all.filter(({ conversation }) => conversation !== moved[0]!.conversation);
      const now = is?.customer === customer ? [...others, is].sort(inOrder) : others;
      this.#keep(customer, now);
      this.#recount(customer, { opened: all, rowsOf }, { opened: now, rowsOf }, moved);
    }
  }

  /** All of them stand in other rows than before. */
  retell(was: RowsOf, is: RowsOf): void {
    for (const [customer, opened] of this.#byCustomer) {
      this.#recount(customer, { opened, rowsOf: was }, { opened, rowsOf: is }, opened);
    }
  }

  /** Begins anew, with nothing counted. */
  restart(): void {
    this.#byCustomer.clear();
  }

  /** Drops what no window reaches any more, nor the one before it: at most once a day. */
  dropBefore(from: number): void {
    if (from === this.#from) return;
    this.#from = from;
    for (const [customer, all] of this.#byCustomer) {
      const kept = all.filter(({ transition }) => transition.at >= from - DAY_MS);
      if (kept.length < all.length) this.#keep(customer, kept);
    }
  }

  #keep(customer: string, opened: readonly Opened[]): void {
    if (opened.length > 0) this.#byCustomer.set(customer, opened);
    else this.#byCustomer.delete(customer);
  }

  /** Of one customer, in the rows in which any of `moved` stood or stands. */
  #recount(customer: string, was: Side, is: Side, moved: readonly Opened[]): void {
    for (const metric of METRICS) {
      const [before, after] = [was, is].map(({ opened, rowsOf }) => byRow(metric, opened, rowsOf));
      const rows = new Set(
        [was, is].flatMap(({ rowsOf }) => [...byRow(metric, moved, rowsOf).keys()]),
      );
      for (const row of rows)
        this.#replace(metric, { customer, row }, before!.get(row), after!.get(row));
    }
  }

  #replace(
    metric: MetricDefinition,
    { customer, row }: { readonly customer: string; readonly row: string },
    before: readonly Opened[] = [],
    after: readonly Opened[] = [],
  ): void {
    const rows = this.#shown.placesOf(row);
    const marksOf = (opened: readonly Opened[]): Mark[] =>
      opened.map(({ transition: { at, amounts } }) => ({
        ...{ at, rows },
        flagged: isFlagged(metric, amounts),
      }));
    const [old, fresh] = [marksOf(before), marksOf(after)];
    for (const { distinct } of this.#windows.levels) {
      for (const touched of distinct.replace(`${customer}/${row}`, old, fresh)) {
        this.#shown.touch(touched);
      }
    }
  }
}

export const isFlagged = ({ customers }: MetricDefinition, amounts: Amounts | undefined): boolean =>
  customers !== undefined && customers !== 'all' && amounts?.[customers] === 1;

interface Side {
  readonly opened: readonly Opened[];
  readonly rowsOf: RowsOf;
}

/** null: no customer did, or it counts in no window. */
function openedOf({ id, asked, transitions, handledBy }: Opener): Opened | null {
  const transition = transitions.find(({ kind }) => kind === 'cohort.opened');
  if (!asked || !transition?.live) return null;
  const customer = customerOf(asked, transition.dims.account);
  return customer === null ? null : { conversation: id, customer, transition, handledBy };
}

function byRow(
  metric: MetricDefinition,
  opened: readonly Opened[],
  rowsOf: RowsOf,
): Map<string, Opened[]> {
  const rows = new Map<string, Opened[]>();
  for (const one of opened) {
    const { transition, handledBy } = one;
    for (const row of rowsOf(metric, { dims: transition.dims, handledBy })) {
      const all = rows.get(row);
      if (all) all.push(one);
      else rows.set(row, [one]);
    }
  }
  return rows;
}

const inOrder = (a: Opened, b: Opened): number =>
  a.transition.at - b.transition.at || (a.conversation < b.conversation ? -1 : 1);

const isSame = (a: Opened, b: Opened): boolean =>
  a.customer === b.customer &&
  a.handledBy === b.handledBy &&
  a.transition.at === b.transition.at &&
  sameDims(a.transition.dims, b.transition.dims) &&
  FLAGS.every((amount) => a.transition.amounts?.[amount] === b.transition.amounts?.[amount]);
