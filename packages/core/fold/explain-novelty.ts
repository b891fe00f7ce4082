/** Which closes carry a tag that was first seen in the window. */
import { tagsOf } from '../conversation/transition.ts';
import { OTHER } from '../metrics/dimensions.ts';
import { countedIn } from '../metrics/read-novelty.ts';
import type { Asked, Found } from './explain-rows.ts';
import { rowOf } from './publish.ts';
import type { WorkspaceFold } from './workspace.ts';

/** A tag that is told of is new: what carries it counts, as in any class. */
export function withNovelty(
  found: readonly Found[],
  { row, from }: Asked,
  workspace: WorkspaceFold,
): readonly Found[] {
  const own = typeof row === 'string' ? rowOf(workspace, row) : null;
  if (own && own.value !== OTHER) return found;
  const isNew = (tag: string): boolean => workspace.windows.tags.isSince(tag, from);
  const count = countedIn(own);
  return found.map(({ conversation, events }) => ({
    conversation,
    events: events.map((event) => ({
      ...event,
      amount: count(tagsOf(event.transition.dims.tags), isNew),
    })),
  }));
}
