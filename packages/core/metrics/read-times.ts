/** Durations as panes hold them: of a row, or of the account in the middle of it (metrics.md 0, "Quantile"). */
import { divRound } from '../num/integer.ts';
import { type Aggregate, quantilesOf, type Range } from '../panes/cell.ts';
import type { MetricDefinition } from './definition.ts';
import { ppm } from './shares.ts';
import type { Cell, WindowCode } from './value.ts';
import type { Level } from './windows-state.ts';

export type Times = Pick<
  Cell,
  'value' | 'num' | 'den' | 'n' | 'mean' | 'p50' | 'p90' | 'max' | 'zeroPpm' | 'vsPrev' | 'reasons'
>;

const NO_TIMES: Times = {
  ...{ value: null, num: null, den: null, n: 0 },
  ...{ mean: null, p50: null, p90: null, max: null },
  ...{ zeroPpm: null, vsPrev: null, reasons: [] },
};

/** The one number that stands for the durations. */
export function headline(metric: MetricDefinition, sums: Aggregate, range: Range | null): number {
  if (metric.headline === 'mean') return divRound(sums.sum, sums.n);
  return medianOf(sums, range);
}

const medianOf = (sums: Aggregate, range: Range | null): number =>
  quantilesOf(sums, [50], range)[0]!;

export function readTimes(
  metric: MetricDefinition,
  { panes }: Level,
  cell: string,
  code: WindowCode,
): Times {
  const { now, before, range, rangeBefore } = panes.read(cell, code);
  const vsPrev = before.n === 0 ? null : headline(metric, before, rangeBefore);
  const reason = metric.needsMessages ? 'no_replies' : 'none_ended';
  if (now.n === 0) return { ...NO_TIMES, vsPrev, reasons: [reason] };
  const { n, sum } = now;
  const mean = divRound(sum, n);
  const [p50, p90] = quantilesOf(now, [50, 90], range) as [number, number];
  const value = metric.headline === 'mean' ? mean : p50;
  return {
    ...{ ...NO_TIMES, value, num: sum, den: n, n, vsPrev },
    ...{ mean, p50, p90, max: range?.max ?? null, zeroPpm: zerosOf(now) },
  };
}

/** Of the account in the middle there is a value, and no mean nor longest: `n` accounts are told of. */
export function readMiddle({ panes, middles }: Level, cell: string, code: WindowCode): Times {
  const { now, before } = middles!.read(cell, code);
  const vsPrev = before.n === 0 ? null : medianOf(before, null);
  if (now.n === 0) {
    const isNone = panes.read(cell, code).now.n === 0;
    return { ...NO_TIMES, vsPrev, reasons: [isNone ? 'no_replies' : 'few_replies'] };
  }
  return { ...NO_TIMES, value: medianOf(now, null), n: now.n, zeroPpm: zerosOf(now), vsPrev };
}

/** Share of those that no open hour lies in (metrics.md 1.6). */
const zerosOf = ({ n, counts }: Aggregate): number => ppm(counts.get(0) ?? 0, n);
