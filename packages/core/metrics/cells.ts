/** What is read of a window as a published cell: what it is in doubt of, and so its state (metrics.md 7). */
import { COST_GAPS } from '../cost/coverage.ts';
import type { MetricDefinition } from './catalogue.ts';
import type { ReadContext, Reading } from './reading.ts';
import type { Cell, CellState, WindowCode } from './value.ts';
import type { WindowSpan } from './windows-state.ts';

/** Which cell it is, and where its window lies. */
export interface Place
  extends Pick<WindowSpan, 'from' | 'fromBefore'>,
    Pick<Cell, 'clock' | 'censored'> {
  readonly code: WindowCode;
}

/** Field by field: of all that a pass does, most is to make these. */
export function decorate(
  metric: MetricDefinition,
  { code, clock, from, fromBefore, censored }: Place,
  reading: Reading,
  context: ReadContext,
): Cell {
  const { value, n, provisionalPpm } = reading;
  const reasons = reading.reasons.some((r) => ABSENT.has(r))
    ? reading.reasons
    : [...reading.reasons, ...doubtsOf(metric, from, context)];
  return {
    window: code,
    clock,
    from,
    to: reading.to,
    state: stateOf(value, reasons, provisionalPpm),
    value,
    num: reading.num,
    den: reading.den,
    n,
    mean: reading.mean,
    p50: reading.p50,
    p90: reading.p90,
    max: reading.max,
    // By the wall every hour is open.
    zeroPpm: clock === 'wall' ? null : reading.zeroPpm,
    low: reading.low,
    high: reading.high,
    // A window that began before the workspace did, or the row, is no reference.
    vsPrev: fromBefore < context.since ? null : reading.vsPrev,
    vsHow: reading.vsHow,
    settled: reading.settled,
    reasons,
    lowN: metric.floor > 0 && n < metric.floor,
    provisionalPpm,
    censored,
    shares: [],
  };
}

function doubtsOf(metric: MetricDefinition, from: number, context: ReadContext): string[] {
  const doubts: string[] = [];
  // What is now has no window, though its instant may be that of the last edge of a pane.
  if (metric.form !== 'GAUGE' && from < context.since) doubts.push('window_filling');
  if (context.unread) doubts.push('unread');
  const restsOnStarts = metric.form !== 'MONEY' && metric.form !== 'GAUGE';
  if (context.provisionalStarts && restsOnStarts) doubts.push('unread_thread');
  return doubts;
}

const PARTIAL: ReadonlySet<string> = new Set([
  'window_filling',
  'unread',
  'unread_thread',
  ...COST_GAPS,
]);
/** There is no value at all, whatever else is in doubt. */
const ABSENT: ReadonlySet<string> = new Set([
  'no_messages',
  'no_scale',
  'no_fields',
  'no_policy',
  'no_roster',
  'not_switched_on',
  'in_other',
  'not_declared',
  'privacy',
  'not_new',
  'not_shown',
  'per_topic',
]);
const UNKNOWN: ReadonlySet<string> = new Set([...ABSENT, 'no_cost', 'few_parts', 'low_n']);

/** The first that applies of unknown, partial, undefined, provisional, live. */
function stateOf(
  value: number | null,
  reasons: readonly string[],
  provisionalPpm: number,
): CellState {
  if (reasons.some((r) => UNKNOWN.has(r))) return 'unknown';
  if (reasons.some((r) => PARTIAL.has(r))) return 'partial';
  if (value === null) return 'undefined';
  return provisionalPpm > 0 ? 'provisional' : 'live';
}
