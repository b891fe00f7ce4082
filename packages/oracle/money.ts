/** Cost of a window, alone and over what was done in it (metrics.md 5.3). Totals only. */
import type { CostEntry } from '@sapwood/core/facts';
import { divRound } from '@sapwood/core/num';
import { type Entry, moneySpan, type OracleCell, WINDOWS, type Window, within } from './cells.ts';
import { costBetween, isCovered } from './cost.ts';
import type { OracleSeries } from './flows.ts';

/** Each metric, and the transition that its cost is divided by. */
const MONEY: Readonly<Record<string, string | null>> = {
  'total-support-cost': null,
  'cost-per-contact': 'handled',
  'cost-per-resolution': 'resolved',
  'cost-per-episode': 'episode_handled',
};

export const moneySeries = (
  recent: readonly Entry[],
  T: number,
  costs: readonly CostEntry[],
): OracleSeries[] =>
  Object.entries(MONEY).map(([key, per]) => {
    const done = per === null ? null : recent.filter(({ kind }) => kind === per);
    const cells = WINDOWS.map((window): OracleCell => {
      const { span, num, den, value } = costOf(done, T, costs, window, 0);
      const vsPrev = costOf(done, T, costs, window, 1).value;
      const none = { mean: null, p50: null, p90: null, max: null };
      return { window: window.code, ...span, value, num, den, n: den ?? 0, ...none, vsPrev };
    });
    return { key, waiting: null, cells };
  });

function costOf(
  done: readonly Entry[] | null,
  T: number,
  costs: readonly CostEntry[],
  window: Window,
  back: 0 | 1,
) {
  const span = moneySpan(T, window, back);
  const isKnown = isCovered(costs, span.from, span.to);
  const num = isKnown ? costBetween(costs, span.from, span.to) : null;
  if (done === null) return { span, num, den: null, value: num };
  const den = within(done, span, T).length;
  return { span, num, den, value: num === null || den === 0 ? null : divRound(num, den) };
}
