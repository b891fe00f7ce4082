/**
 * What a workspace costs, window by window: in all, and by the values of a dimension (metrics.md 5.2,
 * 5.4). Each answer is worked out once, and again only when time, entries or weights made it another one.
 */
import { allocate, type Weigh } from '../cost/allocation.ts';
import {
  type CostSum,
  type CostTerms,
  costBetween,
  type Span,
  type SpanCost,
} from '../cost/span.ts';
import type { CostEntry } from '../facts/fact.ts';
import type { Dimension } from '../tree/dimensions.ts';
import { OTHER } from './dimensions.ts';
import type { WindowCode } from './value.ts';
import type { SpanWeights, Weights } from './weights.ts';
import type { WindowSpan, WindowsState } from './windows-state.ts';

export interface MoneyDeps {
  readonly windows: WindowsState;
  readonly weights: Weights;
  readonly costs: () => ReadonlyMap<string, CostEntry>;
  readonly terms: () => CostTerms;
}

/** What counts under one value of one dimension. */
export interface Row {
  readonly dimension: Dimension;
  readonly value: string;
  /** Values that have rows of their own: `__other__` is what they leave. */
  readonly shown: () => Iterable<string>;
}

/** The cost of [A, T'), T' the last pane edge, and of the same span of the window before. */
export interface WindowMoney {
  readonly to: number;
  readonly now: SpanMoney;
  readonly before: SpanMoney;
}

export class Money {
  readonly #deps: MoneyDeps;
  readonly #known: Map<WindowCode, Known> = new Map();

  constructor(deps: MoneyDeps) {
    this.#deps = deps;
  }

  /** Entries, the currency or the hours are others than before. */
  changed(): void {
    this.#known.clear();
  }

  in(code: WindowCode): WindowMoney {
    const { windows, weights } = this.#deps;
    const window = windows.span(code);
    const version = weights.version(code);
    const known = this.#known.get(code);
    if (known && known.version === version && isSame(known.window, window)) return known.money;
    const { from, edge, fromBefore, edgeBefore } = window;
    const spent = (side: 'now' | 'before', span: Span): SpanMoney =>
      new SpanMoney(this.#deps, span, () => weights.within(code, side));
    const money = {
      to: edge,
      now: spent('now', { from, to: edge }),
      before: spent('before', { from: fromBefore, to: edgeBefore }),
    };
    this.#known.set(code, { window, version, money });
    return money;
  }
}

interface Known {
  readonly window: WindowSpan;
  readonly version: number;
  readonly money: WindowMoney;
}

const isSame = (a: WindowSpan, b: WindowSpan): boolean =>
  a === b ||
  (a.from === b.from &&
    a.edge === b.edge &&
    a.fromBefore === b.fromBefore &&
    a.edgeBefore === b.edgeBefore);

const NO_SUM: CostSum = { micro: 0, grossMicro: 0, provisionalMicro: 0 };

export class SpanMoney {
  readonly total: SpanCost;
  readonly #deps: MoneyDeps;
  readonly #span: Span;
  readonly #weigh: () => SpanWeights;
  #weights: SpanWeights | null = null;
  readonly #shares: Map<Dimension, ReadonlyMap<string, CostSum>> = new Map();

  constructor(deps: MoneyDeps, span: Span, weigh: () => SpanWeights) {
    this.#deps = deps;
    this.#span = span;
    this.#weigh = weigh;
    this.total = costBetween(deps.costs().values(), span, deps.terms());
  }

  /** What of the total falls to one value. */
  of(dimension: Dimension, value: string): CostSum {
    return this.#by(dimension).get(value) ?? NO_SUM;
  }

  /** What of the total falls to none of these values. */
  beyond(dimension: Dimension, values: Iterable<string>): CostSum {
    let { micro, grossMicro, provisionalMicro } = this.total;
    for (const value of values) {
      const part = this.of(dimension, value);
      micro -= part.micro;
      grossMicro -= part.grossMicro;
      provisionalMicro -= part.provisionalMicro;
    }
    return { micro, grossMicro, provisionalMicro };
  }

  /** What of one entry falls to a row. */
  ofEntry(entry: CostEntry, { dimension, value, shown }: Row): number {
    const shares = this.#allocate([entry], dimension);
    const of = (one: string): number => shares.get(one)?.micro ?? 0;
    if (value !== OTHER) return of(value);
    let rest = 0;
    for (const { micro } of shares.values()) rest += micro;
    for (const one of shown()) rest -= of(one);
    return rest;
  }

  #by(dimension: Dimension): ReadonlyMap<string, CostSum> {
    let shares = this.#shares.get(dimension);
    if (!shares) {
      shares = this.#allocate(this.#deps.costs().values(), dimension);
      this.#shares.set(dimension, shares);
    }
    return shares;
  }

  #allocate(entries: Iterable<CostEntry>, dimension: Dimension): ReadonlyMap<string, CostSum> {
    this.#weights ??= this.#weigh();
    const weights = this.#weights;
    const weigh: Weigh = (driver, within) => weights.by(dimension, driver, within);
    return allocate(entries, this.#span, dimension, weigh, this.#deps.terms()).values;
  }
}
