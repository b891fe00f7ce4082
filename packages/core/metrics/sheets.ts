/** Every metric that Sapwood knows: those of the catalogue, which it computes, and those it does not yet. */
import { PLANNED } from './catalogue/planned.ts';
import { CATALOGUE, type MetricDefinition } from './catalogue.ts';
import { type MetricSheet, wantOf } from './sheet.ts';

const SHEETS: ReadonlyMap<string, MetricDefinition | MetricSheet> = new Map<
  string,
  MetricDefinition | MetricSheet
>([...PLANNED, ...CATALOGUE].map((sheet) => [sheet.id, sheet]));
const MISSING: ReadonlyMap<string, string> = new Map(
  PLANNED.map((sheet) => [sheet.id, wantOf(sheet)]),
);

export const METRIC_IDS: readonly string[] = [...SHEETS.keys()];

/** null: nobody knows it. */
export function metricSheet(id: string): MetricDefinition | MetricSheet | null {
  return SHEETS.get(id) ?? null;
}

/** Why a known metric has no value anywhere; null: it is computed, or nobody knows it. */
export function missingOf(id: string): string | null {
  return MISSING.get(id) ?? null;
}
