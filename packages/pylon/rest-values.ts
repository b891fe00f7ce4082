/** Reading values of REST answers: empty, absent and malformed are one thing there, observed empty. */
import type { RestCustomFields } from './rest-objects.ts';
import { asInstant } from './scalars.ts';

export const instantOrNull = (value: string | null | undefined): number | null =>
  value ? (asInstant(value) ?? null) : null;
export const textOrNull = (value: string | null | undefined): string | null => value || null;

/** A multi-select has an empty `value` beside its `values` (pylon.md 4.1); the first one counts. */
export function customValue(given: RestCustomFields, slug: string | null): string | null {
  if (slug === null) return null;
  const fields = given ?? {};
  const field = Object.hasOwn(fields, slug) ? fields[slug] : null;
  return textOrNull(field?.value) ?? textOrNull(field?.values?.[0]);
}

/** Slugs of the fields that have a value, sorted. */
export const filledFields = (given: RestCustomFields): string[] =>
  Object.keys(given ?? {})
    .filter((slug) => customValue(given, slug) !== null)
    .sort();
