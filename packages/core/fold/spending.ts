/** What a workspace spent: entries in force, what each value cost, and the rows that it is told in. */
import { UNALLOCATED } from '../cost/allocation.ts';
import { dimensionOf, restrictedBy } from '../cost/drivers.ts';
import type { CostTerms } from '../cost/span.ts';
import type { WorkspaceConfig } from '../directory/config.ts';
import type { CostEntry } from '../facts/fact.ts';
import { Money } from '../metrics/money.ts';
import { moneyDimensions } from '../metrics/rows.ts';
import type { Dimension } from '../tree/dimensions.ts';
import type { Calendars } from './calendars.ts';
import type { ClosedPeriods } from './closed-periods.ts';
import { Ledger } from './ledger.ts';
import type { ShownSeries } from './shown-series.ts';
import type { Tally } from './tally.ts';

export interface SpendingDeps {
  readonly config: () => WorkspaceConfig | null;
  readonly calendars: Calendars;
  readonly shown: ShownSeries;
  readonly tally: () => Tally;
  readonly closed: () => ClosedPeriods;
  /** A stored field is to be stored anew. */
  readonly changed: (field: string) => void;
}

export class Spending {
  readonly #deps: SpendingDeps;
  readonly #ledger: Ledger;
  #money: Money | null = null;

  constructor(deps: SpendingDeps) {
    this.#deps = deps;
    this.#ledger = new Ledger(deps.changed);
  }

  get entries(): Map<string, CostEntry> {
    return this.#ledger.entries;
  }

  get money(): Money {
    const { windows, weights } = this.#deps.tally();
    this.#money ??= new Money({
      ...{ windows, weights, costs: () => this.entries, terms: () => this.terms },
    });
    return this.#money;
  }

  /** Salaries on schedule accrue in the hours of the workspace itself. */
  get terms(): CostTerms {
    const { config, calendars } = this.#deps;
    const currency = config()?.currency ?? '';
    const { openMs } = calendars;
    return openMs ? { currency, openMs } : { currency };
  }

  /** What costs are told by, and restricted to. */
  weighedBy(): Set<Dimension> {
    const restricted = [...this.entries.values()].flatMap(restrictedBy);
    return new Set([...moneyDimensions(this.#deps.config()?.by), ...(restricted as Dimension[])]);
  }

  /** True if it was new, and some window reaches it. */
  take(entry: CostEntry, T: number): boolean {
    const { shown, tally, closed } = this.#deps;
    const before = new Map(this.entries);
    if (!this.#ledger.take(entry, T)) return false;
    this.money.changed();
    tally().reweigh(T);
    if (before.size === 0) {
      tally().weights.seeAll();
      shown.seeDivisors();
    }
    this.#seeRows();
    shown.touchMoney();
    closed().costs(before, entry, this.terms);
    return true;
  }

  /** At each whole hour: forgets what no window reaches. */
  advance(T: number): void {
    const known = this.entries.size;
    this.#ledger.advance(T);
    if (this.entries.size !== known) this.#deps.shown.touchMoney();
  }

  /** The currency, the hours, or what money is told by are others. */
  configured(): void {
    this.money.changed();
    this.#seeRows();
    this.#deps.shown.seeDivisors();
  }

  /** Where money may fall by what entries say alone, whatever was worked. */
  #seeRows(): void {
    if (this.entries.size === 0) return;
    const { config, shown } = this.#deps;
    for (const dimension of moneyDimensions(config()?.by)) shown.seeMoney(dimension, UNALLOCATED);
    for (const { scope } of this.entries.values()) {
      if (scope) shown.seeMoney(dimensionOf(scope) as Dimension, scope.value);
    }
  }
}
