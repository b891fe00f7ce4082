/**
 * The wait for the first human reply while it is owed (metrics.md 3.3): what a censored estimate asks of
 * a conversation. It says nothing that the facts do not, whenever it is looked at.
 */
import { coverOf } from './cover.ts';
import { whenSaid } from './dims.ts';
import type { Story } from './families/story.ts';
import { between, type Interval, united, within } from './intervals.ts';
import { valueAt } from './track.ts';
import { type Dimensions, NONE } from './transition.ts';
import type { TurnEnd } from './turns.ts';

export interface FirstWait {
  /** S. */
  readonly from: number;
  /** When somebody replied, or it was closed; null: it runs. */
  readonly end: number | null;
  /** It ended with the reply that was owed. */
  readonly isAnswered: boolean;
  /** When it was owed, in order, [from, to); the last may have no end, or one that is to come. */
  readonly owed: readonly Interval[];
  /** What it stands under: as its reply met the conversation; where there is none, as that is now. */
  readonly dims: Dimensions;
  /** Whose hours count, from S on. */
  readonly account: string | null;
  readonly teams: readonly { readonly from: number; readonly team: string | null }[];
}

/** null: there is none, or only its history is known. */
export function firstWaitOf(story: Story): FirstWait | null {
  const turn = story.turns.all[0];
  if (turn?.number !== 1 || !turn.opened.live) return null;
  const { timeline } = story;
  const { at: from } = turn.opened;
  const reply = turn.end?.kind === 'answered' ? turn.end.message : null;
  const end = turn.end && Math.max(from, endOf(turn.end));
  const { intervals, takenAt } = coverOf(timeline, turn);
  const covers = united(within(intervals, from, takenAt ?? Number.POSITIVE_INFINITY));
  const owed = within(between(covers, from), from, end ?? Number.POSITIVE_INFINITY);
  // What is answered in its very instant was owed for it.
  const isOwed = end === from || owed.at(-1)?.to === end;
  const dims = story.dimsAt(reply ? whenSaid(reply) : 'now');
  const cuts = timeline.team.changes.filter(({ at }) => at > from && at < (end ?? at + 1));
  return {
    from,
    end,
    isAnswered: reply?.live === true && isOwed,
    owed,
    dims,
    account: dims.account === NONE ? null : dims.account,
    teams: [from, ...cuts.map(({ at }) => at)].map((at) => ({
      from: at,
      team: valueAt(timeline.team, at) ?? null,
    })),
  };
}

const endOf = (end: TurnEnd): number => (end.kind === 'answered' ? end.message.at : end.change.at);
