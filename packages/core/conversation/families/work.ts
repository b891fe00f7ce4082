import { isNote, isTeam, second } from '../timeline.ts';
import type { Transition } from '../transition.ts';
import { transfers } from './ownership.ts';
import { dimsAt, isAfter, isNoLaterThan, type Story } from './story.ts';

/** `handled` (once, from S on) and `worked` (each piece of work) (metrics.md 1.4). */
export function work(story: Story): Transition[] {
  const worked = pieces(story);
  const first = story.start && !story.past?.start && handledAt(story);
  return first ? [{ ...first, kind: 'handled' }, ...worked] : worked;
}

/** The first team message or close after S; without messages, the first owner or the close. */
function handledAt(story: Story): Transition | null {
  const { start, firstHuman, noMessages, timeline } = story;
  const reply = noMessages
    ? null
    : timeline.messages.find((m) => isTeam(m) && isAfter(m, start!.at));
  const close = story.closes.find((c) => second(c.at) >= second(start!.at));
  const taken = reply
    ? {
        at: reply.at,
        live: reply.live,
        isMessage: true,
        dims: dimsAt(story, { message: reply.at }),
      }
    : noMessages && firstHuman
      ? {
          at: firstHuman.at,
          live: firstHuman.live,
          isMessage: false,
          dims: dimsAt(story, { change: firstHuman.at }),
        }
      : null;
  const base = { kind: 'handled', ms: null } as const;
  if (taken && (!close || isNoLaterThan(taken, close))) {
    const { at, live, dims } = taken;
    return { ...base, at, live, dims, atMin: null };
  }
  if (!close) return null;
  const dims = dimsAt(story, { change: close.at });
  return { ...base, at: close.at, atMin: close.atMin, live: close.live, dims };
}

/** In order; within a second the message comes first (metrics.md 1.3). */
function pieces(story: Story): Transition[] {
  const { timeline, closes } = story;
  const said: Transition[] = [];
  for (const m of timeline.messages) {
    if (!(isTeam(m) || isNote(m))) continue;
    const dims = dimsAt(story, { message: m.at });
    said.push({ kind: 'worked', at: m.at, atMin: null, live: m.live, dims, ms: null });
  }
  // A change of owner that is a transfer is work in the row of the one who gave it away.
  const given = transfers(story);
  const done: Transition[] = [];
  for (const change of [...timeline.owner.changes, ...timeline.team.changes, ...closes]) {
    const { at, atMin, live } = change;
    const transfer = given.find(({ changes }) => changes.some((c) => c === change));
    const dims = transfer?.transition.dims ?? dimsAt(story, { change: at });
    done.push({ kind: 'worked', at, atMin, live, dims, ms: null });
  }
  done.sort((a, b) => a.at - b.at);
  return [...said, ...done].sort((a, b) => second(a.at) - second(b.at));
}
