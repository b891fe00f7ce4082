/** Cost alone, or over a count of the same span: what is read up to the last pane edge (metrics.md 5.2). */
import { costReasons } from '../cost/coverage.ts';
import type { CostSum } from '../cost/span.ts';
import type { CostCategory } from '../facts/fact.ts';
import { divRound, mulDivRound } from '../num/integer.ts';
import { HOUR_MS } from '../time/instant.ts';
import type { MetricDefinition } from './catalogue.ts';
import { OTHER } from './dimensions.ts';
import type { Money, Row, SpanMoney } from './money.ts';
import { type Cell, seriesKey, type WindowCode } from './value.ts';
import type { WindowsState } from './windows-state.ts';

type Side = 'now' | 'before';

interface MoneyContext {
  readonly windows: WindowsState;
  readonly money: Money;
  /** Categories that the workspace has planned to tell of. */
  readonly costPlan: readonly CostCategory[];
  /** null: the total. */
  readonly row: Row | null;
}

/** What a cell tells of money; all else of it is blank. */
type Reading = Pick<Cell, 'to' | 'value' | 'num' | 'den' | 'n' | 'vsPrev' | 'reasons'> &
  Partial<Pick<Cell, 'mean' | 'provisionalPpm'>>;

/** What a count comes to in both spans, and of how many pieces it is in the one of now. */
interface Counted extends Readonly<Record<Side, number>> {
  readonly n: number;
}

export function readMoney(
  metric: MetricDefinition,
  code: WindowCode,
  context: MoneyContext,
): Reading {
  const { to, now, before } = context.money.in(code);
  const { row } = context;
  const per = metric.per ? countsOf(metric.per, code, context) : null;
  const costOf = (money: SpanMoney): CostSum => (row ? costIn(money, row) : money.total);
  const valueIn = (money: SpanMoney, side: Side): number | null =>
    moneyValue(metric, costOf(money).micro, per?.[side] ?? null);
  const vsPrev = before.total.entries === 0 ? null : valueIn(before, 'before');
  const reasons = costReasons(now.total, context.costPlan);
  const parts = { den: per?.now ?? null, n: per?.n ?? now.total.entries };
  if (now.total.entries === 0) return { to, value: null, num: null, ...parts, vsPrev, reasons };
  const cost = costOf(now);
  const value = valueIn(now, 'now');
  if (value === null) reasons.unshift(nothingOf(metric));
  const provisionalPpm = provisionalShare(cost);
  return { to, value, num: cost.micro, ...parts, vsPrev, reasons, provisionalPpm };
}

/** What there was none of to divide by. */
const nothingOf = ({ perHour }: MetricDefinition): string =>
  perHour ? 'no_handling' : 'no_contacts';

/** One count over another of the same span: a mean of what is not counted one by one. */
export function readQuotient(
  metric: MetricDefinition,
  code: WindowCode,
  context: MoneyContext,
): Reading {
  const of = countsOf(metric.of!, code, context);
  const per = countsOf(metric.per!, code, context);
  const valueIn = (side: Side): number | null =>
    per[side] > 0 ? divRound(of[side], per[side]) : null;
  const value = valueIn('now');
  return {
    to: context.windows.span(code).edge,
    value,
    mean: value,
    num: of.now,
    den: per.now,
    n: per.n,
    vsPrev: valueIn('before'),
    reasons: value === null ? [nothingOf(metric)] : [],
  };
}

/** What has no row of its own is what the rows leave of the total. */
const costIn = (money: SpanMoney, { dimension, value, shown }: Row): CostSum =>
  value === OTHER ? money.beyond(dimension, shown()) : money.of(dimension, value);

function countsOf(id: string, code: WindowCode, context: MoneyContext): Counted {
  const { row, windows } = context;
  if (!row) return moneyCounts(id, code, windows);
  const of = (value: string): Counted =>
    moneyCounts(seriesKey(id, { [row.dimension]: value }), code, windows);
  if (row.value !== OTHER) return of(row.value);
  let { now, before, n } = moneyCounts(id, code, windows);
  for (const value of row.shown()) {
    const own = of(value);
    now -= own.now;
    before -= own.before;
    n -= own.n;
  }
  return { now, before, n };
}

/** However small, a provisional part is one. */
function provisionalShare({ provisionalMicro, grossMicro }: CostSum): number {
  if (provisionalMicro === 0) return 0;
  return Math.max(1, mulDivRound(provisionalMicro, 1_000_000, grossMicro));
}

/** Cost alone, over a count or over hours that are told in ms; null over none. */
export function moneyValue(
  { perHour }: MetricDefinition,
  micro: number,
  count: number | null,
): number | null {
  if (count === null) return micro;
  if (count <= 0) return null;
  return perHour ? mulDivRound(micro, HOUR_MS, count) : divRound(micro, count);
}

/** A count over [A, T') and in the window before: what MONEY divides by (metrics.md 5.2). */
export function moneyCounts(key: string, code: WindowCode, windows: WindowsState): Counted {
  const { panes } = windows.level(code);
  const { edge, edgeBefore } = windows.span(code);
  const { now, before } = panes.read(key, code);
  const beyond = panes.from(key, edge);
  return {
    now: now.sum - beyond.sum,
    n: now.n - beyond.n,
    before: before.sum - panes.paneAt(key, edgeBefore).sum,
  };
}
