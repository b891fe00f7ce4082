/** Named values as text and back; what is empty is not written. */
import { canonicalJson } from '../num/integer.ts';

/** How each value is written where it is empty. */
export const textsOf = (empty: object): ReadonlyMap<string, string> =>
  new Map(Object.entries(empty).map(([name, value]) => [name, JSON.stringify(value)]));

export function storedText(stored: object, empties: ReadonlyMap<string, string>): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(stored)) {
    if (value === null || (Array.isArray(value) && value.length === 0)) continue;
    // What is not a row has no order of its own.
    const isRow = Array.isArray(value) || typeof value !== 'object';
    const text = isRow ? JSON.stringify(value) : canonicalJson(value);
    if (text !== empties.get(name)) parts.push(`"${name}":${text}`);
  }
  return `{${parts.join(',')}}`;
}

export const parseStored = <S extends object>(text: string, empty: S): S => ({
  ...empty,
  ...(JSON.parse(text) as Partial<S>),
});
