import type { Change } from '../track.ts';
import { type Transition, type TransitionKind, tagsOf } from '../transition.ts';
import type { Story } from './story.ts';

/** `prioritised, categorised, tagged, field_filled` and their opposites (metrics.md 1.4). */
export function labels(story: Story): Transition[] {
  const { priority, category, tags, fieldsFilled } = story.timeline;
  const told = (kind: TransitionKind, { at, atMin, live }: Change<unknown>): Transition => ({
    kind,
    at,
    atMin,
    live,
    dims: story.dimsAt({ change: at }),
    ms: null,
  });
  const inSet = (
    change: Change<string>,
    appears: TransitionKind,
    vanishes: TransitionKind,
  ): Transition[] => {
    const [before, after] = [new Set(tagsOf(change.from)), new Set(tagsOf(change.to))];
    return [
      ...[...after].filter((one) => !before.has(one)).map(() => told(appears, change)),
      ...[...before].filter((one) => !after.has(one)).map(() => told(vanishes, change)),
    ];
  };
  return [
    ...priority.changes.map((c) => told(c.to === null ? 'unprioritised' : 'prioritised', c)),
    ...category.changes.map((c) => told(c.to === null ? 'uncategorised' : 'categorised', c)),
    ...tags.changes.flatMap((c) => inSet(c, 'tagged', 'untagged')),
    ...fieldsFilled.changes.flatMap((c) => inSet(c, 'field_filled', 'field_emptied')),
  ];
}
