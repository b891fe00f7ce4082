/** Which of what has a topic carries the most usual tag of that. */
import { tagsOf } from '../conversation/transition.ts';
import { bump } from '../panes/cell.ts';
import type { Found, FoundEvent } from './explain-rows.ts';

export function withModes(found: readonly Found[]): readonly Found[] {
  const top = topTags(found.flatMap(({ events }) => events));
  return found.map(({ conversation, events }) => ({
    conversation,
    events: events.map((event) => {
      const { category, tags } = event.transition.dims;
      const tag = top.get(category);
      return { ...event, amount: tag !== undefined && tagsOf(tags).includes(tag) ? 1 : 0 };
    }),
  }));
}

/** By topic; of equals the smaller one. */
function topTags(events: readonly FoundEvent[]): ReadonlyMap<string, string> {
  const counts = new Map<string, Map<string, number>>();
  for (const { transition } of events) {
    const { category, tags } = transition.dims;
    const own = counts.get(category) ?? new Map<string, number>();
    counts.set(category, own);
    for (const tag of tagsOf(tags)) bump(own, tag, 1);
  }
  const top = new Map<string, string>();
  for (const [topic, tags] of counts) {
    const [first] = [...tags].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
    if (first) top.set(topic, first[0]);
  }
  return top;
}
