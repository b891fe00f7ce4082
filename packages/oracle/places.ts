/** Rows of a metric: the total, and one for each value of each dimension it is told by (metrics.md 4). */
import { seriesKey } from '@sapwood/core/metrics';
import type { Known } from './circumstances.ts';
import { DIMENSIONS, type Dimension, type FullRow } from './rows.ts';

export interface InRow {
  readonly row: FullRow;
}

/** A value of a dimension; null: the total. Of several at once it is their names with commas, and the list of their values. */
export type Place = { readonly dimension: Dimension; readonly value: string } | null;
export type By = Known['by'];

/** Several dimensions are named with commas. */
export const namesOf = (dimension: string): readonly string[] => dimension.split(',');
const isSeveral = (dimension: string): boolean => dimension.includes(',');

export const placeOf = (dimension: string, values: readonly string[]): NonNullable<Place> => ({
  dimension: dimension as Dimension,
  value: isSeveral(dimension) ? JSON.stringify(values) : values[0]!,
});

export function keyOf(metric: string, place: Place): string {
  if (place === null) return seriesKey(metric, {});
  const { dimension, value } = place;
  const values: readonly string[] = isSeveral(dimension) ? JSON.parse(value) : [value];
  const pairs = namesOf(dimension).map((name, i) => [name, values[i]!]);
  return seriesKey(metric, Object.fromEntries(pairs));
}

/** Every way to take one of each. */
export const combined = (lists: readonly (readonly string[])[]): readonly (readonly string[])[] =>
  lists.reduce<readonly (readonly string[])[]>(
    (heads, list) => heads.flatMap((head) => list.map((one) => [...head, one])),
    [[]],
  );

/** What of a dimension it stands under, or of several at once. */
function valuesIn(row: FullRow, dimension: string): readonly string[] {
  if (!isSeveral(dimension)) return row[dimension as Dimension];
  const lists = namesOf(dimension).map((name) => row[name as Dimension]);
  return combined(lists).map((values) => placeOf(dimension, values).value);
}

/** The total, and each value of each dimension that entries stand under, and of those that are declared together. */
export function placesOf(entries: readonly InRow[], by: By): Place[] {
  const together = Object.values(by).flatMap((names) => names.filter(isSeveral));
  // Those of now alone no entry has.
  const crosses = together.filter((names) =>
    namesOf(names).every((one) => (DIMENSIONS as readonly string[]).includes(one)),
  );
  const all = [...DIMENSIONS, ...new Set(crosses)] as Dimension[];
  const places = all.flatMap((dimension) => {
    const values = new Set(entries.flatMap(({ row }) => valuesIn(row, dimension)));
    return [...values].map((value) => ({ dimension, value }));
  });
  return [null, ...places];
}

/** What a metric is told by, whatever is declared, if not by channel and team. */
const ALWAYS: Readonly<Record<string, readonly Dimension[]>> = {
  'account-health-score': [],
  'account-response-time': [],
  'agent-productivity-index': ['team'],
  'agent-specialisation': [],
  'category-recurrence-rate': [],
  'csat-gap-ai': ['channel'],
  'custom-field-utilisation': ['team'],
  'customer-contact-frequency': [],
  'escalation-bounce': ['team'],
  'escalation-context': ['team'],
  'issue-category-distribution': ['category'],
  'knowledge-gap-score': [],
  'tag-frequency': ['tag', 'team'],
  'tag-novelty': ['tag', 'team'],
};
const OFTEN: readonly Dimension[] = ['channel', 'team'];

/** Of most metrics there are rows by channel and team, of some by what is declared for them. */
export function hasRow(metric: string, place: Place, by: By): boolean {
  if (place === null || (ALWAYS[metric] ?? OFTEN).includes(place.dimension)) return true;
  return by[metric]?.includes(place.dimension) === true;
}

/** Picks the entries of a row; an entry stands in one for each of its values. */
export function byRow<E extends InRow>(entries: readonly E[]): (place: Place) => readonly E[] {
  const known = new Map<Dimension, ReadonlyMap<string, readonly E[]>>();
  return (place) => {
    if (place === null) return entries;
    const { dimension, value } = place;
    const groups = known.get(dimension) ?? grouped(entries, dimension);
    known.set(dimension, groups);
    return groups.get(value) ?? [];
  };
}

function grouped<E extends InRow>(entries: readonly E[], dimension: Dimension): Map<string, E[]> {
  const groups = new Map<string, E[]>();
  for (const entry of entries) {
    for (const value of valuesIn(entry.row, dimension)) {
      const group = groups.get(value);
      if (group) group.push(entry);
      else groups.set(value, [entry]);
    }
  }
  return groups;
}
