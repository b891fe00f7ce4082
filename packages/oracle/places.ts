/** Rows of a metric: the total, and one for each value of each dimension it is told by (metrics.md 4). */
import { seriesKey } from '@sapwood/core/metrics';
import type { Known } from './circumstances.ts';
import { DIMENSIONS, type Dimension, type FullRow } from './rows.ts';

export interface InRow {
  readonly row: FullRow;
}

/** A value of a dimension, or of several at once; null: the total. */
export type Place = { readonly dimension: string; readonly values: readonly string[] } | null;
export type By = Known['by'];

/** Several dimensions are named with commas. */
export const namesOf = (dimension: string): readonly string[] => dimension.split(',');

export const keyOf = (metric: string, place: Place): string =>
  seriesKey(
    metric,
    Object.fromEntries(
      place ? namesOf(place.dimension).map((name, i) => [name, place.values[i]!]) : [],
    ),
  );

/** Every way to take one of each. */
export const combined = (lists: readonly (readonly string[])[]): readonly (readonly string[])[] =>
  lists.reduce<readonly (readonly string[])[]>(
    (heads, list) => heads.flatMap((head) => list.map((one) => [...head, one])),
    [[]],
  );

const valuesIn = (row: FullRow, dimension: string): readonly (readonly string[])[] =>
  combined(namesOf(dimension).map((name) => row[name as Dimension] ?? []));

/** The total, and each value of each dimension that entries stand under, and of those that are declared together. */
export function placesOf(entries: readonly InRow[], by: By): Place[] {
  const together = Object.values(by).flatMap((names) => names.filter((name) => name.includes(',')));
  // Those of now alone no entry has.
  const crosses = together.filter((name) =>
    namesOf(name).every((one) => (DIMENSIONS as readonly string[]).includes(one)),
  );
  const places = [...DIMENSIONS, ...new Set(crosses)].flatMap((dimension) => {
    const found = entries.flatMap(({ row }) => valuesIn(row, dimension));
    const distinct = new Map(found.map((values) => [JSON.stringify(values), values]));
    return [...distinct.values()].map((values) => ({ dimension, values }));
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
  if (place === null || (ALWAYS[metric] ?? OFTEN).includes(place.dimension as Dimension))
    return true;
  return by[metric]?.includes(place.dimension) === true;
}

/** Picks the entries of a row; an entry stands in one for each of its values. */
export function byRow<E extends InRow>(entries: readonly E[]): (place: Place) => readonly E[] {
  const known = new Map<string, ReadonlyMap<string, readonly E[]>>();
  return (place) => {
    if (place === null) return entries;
    const { dimension, values } = place;
    const groups = known.get(dimension) ?? grouped(entries, dimension);
    known.set(dimension, groups);
    return groups.get(JSON.stringify(values)) ?? [];
  };
}

function grouped<E extends InRow>(entries: readonly E[], dimension: string): Map<string, E[]> {
  const groups = new Map<string, E[]>();
  for (const entry of entries) {
    for (const values of valuesIn(entry.row, dimension)) {
      const name = JSON.stringify(values);
      const group = groups.get(name);
      if (group) group.push(entry);
      else groups.set(name, [entry]);
    }
  }
  return groups;
}
