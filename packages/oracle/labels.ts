/** Priority, category, tags and fields as they change between looks (metrics.md 1.4). */

import type { Change, Value } from './attribute.ts';
import { atChange } from './case.ts';
import type { Case } from './conversation.ts';
import type { Transition } from './transition.ts';

/** Of a comparable value of rows.ts. */
export const wordsOf = (value: Value): readonly string[] =>
  value === null ? [] : JSON.parse(value);

/** One transition for each change of a value, and for each tag or field of a change. */
export function labels(found: Case): Transition[] {
  const { priority, category, tags, fields } = found;
  return [
    ...priority.changes.map((c) => atChange(found, c.to ? 'prioritised' : 'unprioritised', c)),
    ...category.changes.map((c) => atChange(found, c.to ? 'categorised' : 'uncategorised', c)),
    ...tags.changes.flatMap((c) => perWord(found, c, 'tagged', 'untagged')),
    ...fields.changes.flatMap((c) => perWord(found, c, 'field_filled', 'field_emptied')),
  ];
}

function perWord(found: Case, change: Change, came: string, left: string): Transition[] {
  const before = wordsOf(change.from);
  const now = wordsOf(change.to);
  return [
    ...now.filter((word) => !before.includes(word)).map(() => atChange(found, came, change)),
    ...before.filter((word) => !now.includes(word)).map(() => atChange(found, left, change)),
  ];
}
