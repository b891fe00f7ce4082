import { second } from '../../time/instant.ts';
import { whenSaid } from '../dims.ts';
import { isHuman } from '../messages.ts';
import { isHandoff } from '../transfers.ts';
import type { Transition } from '../transition.ts';
import { type Story, spent } from './story.ts';

/**
 * `handoff_answered`: the first human message by whoever got the conversation, before it is handed on
 * or closed (metrics.md 3.1, `handoff-gap`).
 */
export function handoffGap(story: Story): Transition[] {
  if (story.noMessages) return [];
  const handoffs = story.transfers.filter(isHandoff).sort((a, b) => a.at - b.at);
  return handoffs.flatMap(({ at, owner }, i): Transition[] => {
    const next = handoffs[i + 1]?.at ?? Number.POSITIVE_INFINITY;
    const close = story.closes.find((c) => c.at > at)?.at ?? Number.POSITIVE_INFINITY;
    const until = second(Math.min(next, close));
    const answer = story.timeline.messages.find(
      (m) => isHuman(m) && (owner === null || m.authorId === owner) && second(m.at) > second(at),
    );
    if (!answer || second(answer.at) > until) return [];
    const { live } = answer;
    const dims = story.dimsAt(whenSaid(answer));
    const took = spent(story, at, answer.at, dims);
    return [{ kind: 'handoff_answered', at: answer.at, atMin: null, live, dims, ...took }];
  });
}
