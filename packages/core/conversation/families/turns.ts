import { whenSaid } from '../dims.ts';
import type { Change } from '../track.ts';
import type { Amounts, Transition } from '../transition.ts';
import type { Turn, TurnEnd } from '../turns.ts';
import { type Story, spent } from './story.ts';

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
  const kind = turn.number === 1 ? 'turn_answered.first' : 'turn_answered.next';
  const dims = story.dimsAt(whenSaid(end.message));
  const { ms, open } = spent(story, turn.opened.at, at, dims);
  const last = spent(story, turn.newest.at, at, dims);
  const amounts = { lastMs: last.ms!, ...keptTarget(story, turn) };
  const answered = { kind, at, atMin: null, live, dims, ms, amounts } as const;
  return open ? { ...answered, open: { ...open, lastMs: last.open!.ms! } } : answered;
}

/** Of the first reply, if one was promised. */
function keptTarget({ sla }: Story, { number }: Turn): Amounts {
  const clock = number === 1 ? sla?.find(({ kind }) => kind === 'first') : undefined;
  return clock ? { inTarget: clock.isBreached ? 0 : 1 } : {};
}

function atChange(
  story: Story,
  kind: 'turn_dropped' | 'turn_released',
  { at, atMin, live }: Change<unknown>,
): Transition {
  return { kind, at, atMin, live, dims: story.dimsAt({ change: at }), ms: null };
}
