/**
 * Distinct customers who did something (metrics.md 3.1, `repeat-contact-rate`; 4, `privacy`): in each row where
 * one did, by all that this one did there. Nothing of it is stored: conversations tell it again.
 */
import { sameDims } from '../conversation/dims.ts';
import { customerOf } from '../conversation/joined.ts';
import type { Conversation } from '../conversation/model.ts';
import type { Amounts, HandledBy, Transition, TransitionKind } from '../conversation/transition.ts';
import { CATALOGUE, type MetricDefinition } from '../metrics/catalogue.ts';
import { isOfPerson } from '../metrics/privacy.ts';
import type { RowsOf } from '../metrics/rows.ts';
import type { WindowsState } from '../metrics/windows-state.ts';
import type { Mark } from '../panes/distinct.ts';
import { DAY_MS } from '../time/instant.ts';
import type { ShownSeries } from './shown-series.ts';

/** What of a conversation tells of its customer, and to which metrics. */
export interface Deed {
  readonly kind: TransitionKind;
  readonly metrics: readonly MetricDefinition[];
  readonly isCounted: (row: string) => boolean;
}
const OPENING: Deed = {
  kind: 'cohort.opened',
  metrics: CATALOGUE.filter(({ customers }) => customers),
  isCounted: () => true,
};
const OF_PEOPLE = CATALOGUE.filter(({ privateBelow }) => privateBelow !== undefined);
const kindsOf = ({ adds }: MetricDefinition): TransitionKind[] =>
  Object.keys(adds ?? {}) as TransitionKind[];
/** What customers say of people is counted by them in the rows of these alone. */
const SAYING: readonly Deed[] = [...new Set(OF_PEOPLE.flatMap(kindsOf))].map((kind) => ({
  kind,
  metrics: OF_PEOPLE.filter((metric) => kindsOf(metric).includes(kind)),
  isCounted: isOfPerson,
}));
export const DEEDS: readonly Deed[] = [OPENING, ...SAYING];
const FLAGS = ['repeated', 'repeatedAny'] as const;

/** By whom it was done, and in what conversation. */
interface Done {
  readonly conversation: string;
  readonly customer: string;
  readonly transition: Transition;
  readonly handledBy: HandledBy;
}

export type Opener = Pick<Conversation, 'id' | 'asked' | 'transitions' | 'handledBy'>;

export class Customers {
  readonly #windows: WindowsState;
  readonly #shown: ShownSeries;
  readonly #deed: Deed;
  readonly #byCustomer: Map<string, readonly Done[]> = new Map();
  #from = 0;

  constructor(windows: WindowsState, shown: ShownSeries, deed: Deed) {
    this.#windows = windows;
    this.#shown = shown;
    this.#deed = deed;
  }

  add(conversation: Opener, rowsOf: RowsOf): void {
    this.#move([], doneIn(conversation, this.#deed), rowsOf);
  }

  /** A conversation is told otherwise than before. */
  replace(before: Opener, after: Opener, rowsOf: RowsOf): void {
    const [was, is] = [doneIn(before, this.#deed), doneIn(after, this.#deed)];
    const isOther = was.length !== is.length || was.some((one, i) => !isSame(one, is[i]!));
    if (isOther) this.#move(was, is, rowsOf);
  }

  #move(was: readonly Done[], is: readonly Done[], rowsOf: RowsOf): void {
    const moved = [...was, ...is];
    for (const customer of new Set(moved.map((one) => one.customer))) {
      const all = this.#byCustomer.get(customer) ?? [];
      const others = all.filter(({ conversation }) => conversation !== moved[0]!.conversation);
      const now = [...others, ...is.filter((one) => one.customer === customer)].sort(inOrder);
      this.#keep(customer, now);
      this.#recount(customer, { done: all, rowsOf }, { done: now, rowsOf }, moved);
    }
  }

  /** All of them stand in other rows than before. */
  retell(was: RowsOf, is: RowsOf): void {
    for (const [customer, done] of this.#byCustomer) {
      this.#recount(customer, { done, rowsOf: was }, { done, rowsOf: is }, done);
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

  #keep(customer: string, done: readonly Done[]): void {
    if (done.length > 0) this.#byCustomer.set(customer, done);
    else this.#byCustomer.delete(customer);
  }

  /** Of one customer, in the rows in which any of `moved` stood or stands. */
  #recount(customer: string, was: Side, is: Side, moved: readonly Done[]): void {
    for (const metric of this.#deed.metrics) {
      const within = (done: readonly Done[], rowsOf: RowsOf): ReturnType<typeof byRow> =>
        byRow({ metric, rowsOf, ...this.#deed }, done);
      const [before, after] = [was, is].map(({ done, rowsOf }) => within(done, rowsOf));
      const rows = new Set([was, is].flatMap(({ rowsOf }) => [...within(moved, rowsOf).keys()]));
      for (const row of rows)
        this.#replace(metric, { customer, row }, before!.get(row), after!.get(row));
    }
  }

  #replace(
    metric: MetricDefinition,
    { customer, row }: { readonly customer: string; readonly row: string },
    before: readonly Done[] = [],
    after: readonly Done[] = [],
  ): void {
    const rows = this.#shown.placesOf(row);
    const marksOf = (done: readonly Done[]): Mark[] =>
      done.map(({ transition: { at, amounts } }) => ({
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
  readonly done: readonly Done[];
  readonly rowsOf: RowsOf;
}

/** None: nobody did it, or nobody knows who, or it counts in no window. */
function doneIn({ id, asked, transitions, handledBy }: Opener, { kind }: Deed): Done[] {
  return transitions.flatMap((transition) => {
    if (transition.kind !== kind || !transition.live) return [];
    const customer = customerOf(asked ?? NOBODY, transition.dims.account);
    if (customer === null) return [];
    const by = transition.by ?? handledBy;
    return [{ conversation: id, customer, transition, handledBy: by }];
  });
}
const NOBODY = { contact: null };

interface Counting extends Pick<Deed, 'isCounted'> {
  readonly metric: MetricDefinition;
  readonly rowsOf: RowsOf;
}

function byRow(
  { metric, rowsOf, isCounted }: Counting,
  done: readonly Done[],
): Map<string, Done[]> {
  const rows = new Map<string, Done[]>();
  for (const one of done) {
    const { transition, handledBy } = one;
    for (const row of rowsOf(metric, { dims: transition.dims, handledBy }).filter(isCounted)) {
      const all = rows.get(row);
      if (all) all.push(one);
      else rows.set(row, [one]);
    }
  }
  return rows;
}

const inOrder = (a: Done, b: Done): number =>
  a.transition.at - b.transition.at || (a.conversation < b.conversation ? -1 : 1);

const isSame = (a: Done, b: Done): boolean =>
  a.customer === b.customer &&
  a.handledBy === b.handledBy &&
  a.transition.at === b.transition.at &&
  sameDims(a.transition.dims, b.transition.dims) &&
  FLAGS.every((amount) => a.transition.amounts?.[amount] === b.transition.amounts?.[amount]);
