import { second } from '../timeline.ts';
import type { Dimensions, Transition } from '../transition.ts';
import { NONE } from '../transition.ts';
import { dimsAt, isNoLaterThan, type Story } from './story.ts';

/** `created` and `opened` (metrics.md 1.4): counted once, in the row of the one who took it. */
export function opening(story: Story): Transition[] {
  const { timeline, start, past } = story;
  const transitions: Transition[] = [];
  const dims = dimsUntilTaken(story);
  if (timeline.createdAt !== null && !past) {
    transitions.push({
      kind: 'created',
      at: timeline.createdAt,
      atMin: null,
      live: timeline.createdLive,
      dims: { ...dims, channel: timeline.channel ?? NONE },
      ms: null,
    });
  }
  if (start && !past?.start) {
    transitions.push({
      kind: 'opened',
      at: start.at,
      atMin: null,
      live: start.live,
      dims,
      ms: null,
    });
  }
  return transitions;
}

/** The values now until the first human message or close after the start, then those of that instant. */
function dimsUntilTaken(story: Story): Dimensions {
  const from = story.start?.at ?? story.timeline.createdAt ?? 0;
  const human = story.firstHuman;
  const close = story.closes.find((c) => second(c.at) >= second(from));
  if (human && (!close || isNoLaterThan(human, close))) {
    return dimsAt(story, human.isMessage ? { message: human.at } : { change: human.at });
  }
  return close ? dimsAt(story, { change: close.at }) : dimsAt(story, 'now');
}
