import { whenSaid } from '../dims.ts';
import type { Change } from '../track.ts';
import type { Transition } from '../transition.ts';
import type { Turn, TurnEnd } from '../turns.ts';
import type { Story } from './story.ts';

/** `turn_opened`, `turn_answered`, `turn_dropped`, `turn_released` (metrics.md 1.4). */
export const turns = (story: Story): Transition[] =>
  story.turns.all.flatMap((turn) => {
    const opened = openedBy(story, turn);
    return turn.end ? [opened, endOf(story, turn, turn.end)] : [opened];
  });

function openedBy(story: Story, { opened: { at, live, place } }: Turn): Transition {
  const dims = story.dimsAt(place < 0 ? { change: at } : { message: at });
  return { kind: 'turn_opened', at, atMin: null, live, dims, ms: null };
}

function endOf(story: Story, turn: Turn, end: TurnEnd): Transition {
  if (end.kind !== 'answered') return atChange(story, `turn_${end.kind}`, end.change);
  const { at, live } = end.message;
  return {
    kind: turn.number === 1 ? 'turn_answered.first' : 'turn_answered.next',
    at,
    atMin: null,
    live,
    dims: story.dimsAt(whenSaid(end.message)),
    ms: Math.max(0, at - turn.opened.at),
    amounts: { lastMs: Math.max(0, at - turn.newest.at) },
  };
}

function atChange(
  story: Story,
  kind: 'turn_dropped' | 'turn_released',
  { at, atMin, live }: Change<unknown>,
): Transition {
  return { kind, at, atMin, live, dims: story.dimsAt({ change: at }), ms: null };
}
