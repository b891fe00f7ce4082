import { second } from '../../time/instant.ts';
import type { FirstHuman } from '../chapter.ts';
import { isHuman } from '../messages.ts';
import type { Dimensions, Transition } from '../transition.ts';
import { NONE } from '../transition.ts';
import { isAfter, isNoLaterThan, type Story } from './story.ts';

/** `created` and `opened` (metrics.md 1.4): counted once, in the row of the one who took it. */
export function opening(story: Story): Transition[] {
  const { timeline, start, past } = story;
  const transitions: Transition[] = [];
  if (timeline.createdAt !== null && !past) {
    const at = timeline.createdAt;
    const dims = dimsUntilTaken(story, at, firstHumanFrom(story, at));
    transitions.push({
      kind: 'created',
      at,
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
      dims: dimsUntilTaken(story, start.at, story.firstHuman),
      ms: null,
    });
  }
  return transitions;
}

/** Who took part first since the issue was made, which may be before the customer did. */
function firstHumanFrom({ timeline, firstHuman, noMessages }: Story, at: number): Taken | null {
  if (noMessages) return firstHuman;
  const message = timeline.messages.find((m) => isHuman(m) && isAfter(m, at));
  return message ? { at: message.at, isMessage: true } : null;
}

type Taken = Pick<FirstHuman, 'at' | 'isMessage'>;

/** The values now until the first human message or close from an instant on, then those of then. */
function dimsUntilTaken(story: Story, from: number, human: Taken | null): Dimensions {
  const close = story.closes.find((c) => second(c.at) >= second(from));
  if (human && (!close || isNoLaterThan(human, close))) {
    return story.dimsAt(human.isMessage ? { message: human.at } : { change: human.at });
  }
  return story.dimsAt(close ? { change: close.at } : 'now');
}
