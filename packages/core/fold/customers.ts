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

/** A row of a metric, and what one customer did there, in order. */
type Rows = Map<string, { readonly metric: MetricDefinition; readonly done: readonly Done[] }>;

/** From so many on it is kept, lest each conversation is paid for by all others of its customer. */
const MANY = 32;

export type Opener = Pick<Conversation, 'id' | 'asked' | 'transitions' | 'handledBy'>;

export class Customers {
  readonly #windows: WindowsState;
  readonly #shown: ShownSeries;
  readonly #deed: Deed;
  readonly #byCustomer: Map<string, readonly Done[]> = new Map();
  /** The same by row as it is told now, of those with many. */
  readonly #byRow: Map<string, Rows> = new Map();
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

  /** Of one conversation. */
  #move(was: readonly Done[], is: readonly Done[], rowsOf: RowsOf): void {
    const moved = [...was, ...is];
    for (const customer of new Set(moved.map((one) => one.customer))) {
      const { conversation } = moved[0]!;
      const isOwn = (one: Done): boolean => one.customer === customer;
      const [gone, come] = [was, is].map((done) => done.filter(isOwn));
      const all = this.#byCustomer.get(customer) ?? [];
      const rows = this.#rowsIn(customer, all, rowsOf);
      const fresh = rowsIn(this.#deed, come!, rowsOf);
      const touched = new Map([...rowsIn(this.#deed, gone!, rowsOf), ...fresh]);
      for (const [row, { metric }] of touched) {
        const before = rows.get(row)?.done ?? [];
        const after = retold(before, conversation, fresh.get(row)?.done ?? []);
        if (after.length > 0) rows.set(row, { metric, done: after });
        else rows.delete(row);
        this.#replace(metric, { customer, row }, before, after);
      }
      this.#keep(customer, retold(all, conversation, come!), rows);
    }
  }

  /** All of them stand in other rows than before. */
  retell(was: RowsOf, is: RowsOf): void {
    for (const [customer, done] of this.#byCustomer) {
      const [before, after] = [this.#rowsIn(customer, done, was), rowsIn(this.#deed, done, is)];
      for (const [row, { metric }] of new Map([...before, ...after])) {
        const [old, fresh] = [before, after].map((rows) => rows.get(row)?.done);
        this.#replace(metric, { customer, row }, old, fresh);
      }
      this.#keep(customer, done, after);
    }
  }

  /** Begins anew, with nothing counted. */
  restart(): void {
    this.#byCustomer.clear();
    this.#byRow.clear();
  }

  /** Drops what no window reaches any more, nor the one before it: at most once a day. */
  dropBefore(from: number): void {
    if (from === this.#from) return;
    this.#from = from;
    for (const [customer, done] of this.#byCustomer) {
      const kept = done.filter(({ transition }) => transition.at >= from - DAY_MS);
      if (kept.length < done.length) this.#keep(customer, kept, null);
    }
  }

  #rowsIn(customer: string, done: readonly Done[], rowsOf: RowsOf): Rows {
    return this.#byRow.get(customer) ?? rowsIn(this.#deed, done, rowsOf);
  }

  #keep(customer: string, done: readonly Done[], rows: Rows | null): void {
    if (done.length > 0) this.#byCustomer.set(customer, done);
    else this.#byCustomer.delete(customer);
    if (rows && done.length > MANY) this.#byRow.set(customer, rows);
    else this.#byRow.delete(customer);
  }

  #replace(
    metric: MetricDefinition,
    { customer, row }: { readonly customer: string; readonly row: string },
    before: readonly Done[] = [],
    after: readonly Done[] = [],
  ): void {
    const rows = this.#shown.placesOf(row);
    const markOf = ({ transition: { at, amounts } }: Done): Mark => ({
      at,
      rows,
      flagged: isFlagged(metric, amounts),
    });
    for (const { distinct } of this.#windows.levels) {
      for (const touched of distinct.replace(`${customer}/${row}`, before, after, markOf)) {
        this.#shown.touch(touched);
      }
    }
  }
}

export const isFlagged = ({ customers }: MetricDefinition, amounts: Amounts | undefined): boolean =>
  customers !== undefined && customers !== 'all' && amounts?.[customers] === 1;

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

function rowsIn({ metrics, isCounted }: Deed, done: readonly Done[], rowsOf: RowsOf): Rows {
  const rows = new Map<string, { readonly metric: MetricDefinition; readonly done: Done[] }>();
  for (const metric of metrics) {
    for (const one of done) {
      const { transition, handledBy } = one;
      for (const row of rowsOf(metric, { dims: transition.dims, handledBy }).filter(isCounted)) {
        const all = rows.get(row);
        if (all) all.done.push(one);
        else rows.set(row, { metric, done: [one] });
      }
    }
  }
  return rows;
}

/** In order, with this in place of what the conversation told before. */
function retold(all: readonly Done[], conversation: string, come: readonly Done[]): Done[] {
  const now = all.filter((one) => one.conversation !== conversation);
  for (const one of come) {
    const place = now.findLastIndex((other) => inOrder(other, one) < 0);
    now.splice(place + 1, 0, one);
  }
  return now;
}

const inOrder = (a: Done, b: Done): number =>
  a.transition.at - b.transition.at || (a.conversation < b.conversation ? -1 : 1);

const isSame = (a: Done, b: Done): boolean =>
  a.customer === b.customer &&
  a.handledBy === b.handledBy &&
  a.transition.at === b.transition.at &&
  sameDims(a.transition.dims, b.transition.dims) &&
  FLAGS.every((amount) => a.transition.amounts?.[amount] === b.transition.amounts?.[amount]);
