import { isNote, isTeam, second } from '../timeline.ts';
import type { Transition } from '../transition.ts';
import { dimsAt, isAfter, type Story } from './story.ts';

/** `handled` (once) and `worked` (each piece of work), from S on (metrics.md 1.4). */
export function work(story: Story): Transition[] {
  const { start } = story;
  if (!start) return [];
  const worked = pieces(story).sort((a, b) => a.at - b.at);
  const first = handledAt(story);
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
    ? { at: reply.at, live: reply.live, dims: dimsAt(story, { message: reply.at }) }
    : noMessages && firstHuman
      ? { at: firstHuman.at, live: firstHuman.live, dims: dimsAt(story, { change: firstHuman.at }) }
      : null;
  const base = { kind: 'handled', ms: null } as const;
  if (taken && (!close || second(taken.at) <= second(close.at))) {
    return { ...base, ...taken, atMin: null };
  }
  if (!close) return null;
  const dims = dimsAt(story, { change: close.at });
  return { ...base, at: close.at, atMin: close.atMin, live: close.live, dims };
}

function pieces(story: Story): Transition[] {
  const { start, timeline, closes } = story;
  const from = second(start!.at);
  const worked: Transition[] = [];
  for (const m of timeline.messages) {
    if (!(isTeam(m) || isNote(m)) || second(m.at) < from) continue;
    const dims = dimsAt(story, { message: m.at });
    worked.push({ kind: 'worked', at: m.at, atMin: null, live: m.live, dims, ms: null });
  }
  for (const change of [...timeline.assignee.changes, ...timeline.team.changes]) {
    if (second(change.at) < from) continue;
    // A change of owner is work in the row of the one who gave it away.
    const dims = dimsAt(story, { change: change.at - 1 });
    worked.push({
      kind: 'worked',
      at: change.at,
      atMin: change.atMin,
      live: change.live,
      dims,
      ms: null,
    });
  }
  for (const close of closes) {
    if (second(close.at) < from) continue;
    const dims = dimsAt(story, { change: close.at });
    worked.push({
      kind: 'worked',
      at: close.at,
      atMin: close.atMin,
      live: close.live,
      dims,
      ms: null,
    });
  }
  return worked;
}
