/** Tags as they are seen for the first time: once they were seen, they were, whatever becomes of the conversation. */
import { usableInstant } from '../conversation/add-fact.ts';
import type { FactOf } from '../facts/fact.ts';
import { seriesKey } from '../metrics/value.ts';
import { NOVEL, type WindowsState } from '../metrics/windows-state.ts';
import type { FirstSeen } from '../panes/first-seen.ts';
import type { ToldRows } from './told-rows.ts';

/** At the instant that the look is dated by. */
export function seeTags(
  { body, observedAt, recordedAt }: FactOf<'issue.observed'>,
  seen: FirstSeen,
  shown: Pick<ToldRows, 'rows' | 'touch'>,
  changed: (field: string) => void,
): void {
  const at = usableInstant(body.updatedAt, recordedAt) ?? observedAt;
  for (const tag of (body.tags ?? []).flatMap((one) => seen.take(one, at))) {
    changed(`tag/${tag}`);
    for (const id of NOVEL) {
      const row = seriesKey(id, { tag });
      if (shown.rows.has(row)) shown.touch(row);
      if (shown.rows.has(id)) shown.touch(id);
    }
  }
}

/** Those that are new in the longest window. */
export const newTags = ({ tags, span }: Pick<WindowsState, 'tags' | 'span'>): Iterable<string> =>
  tags.between(span('90d').from, Number.POSITIVE_INFINITY);
