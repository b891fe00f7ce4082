import { second } from '../../time/instant.ts';
import { whenSaid } from '../dims.ts';
import { filledAt } from '../filled.ts';
import { isHuman } from '../messages.ts';
import type { Transition } from '../transition.ts';
import { type Story, spent } from './story.ts';

/** `ai_handed_off`, and the first human message from it on. */
export function aiHandoff(story: Story): Transition[] {
  const handoff = story.noMessages ? null : story.aiHandoff;
  if (!handoff || handoff.bot === null) return [];
  const { at, when, live, bot } = handoff;
  const dims = story.dimsAt(when);
  const fields = filledAt(story.timeline, when, story.declared.handoverFields);
  const handed = {
    kind: 'ai_handed_off',
    at,
    atMin: null,
    live,
    dims,
    ms: null,
    ...fields,
  } as const;
  const reply = story.timeline.messages.find(
    (m, place) => place > bot && isHuman(m) && second(m.at) >= second(at),
  );
  if (!reply) return [handed];
  const stop = story.dimsAt(whenSaid(reply));
  const after = {
    kind: 'first_reply_after_handoff',
    at: reply.at,
    atMin: null,
    live: reply.live,
    dims: stop,
    ...spent(story, at, reply.at, stop),
  } as const;
  return [handed, after];
}
