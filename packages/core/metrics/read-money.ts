/** Cost alone, or over a count of the same span: what is read up to the last pane edge (metrics.md 5.2). */
import { costReasons } from '../cost/coverage.ts';
import type { CostSum } from '../cost/span.ts';
import { divRound, mulDivRound } from '../num/integer.ts';
import type { MetricDefinition } from './catalogue.ts';
import { OTHER } from './dimensions.ts';
import type { SpanMoney } from './money.ts';
import { BLANK, type ReadContext, type Reading, type Row } from './read.ts';
import { seriesKey, type WindowCode } from './value.ts';

type Side = 'now' | 'before';

export function readMoney(
  metric: MetricDefinition,
  _key: string,
  code: WindowCode,
  context: ReadContext,
): Reading {
  const { to, now, before } = context.money.in(code);
  const { row } = context;
  const per = metric.per ? countsOf(metric.per, row, code, context) : null;
  const costOf = (money: SpanMoney): CostSum => (row ? costIn(money, row) : money.total);
  const valueIn = (money: SpanMoney, side: Side): number | null =>
    moneyValue(costOf(money).micro, per?.[side] ?? null);
  const vsPrev = before.total.entries === 0 ? null : valueIn(before, 'before');
  const den = per?.now ?? null;
  const reasons = costReasons(now.total, context.costPlan);
  const base = { ...BLANK, to, vsPrev, den, n: den ?? now.total.entries };
  if (now.total.entries === 0) return { ...base, reasons };
  const cost = costOf(now);
  const value = valueIn(now, 'now');
  if (value === null) reasons.unshift('no_contacts');
  return { ...base, value, num: cost.micro, provisionalPpm: provisionalShare(cost), reasons };
}

/** What has no row of its own is what the rows leave of the total. */
const costIn = (money: SpanMoney, { dimension, value, shown }: Row): CostSum =>
  value === OTHER ? money.beyond(dimension, shown()) : money.of(dimension, value);

function countsOf(
  id: string,
  row: Row | null,
  code: WindowCode,
  context: ReadContext,
): Readonly<Record<Side, number>> {
  const counts = (key: string) => moneyCounts(key, code, context);
  if (!row) return counts(id);
  const { dimension } = row;
  const of = (value: string) => counts(seriesKey(id, { [dimension]: value }));
  if (row.value !== OTHER) return of(row.value);
  let { now, before } = counts(id);
  for (const value of row.shown()) {
    const own = of(value);
    now -= own.now;
    before -= own.before;
  }
  return { now, before };
}

/** However small, a provisional part is one. */
function provisionalShare({ provisionalMicro, grossMicro }: CostSum): number {
  if (provisionalMicro === 0) return 0;
  return Math.max(1, mulDivRound(provisionalMicro, 1_000_000, grossMicro));
}

/** Cost alone, or over a count; null over none. */
export function moneyValue(micro: number, count: number | null): number | null {
  if (count === null) return micro;
  return count > 0 ? divRound(micro, count) : null;
}

/** A count over [A, T') and in the window before: what MONEY divides by (metrics.md 5.2). */
export function moneyCounts(
  key: string,
  code: WindowCode,
  { windows }: Pick<ReadContext, 'windows'>,
): { readonly now: number; readonly before: number } {
  const { panes } = windows.level(code);
  const { edge, edgeBefore } = windows.span(code);
  const { now, before } = panes.read(key, code);
  return {
    now: now.sum - panes.from(key, edge).sum,
    before: before.sum - panes.paneAt(key, edgeBefore).sum,
  };
}
