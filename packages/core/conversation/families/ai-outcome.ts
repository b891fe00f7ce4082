import { second } from '../../time/instant.ts';
import type { Closing } from '../closing.ts';
import { isBot, isHuman } from '../messages.ts';
import { returnMs } from '../returning.ts';
import type { Transition } from '../transition.ts';
import { rating } from './rating.ts';
import type { Story } from './story.ts';

export interface AiOutcome {
  readonly transitions: readonly Transition[];
  /** When silence settles it; null: nothing is open. */
  readonly dueAt: number | null;
}

const NONE: AiOutcome = { transitions: [], dueAt: null };

/**
 * What became of the first close for which an AI may take the credit (metrics.md 1.5): a bot and no
 * person had spoken, and the AI or the customer closed it. One for each conversation.
 */
export const aiOutcome = (story: Story): Transition[] => [...outcomeOf(story).transitions];

export function outcomeOf(story: Story): AiOutcome {
  const claim = claimOf(story);
  if (!claim) return NONE;
  const { start, timeline } = story;
  const settlesAt = claim.at + returnMs(start?.channel ?? timeline.channel);
  const told = (
    how: 'pending' | 'failed' | 'confirmed' | 'assumed',
    { at, atMin = null, live }: Evidence,
  ): Transition => ({
    ...{ kind: `ai_outcome.${how}`, at, atMin, live, ms: null },
    dims: story.dimsAt({ change: claim.at }),
  });
  const failure = failureOf(story, claim, settlesAt);
  if (failure) return { transitions: [told('failed', failure)], dueAt: null };
  const confirmation = confirmationOf(story, claim);
  if (confirmation) return { transitions: [told('confirmed', confirmation)], dueAt: null };
  const { live } = claim;
  if (story.T >= settlesAt)
    return { transitions: [told('assumed', { at: settlesAt, live })], dueAt: null };
  return { transitions: [told('pending', claim)], dueAt: settlesAt };
}

interface Evidence {
  readonly at: number;
  readonly atMin?: number | null;
  readonly live: boolean;
}

export function claimOf({ timeline, closes, start, past, noMessages }: Story): Closing | undefined {
  if (noMessages || !start || past?.aiClaimed || past?.spoken.human) return undefined;
  const { messages } = timeline;
  return closes.find((close) => {
    if (close.by !== 'ai_agent' && close.by !== 'customer') return false;
    if (second(close.at) < second(start.at)) return false;
    const heard = messages.filter((m) => second(m.at) <= second(close.at));
    return (past?.spoken.bot || heard.some(isBot)) && !heard.some(isHuman);
  });
}

/** The first of a person's word, the customer's return for more than thanks, and another one on the topic. */
function failureOf(story: Story, claim: Closing, until: number): Evidence | undefined {
  const word = story.timeline.messages.find(
    (m) => isHuman(m) && second(m.at) > second(claim.at) && second(m.at) <= second(until),
  );
  const back = story.reopens.find(
    ({ kind, change, isCourtesy }) =>
      kind === 'reopened.customer' &&
      !isCourtesy &&
      change.place > claim.place &&
      change.at <= until,
  )?.change;
  const evidence: (Evidence | null | undefined)[] = [word, story.joined.afterClaim, back];
  return evidence
    .filter((one) => one != null)
    .reduce<Evidence | undefined>(
      (first, one) => (first && second(first.at) <= second(one.at) ? first : one),
      undefined,
    );
}

function confirmationOf(story: Story, claim: Closing): Evidence | undefined {
  if (claim.by === 'customer') return claim;
  const [rated] = rating(story);
  if (rated?.amounts?.positive !== 1) return undefined;
  return rated.at > claim.at ? rated : claim;
}
