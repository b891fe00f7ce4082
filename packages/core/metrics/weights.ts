/**
 * What costs are spread by (metrics.md 5.4): work of conversations, kept by all dimensions at once that
 * money is told by or restricted to. One cell is all work that shares their values, so that each question
 * is a walk over cells; no cell is kept per question.
 */
import type { HandledBy, Transition } from '../conversation/transition.ts';
import type { Restriction } from '../cost/drivers.ts';
import type { CostDriver } from '../facts/fact.ts';
import type { Pane } from '../panes/cell.ts';
import { createPaneStore, type PaneStore } from '../panes/pane-store.ts';
import { FIRST_PANE, LAST_PANE } from '../panes/reach.ts';
import type { Dimension } from '../tree/dimensions.ts';
import { valuesOf } from './dimensions.ts';
import type { WindowCode } from './value.ts';
import type { Level, WindowSpan, WindowsState } from './windows-state.ts';

/** What money may be told by, and costs restricted to: one value each, of every conversation. */
export const WEIGHED: readonly Dimension[] = [
  'account_tier',
  'assignee',
  'category',
  'channel',
  'handled_by',
  'priority',
  'team',
];

/** Contacts handled; what people wrote, with the time that it took; what bots wrote. */
type Kind = 'contacts' | 'work' | 'bots';
const KIND_OF: Readonly<Record<CostDriver, Kind>> = {
  contacts: 'contacts',
  handling_time: 'work',
  touches: 'work',
  bot_messages: 'bots',
};

/** Values in the order of the dimensions that are kept. */
interface Cell {
  readonly kind: Kind;
  readonly values: readonly string[];
}

/** How much of a cell lies in a span: how often, and how long. */
interface Weight extends Cell {
  readonly n: number;
  readonly ms: number;
}

/** One piece of work, by every dimension of `WEIGHED`. */
interface Work extends Cell {
  readonly at: number;
  readonly ms: number;
}

/** null: it weighs nothing. */
export function workOf({ kind, at, live, dims, amounts }: Transition, by: HandledBy): Work | null {
  if (!live) return null;
  const what = kind === 'handled' ? 'contacts' : kindOfWork(amounts);
  if (what === null) return null;
  const values = WEIGHED.map((one) => valuesOf({ dims, handledBy: by }, one)[0]!);
  return { kind: what, values, at, ms: amounts?.handlingMs ?? 0 };
}

function kindOfWork(amounts: Transition['amounts']): Kind | null {
  if (amounts?.touches) return 'work';
  return amounts?.botMessages ? 'bots' : null;
}

/** The name under which a day of work is kept once its conversation tells no more of it. */
const PAST = '~';
export const pastCell = ({ kind, values }: Cell): string =>
  `${PAST}${JSON.stringify([kind, ...values])}`;
export const isPastCell = (cell: string): boolean => cell.startsWith(PAST);

export class Weights {
  readonly #windows: WindowsState;
  readonly #seen: (dimension: Dimension, value: string) => void;
  #dimensions: readonly Dimension[] = [];
  /** Places of the kept dimensions in `WEIGHED`. */
  #places: readonly number[] = [];
  #stores: ReadonlyMap<Level, PaneStore> = new Map();
  readonly #cells: Map<string, Cell> = new Map();
  /** Cells whose windows moved: of no use here. */
  readonly #moved: Set<string> = new Set();
  /** Rises with each change of what lies before the newest pane, by level. */
  readonly #versions: Map<Level, number> = new Map();

  /** `seen` hears of each value that something weighs for. */
  constructor(windows: WindowsState, seen: (dimension: Dimension, value: string) => void) {
    this.#windows = windows;
    this.#seen = seen;
  }

  /** Begins anew with nothing in it, by these dimensions. */
  restart(dimensions: Iterable<Dimension>, T: number): void {
    const kept = new Set(dimensions);
    this.#dimensions = WEIGHED.filter((one) => kept.has(one));
    this.#places = this.#dimensions.map((one) => WEIGHED.indexOf(one));
    this.#stores = new Map(this.#windows.levels.map((level) => [level, createPaneStore(level)]));
    this.#cells.clear();
    this.#versions.clear();
    this.advance(T);
  }

  /** It answers for these dimensions. */
  keeps(dimensions: Iterable<Dimension>): boolean {
    return [...dimensions].every((one) => this.#dimensions.includes(one));
  }

  advance(T: number): void {
    for (const store of this.#stores.values()) store.advance(T, this.#moved);
    this.#moved.clear();
  }

  /** Adds work or takes it back; true if a span that is over weighs otherwise now. */
  add(work: Work, sign: 1 | -1): boolean {
    const cell = this.#cellOf(work);
    let isPast = false;
    for (const [level, store] of this.#stores) {
      store.add(cell, work.at, work.ms, sign, false);
      if (work.at >= this.#edgeOf(level)) continue;
      isPast = true;
      this.#versions.set(level, this.#versionOf(level) + 1);
    }
    return isPast;
  }

  /** A day that no conversation tells of any more, by the name of `pastCell`. */
  addDay(name: string, day: number, pane: Pane): void {
    const [kind, ...values] = JSON.parse(name.slice(PAST.length)) as [Kind, ...string[]];
    const cell = this.#cellOf({ kind, values });
    for (const [level, store] of this.#stores) {
      if (level.reachesSummaries) store.addPane(cell, day, pane);
    }
  }

  #cellOf({ kind, values }: Cell): string {
    const kept = this.#places.map((place) => values[place]!);
    const id = JSON.stringify([kind, ...kept]);
    if (!this.#cells.has(id)) {
      this.#cells.set(id, { kind, values: kept });
      for (const [i, one] of this.#dimensions.entries()) this.#seen(one, kept[i]!);
    }
    return id;
  }

  /** Tells of each value that something weighs for, as if nobody had heard; of the others once something does. */
  seeAll(): void {
    for (const [cell, { values }] of this.#cells) {
      if (!this.#weighs(cell)) this.#cells.delete(cell);
      else for (const [i, one] of this.#dimensions.entries()) this.#seen(one, values[i]!);
    }
  }

  /** All that was ever added to it may have been taken back. */
  #weighs(cell: string): boolean {
    return [...this.#stores.values()].some(
      (store) => store.countIn(cell, FIRST_PANE, LAST_PANE) > 0,
    );
  }

  #edgeOf({ windows }: Level): number {
    return this.#windows.span(windows[0]!.code).edge;
  }

  #versionOf(level: Level): number {
    return this.#versions.get(level) ?? 0;
  }

  /** Another one once what lies before the last edge has changed. */
  version(code: WindowCode): number {
    return this.#versionOf(this.#windows.level(code));
  }

  /** What weighs in [A, T') of a window, or of the one that it is compared with. */
  within(code: WindowCode, side: 'now' | 'before'): SpanWeights {
    const store = this.#stores.get(this.#windows.level(code))!;
    const span = this.#windows.span(code);
    const found: Weight[] = [];
    for (const id of store.cells()) {
      const { n, sum } = amountIn(store, id, code, side, span);
      if (n !== 0) found.push({ ...this.#cells.get(id)!, n, ms: sum });
    }
    return new SpanWeights(this.#dimensions, found);
  }
}

function amountIn(
  store: PaneStore,
  id: string,
  code: WindowCode,
  side: 'now' | 'before',
  { edge, edgeBefore }: WindowSpan,
): { readonly n: number; readonly sum: number } {
  const { n, sum } = store.read(id, code)[side];
  const beyond = side === 'now' ? store.from(id, edge) : store.paneAt(id, edgeBefore);
  return { n: n - beyond.n, sum: sum - beyond.sum };
}

/** The weights of one span; each answer is worked out once. */
export class SpanWeights {
  readonly #dimensions: readonly Dimension[];
  readonly #weights: readonly Weight[];
  readonly #known: Map<string, ReadonlyMap<string, number>> = new Map();

  constructor(dimensions: readonly Dimension[], weights: readonly Weight[]) {
    this.#dimensions = dimensions;
    this.#weights = weights;
  }

  /** By value of `dimension`, over what lies within every one of the restrictions. */
  by(
    dimension: Dimension,
    driver: CostDriver,
    within: readonly Restriction[],
  ): ReadonlyMap<string, number> {
    const question = JSON.stringify([dimension, driver, within]);
    let answer = this.#known.get(question);
    if (!answer) {
      answer = this.#weigh(dimension, driver, within);
      this.#known.set(question, answer);
    }
    return answer;
  }

  #weigh(
    dimension: Dimension,
    driver: CostDriver,
    within: readonly Restriction[],
  ): ReadonlyMap<string, number> {
    const at = this.#dimensions.indexOf(dimension);
    const limits = within.map(({ dimension: name, values }) => {
      const place = this.#dimensions.indexOf(name as Dimension);
      return { place, values };
    });
    const sums = new Map<string, number>();
    for (const { kind, values, n, ms } of this.#weights) {
      if (kind !== KIND_OF[driver]) continue;
      if (!limits.every((limit) => limit.values.includes(values[limit.place]!))) continue;
      const value = values[at]!;
      sums.set(value, (sums.get(value) ?? 0) + (driver === 'handling_time' ? ms : n));
    }
    return sums;
  }
}
