/** What became of a close that an AI may claim (metrics.md 1.5, "AI outcome"). */

import { type Change, second } from './attribute.ts';
import { atChange, atMessage, isPublic } from './case.ts';
import { closureOf, isCourtesy, reopenings } from './closures.ts';
import type { Case } from './conversation.ts';
import { openMs } from './fates.ts';
import { rated } from './rating.ts';
import { channelOf } from './rows.ts';
import type { Transition } from './transition.ts';

export interface Outcome {
  readonly transitions: readonly Transition[];
  /** Before this instant time alone changes nothing. */
  readonly until: number;
}

/** By itself: what the customer opens beside it is told later. Of the first claim alone; what a forgotten chapter claimed is settled. */
export function aiOutcome(found: Case, T: number): Outcome {
  const claim = claims(found)[0];
  if (!claim) return { transitions: [], until: Number.POSITIVE_INFINITY };
  const known = openMs(channelOf(found));
  const end = claim.at + known;
  const row = atChange(found, 'claim', claim);
  const told = { ...row, claimedAt: claim.at, openMs: known };
  const settled = (how: string, at: number, live: boolean, rank: 0 | 1 = 1): Outcome => ({
    transitions: [{ ...told, kind: `ai_outcome.${how}`, at, live, rank }],
    until: Number.POSITIVE_INFINITY,
  });
  const returns = returnsWithin(found, claim, end).sort(
    (a, b) => second(a.at) - second(b.at) || a.rank - b.rank,
  );
  const [first] = returns;
  if (first) return settled('failed', first.at, first.live, first.rank);
  if (closureOf(found, claim).closedBy === 'customer') {
    return settled('confirmed', claim.at, row.live);
  }
  const praise = rated(found).find(({ isPositive }) => isPositive);
  if (praise) {
    const isLater = praise.at > claim.at;
    return settled('confirmed', Math.max(praise.at, claim.at), isLater ? praise.live : row.live);
  }
  if (end <= T) return settled('assumed', end, row.live);
  return { ...settled('pending', claim.at, row.live), until: end };
}

/** Closes by the AI or the customer, since S, with a bot and without a person before them. */
function claims(found: Case): Change[] {
  const { story, closes, start, hasMessages } = found;
  const { past } = story;
  if (!hasMessages || !start || past?.isAiClaimed) return [];
  return closes.filter((close) => {
    const heard = story.messages.filter(({ at }) => second(at) <= second(close.at));
    const spoke = (author: 'bot' | 'human'): boolean =>
      past?.spoken[author] === true || heard.some((m) => isPublic(m, author));
    const isClaimed = ['ai_agent', 'customer'].includes(closureOf(found, close).closedBy);
    return isClaimed && spoke('bot') && !spoke('human') && second(close.at) >= second(start.at);
  });
}

type Return = Pick<Transition, 'at' | 'live' | 'rank'>;

/** A person's words, and the customer's returns that are no mere thanks. */
function returnsWithin(found: Case, claim: Change, end: number): Return[] {
  const words = found.story.messages
    .filter((m) => isPublic(m, 'human'))
    .filter(({ at }) => second(at) > second(claim.at) && second(at) <= second(end))
    .map((message) => atMessage(found, 'return', message, null));
  const returns = reopenings(found)
    .filter(({ by, change }) => by === 'customer' && !isCourtesy(found, change))
    .filter(({ change }) => change.index > claim.index && change.at <= end)
    .map(({ change }) => atChange(found, 'return', change));
  return [...words, ...returns];
}
