/** From windows to published cells: every window of a series on each clock (metrics.md 0, 7). */
import type { MetricDefinition } from './catalogue.ts';
import { besideCell } from './cell-names.ts';
import { decorate } from './cells.ts';
import { type Absence, lackOf } from './lacks.ts';
import { isNotNew } from './read-novelty.ts';
import { readNow } from './read-now.ts';
import { readerOf } from './readers.ts';
import { BLANK, type ReadContext, type Reading } from './reading.ts';
import { type Cell, CLOCKS, type Clock, type WindowCode } from './value.ts';

/** Every window of a series, wall clock. `key` is the series key, one row of `metric`. */
export function readCells(
  metric: MetricDefinition,
  key: string,
  context: ReadContext,
  absence: Absence = null,
): Cell[] {
  const absent = lackOf(metric, context) ?? absence;
  const { form } = metric;
  if (form === 'GAUGE') return [readGauge(metric, key, context, absent)];
  if (metric.hoursOf) return [readPeak(metric, context, absent)];
  const inHours = form === 'DUR' && context.hasHours && !metric.isWork;
  const clocks: readonly Clock[] = inHours ? CLOCKS : ['wall'];
  return clocks.flatMap((clock) =>
    metric.windows.map((code) => {
      const cell = clock === 'wall' ? key : besideCell(key);
      const read = readerOf(metric, form);
      const reading = read(metric, cell, code, context);
      const { now, before } = context.withheld(code);
      const lack = absent ?? withoutValue(metric, code, now, context);
      const all = lack ? { ...BLANK, to: reading.to, reasons: [lack] } : reading;
      const known = before ? { ...all, vsPrev: null } : all;
      const { from, fromBefore } = context.windows.span(code);
      const isCensored = metric.censored?.includes(code) && !absent;
      const censored = isCensored ? context.censored(from, clock) : null;
      return decorate(metric, { code, clock, from, fromBefore, censored }, known, context);
    }),
  );
}

/** Why there is none in this window of a row that has others. */
function withoutValue(
  metric: MetricDefinition,
  code: WindowCode,
  isWithheld: boolean,
  context: ReadContext,
): string | null {
  if (isWithheld) return 'privacy';
  return isNotNew(metric, code, context) ? 'not_new' : null;
}

/** Of now; what was in it before is not known. */
function readGauge(
  metric: MetricDefinition,
  key: string,
  context: ReadContext,
  absent: string | null,
): Cell {
  const { T } = context;
  const reading = absent
    ? { ...BLANK, to: T, reasons: [absent] }
    : { ...BLANK, to: T, ...readNow(metric, key, context) };
  const place = {
    code: 'now',
    clock: 'wall',
    from: reading.to,
    fromBefore: reading.to,
    censored: null,
  } as const;
  return decorate(metric, place, reading, context);
}

/** Of whole local days before today; of the 8 weeks before them nothing is kept. */
function readPeak(metric: MetricDefinition, context: ReadContext, absent: string | null): Cell {
  const { from, to, counted, hours, value, low, high } = context.peak();
  const lack = absent ?? (value === null ? 'too_few_weeks' : null);
  const reading: Reading = lack
    ? { ...BLANK, to, reasons: [lack] }
    : { ...BLANK, to, value, num: counted, den: hours, n: counted!, low, high };
  const place = { code: '56d', clock: 'wall', from, fromBefore: from, censored: null } as const;
  return decorate(metric, place, reading, context);
}
