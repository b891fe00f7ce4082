/**
 * Hours, days and months that are over, and what changes them afterwards: late facts, what is taken back, and
 * revised costs (metrics.md 2 "Late", 5.3). Only those that the workspace lived through from their start: of
 * others nothing was told.
 */
import type { CostCorrection, Period } from '../cost/correction.ts';
import { correctionsOf } from '../cost/correction.ts';
import type { CostTerms } from '../cost/span.ts';
import type { CostEntry } from '../facts/fact.ts';
import { CATALOGUE, type MetricDefinition, metricDefinition } from '../metrics/catalogue.ts';
import { moneyValue } from '../metrics/read-money.ts';
import type { WindowsState } from '../metrics/windows-state.ts';
import type { Panes } from '../panes/window.ts';
import { DAY_MS, HOUR_MS } from '../time/instant.ts';
import { dateAt } from '../time/zone.ts';
import type { Contribution, Move } from './contributions.ts';
import type { ValueCorrection } from './correction.ts';
import type { Cause } from './emit.ts';
import { type Delta, isOfPeriods, paneBefore, periodValue } from './period-values.ts';

export type PeriodChange = Pick<
  ValueCorrection,
  'series' | 'unit' | 'period' | 'from' | 'to' | 'old' | 'new' | 'reason' | 'cause'
>;

/** Hours and days, by the windows whose panes they are. */
const KINDS = ['7d', '90d'] as const;
type PeriodKind = (typeof KINDS)[number];

const startOf = ({ grid }: Panes, at: number): number => grid.startOf(grid.numberOf(at));
/** `2026-06-10T09Z`: hours are those of UTC, as a zone may begin its own at half past. */
const hourName = (from: number): string =>
  `${dateAt(from)}T${String(Math.floor((from % DAY_MS) / HOUR_MS)).padStart(2, '0')}Z`;

const COST: MetricDefinition = metricDefinition('total-support-cost')!;

export interface ClosedPeriodsDeps {
  readonly windows: WindowsState;
  readonly T: () => number;
  /** Log time of the first record. */
  readonly since: () => number;
  /** `2026-06-10`: the local day that begins at an instant. */
  readonly dateOf: (start: number) => string;
  readonly emit: (change: PeriodChange) => void;
}

export class ClosedPeriods {
  readonly #deps: ClosedPeriodsDeps;
  /** By kind of period, metric and start: what was added, or taken back. */
  readonly #moved: Map<PeriodKind, Map<MetricDefinition, Map<number, Delta[]>>> = new Map(
    KINDS.map((kind) => [kind, new Map()]),
  );

  constructor(deps: ClosedPeriodsDeps) {
    this.#deps = deps;
  }

  /** What a transition counts now in place of what it did; `tell` says so once all have moved. */
  moved({ from, to }: Move): void {
    if (from) this.#add(from, -1);
    if (to) this.#add(to, 1);
  }

  #add({ metric, at, value }: Contribution, sign: 1 | -1): void {
    const { windows, T, since } = this.#deps;
    // Most of what is told is of this hour.
    if (at >= startOf(windows.level('7d'), T()) || !isOfPeriods(metric)) return;
    for (const [kind, moved] of this.#moved) {
      const level = windows.level(kind);
      const from = startOf(level, at);
      if (from >= startOf(level, T()) || from < since() || from < this.#firstOf(kind)) continue;
      const own = moved.get(metric) ?? new Map<number, Delta[]>();
      moved.set(metric, own);
      const deltas = own.get(from);
      if (deltas) deltas.push({ value, sign });
      else own.set(from, [{ value, sign }]);
    }
  }

  #firstOf(kind: PeriodKind): number {
    return this.#deps.windows.span(kind).fromBefore;
  }

  tell(cause: Cause): void {
    for (const [kind, moved] of this.#moved) {
      for (const [metric, periods] of moved) {
        for (const [from, deltas] of periods) this.#tellOne(kind, metric, from, deltas, cause);
      }
      moved.clear();
    }
  }

  #tellOne(
    kind: PeriodKind,
    metric: MetricDefinition,
    from: number,
    deltas: readonly Delta[],
    cause: Cause,
  ): void {
    const pane = this.#deps.windows.level(kind).panes.paneAt(metric.id, from);
    const old = periodValue(metric, paneBefore(pane, deltas));
    const now = periodValue(metric, pane);
    if (old === now) return;
    const { id: series, unit } = metric;
    const period = kind === '7d' ? hourName(from) : this.#deps.dateOf(from);
    const place = { period, from, to: this.#next(from, kind) };
    this.#deps.emit({ series, unit, ...place, old, new: now, ...causeOf(cause) });
  }

  #next(start: number, kind: PeriodKind = '90d'): number {
    const { grid } = this.#deps.windows.level(kind);
    return grid.startOf(grid.numberOf(start) + 1);
  }

  /** Before `entry` is in force: days and months whose cost it changes, and months of what is told per one. */
  costs(inForce: ReadonlyMap<string, CostEntry>, entry: CostEntry, terms: CostTerms): void {
    const known = inForce.get(entry.costId);
    const from = Math.min(entry.from, known?.from ?? entry.from);
    const to = Math.max(entry.to, known?.to ?? entry.to);
    const days = this.#daysOver(from, to);
    for (const one of correctionsOf(inForce, entry, days, terms)) {
      this.#emitMoney(COST, days.find(({ name }) => name === one.period)!, one);
    }
    const months = this.#monthsOver(from, to);
    for (const one of correctionsOf(inForce, entry, months, terms)) {
      const month = months.find(({ name }) => name === one.period)!;
      for (const metric of CATALOGUE) {
        if (metric.form === 'MONEY') this.#emitMoney(metric, month, one);
      }
    }
  }

  #emitMoney(
    metric: MetricDefinition,
    { name: period, from, to }: Period,
    { old, new: now, reason, cause }: CostCorrection,
  ): void {
    const count = metric.per ? this.#countIn(metric.per, from, to) : null;
    const value = (micro: number | null): number | null =>
      micro === null ? null : moneyValue(metric, micro, count);
    const [was, is] = [value(old), value(now)];
    if (was === is) return;
    const { id: series, unit } = metric;
    this.#deps.emit({ series, unit, period, from, to, old: was, new: is, reason, cause });
  }

  #countIn(metric: string, from: number, to: number): number {
    const { panes } = this.#deps.windows.level('90d');
    let sum = 0;
    for (let day = from; day < to; day = this.#next(day)) sum += panes.paneAt(metric, day).sum;
    return sum;
  }

  /** Local days that are over and lie in [from, to) with some part. */
  #daysOver(from: number, to: number): Period[] {
    const { windows, T, since, dateOf } = this.#deps;
    const today = windows.dayOf(T());
    const days: Period[] = [];
    let day = windows.dayOf(Math.max(from, since(), this.#firstOf('90d')));
    for (; day <= to && day < today; day = this.#next(day)) {
      if (day >= since()) days.push({ name: dateOf(day), from: day, to: this.#next(day) });
    }
    return days;
  }

  /** Local months that are over, were lived through, and lie in [from, to) with some part. */
  #monthsOver(from: number, to: number): Period[] {
    const { since, dateOf } = this.#deps;
    const monthOf = (day: Period): string => day.name.slice(0, 7);
    // A month more on both sides: what it touches is to be known whole.
    const days = this.#daysOver(from - MONTH_MS, to + MONTH_MS);
    const months = [...Map.groupBy(days, monthOf)].map(([name, own]): Period => {
      return { name, from: own[0]!.from, to: own.at(-1)!.to };
    });
    const isWhole = ({ name, from: begin, to: end }: Period): boolean =>
      begin >= since() && dateOf(begin) === `${name}-01` && !dateOf(end).startsWith(name);
    return months.filter((month) => isWhole(month) && month.from <= to && month.to > from);
  }
}

const MONTH_MS = 31 * DAY_MS;

function causeOf(cause: Cause): Pick<PeriodChange, 'reason' | 'cause'> {
  if (typeof cause === 'number') return { reason: 'late', cause: `facts.v1/${cause}` };
  if (typeof cause === 'string') return { reason: 'due', cause };
  return { reason: cause.reason, cause: cause.correction };
}
