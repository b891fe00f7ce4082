import { isHuman } from '../messages.ts';
import { second } from '../track.ts';
import type { Transition } from '../transition.ts';
import { dimsAt, type Story } from './story.ts';

/** `ai_handed_off`, and the first human message from it on. */
export function aiHandoff(story: Story): Transition[] {
  const handoff = story.noMessages ? null : story.aiHandoff;
  if (!handoff || handoff.bot === null) return [];
  const { at, isMessage, live, bot } = handoff;
  const dims = dimsAt(story, isMessage ? { message: at } : { change: at });
  const handed = { kind: 'ai_handed_off', at, atMin: null, live, dims, ms: null } as const;
  const reply = story.timeline.messages.find(
    (m, place) => place > bot && isHuman(m) && second(m.at) >= second(at),
  );
  if (!reply) return [handed];
  return [
    handed,
    {
      kind: 'first_reply_after_handoff',
      at: reply.at,
      atMin: null,
      live: reply.live,
      dims: dimsAt(story, { message: reply.at }),
      ms: Math.max(0, reply.at - at),
    },
  ];
}
