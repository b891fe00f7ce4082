/** Every metric that Sapwood knows: those of the catalogue, which it computes, views of these, and those it does not yet. */
import { PLANNED } from './catalogue/planned/index.ts';
import { VIEWS } from './catalogue/views.ts';
import { CATALOGUE, type MetricDefinition } from './catalogue.ts';
import { type MetricSheet, viewText, wantOf } from './sheet.ts';

/** Those that are computed first. */
export const SHEETS: readonly MetricSheet[] = [...CATALOGUE.map(sheetOf), ...VIEWS, ...PLANNED];
export const METRIC_IDS: readonly string[] = SHEETS.map(({ id }) => id);

const BY_ID: ReadonlyMap<string, MetricSheet> = new Map(SHEETS.map((sheet) => [sheet.id, sheet]));
const MISSING: ReadonlyMap<string, string> = new Map(
  PLANNED.map((sheet) => [sheet.id, wantOf(sheet)]),
);

/** Per hour is no unit of values, but one that identities are checked by. */
function sheetOf(metric: MetricDefinition): MetricSheet {
  return metric.perHour ? { ...metric, unit: 'micro/h' } : metric;
}

/** null: nobody knows it. */
export function metricSheet(id: string): MetricSheet | null {
  return BY_ID.get(id) ?? null;
}

/** Why a known metric has no value anywhere; null: it is computed, or nobody knows it. */
export function missingOf(id: string): string | null {
  return MISSING.get(id) ?? null;
}

/** The same, and of a view what it shows instead. */
export function valuelessOf(id: string): string | null {
  const view = metricSheet(id)?.viewOf;
  return view ? viewText(view) : missingOf(id);
}
