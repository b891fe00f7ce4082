/** Cost of a window, alone and over what was done in it (metrics.md 5.3). Totals only. */
import { divRound } from '@sapwood/core/num';
import { type Entry, type OracleCell, type Span, type Window, within } from './cells.ts';
import { type Books, billOf } from './cost.ts';
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
  windows: readonly Window[],
  books: Books,
): OracleSeries[] =>
  Object.entries(MONEY).map(([key, per]) => {
    const done = per === null ? null : recent.filter(({ kind }) => kind === per);
    const cells = windows.map(({ code, money, moneyBefore }): OracleCell => {
      const { bill, den, value } = costOf(done, T, books, money);
      const vsPrev = costOf(done, T, books, moneyBefore).value;
      const { micro: num, provisionalPpm, gaps } = bill;
      const none = { mean: null, p50: null, p90: null, max: null, zeroPpm: null };
      const told = { value, num, den, n: den ?? 0, ...none, vsPrev, provisionalPpm, gaps };
      return { window: code, clock: 'wall', ...money, ...told };
    });
    return { key, waiting: null, cells };
  });

function costOf(done: readonly Entry[] | null, T: number, books: Books, span: Span) {
  const bill = billOf(books, span.from, span.to);
  if (done === null) return { bill, den: null, value: bill.micro };
  const den = within(done, span, T).length;
  const isDivided = bill.micro !== null && den > 0;
  return { bill, den, value: isDivided ? divRound(bill.micro, den) : null };
}
