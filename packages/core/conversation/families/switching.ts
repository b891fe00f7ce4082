import { isCustomer } from '../messages.ts';
import type { Transition } from '../transition.ts';
import type { Story } from './story.ts';

/** `channel_switched`: two messages of the customer in a row on different channels (metrics.md 1.4). */
export function switching(story: Story): Transition[] {
  const asked = story.timeline.messages.filter(isCustomer);
  return asked.flatMap(({ at, live, channel }, i): Transition[] => {
    const before = asked[i - 1]?.channel ?? null;
    if (before === null || channel === null || before === channel) return [];
    const dims = story.dimsAt({ message: at });
    return [{ kind: 'channel_switched', at, atMin: null, live, dims, ms: null }];
  });
}
