/** Values of now: what is open, who waits, how work is spread. */
import { gini, imbalance } from '../num/spread.ts';
import type { WaitIndex } from '../panes/wait-index.ts';
import { FINEST_MS } from '../panes/window.ts';
import type { MetricDefinition } from './catalogue.ts';
import type { Spread } from './definition.ts';
import type { ReadContext, Reading } from './reading.ts';
import { parseSeriesKey } from './value.ts';

export function readNow(
  { gauge }: MetricDefinition,
  key: string,
  context: ReadContext,
): Pick<Reading, 'value' | 'num' | 'n'> & Partial<Pick<Reading, 'to' | 'reasons'>> {
  if (gauge === 'longest_wait') return longestWait(context.waitsIn(key), context.T);
  if (typeof gauge === 'object' && 'spread' in gauge) {
    const loads = context.loads(parseSeriesKey(key)?.dims['team'] ?? null);
    return { value: SPREADS[gauge.spread](loads), num: null, n: loads.length };
  }
  const value = context.gaugeIn(key);
  return { value, num: value, n: value };
}

/** Up to the last edge of a pane, so that it holds until it is told anew. */
function longestWait(
  { count, oldestSince }: ReturnType<WaitIndex['read']>,
  T: number,
): Pick<Reading, 'value' | 'num' | 'n' | 'to' | 'reasons'> {
  const to = Math.floor(T / FINEST_MS) * FINEST_MS;
  const value = oldestSince === null ? null : Math.max(0, to - oldestSince);
  return { value, num: null, n: count, to, reasons: value === null ? ['nobody_waits'] : [] };
}

const SPREADS: Readonly<Record<Spread, (loads: readonly number[]) => number | null>> = {
  imbalance,
  gini,
};
