/** `closed`, `reopened` and `resolved`, and what they carry beside their instant (metrics.md 1.4, 3.1, 3.2). */
import { aiHandedOffAt } from './ai-handoff.ts';
import { type Change, second, valueAt, valueNow } from './attribute.ts';
import { atChange, type Case, isPublic, type Transition } from './case.ts';
import { closureOf, isCourtesy, reopenings } from './closures.ts';
import { type Holds, heldWithin } from './holds.ts';
import { firstReply } from './owners.ts';

export function closures(found: Case): Transition[] {
  const closed = found.closes.map((close) => ({
    ...atChange(found, 'closed', close),
    ...closedAmounts(found, close),
    isMerge: closureOf(found, close).closedBy === 'merge',
    isTagged: found.tags.first === null ? null : valueAt(found.tags, close.at) !== null,
  }));
  const reopened = reopenings(found).map(({ change, by }) => ({
    ...atChange(found, `reopened.${by}`, change),
    isCourtesy: isCourtesy(found, change),
  }));
  return [...closed, ...reopened];
}

/** The last close while it is still closed; a closed chapter's, until something follows it. */
export function resolved(found: Case, holds: Holds): Transition[] {
  const { state, closes, story } = found;
  if (valueNow(state) !== 'closed') return [];
  const close = closes.at(-1);
  if (!close) return story.past?.resolved ? [story.past.resolved] : [];
  if (['merge', 'bulk'].includes(closureOf(found, close).closedBy)) return [];
  return [{ ...atChange(found, 'resolved', close), ...resolvedAmounts(found, close, holds) }];
}

/** Whether the team had said nothing by then; of the first close since S how long it took. */
function closedAmounts(
  found: Case,
  close: Change,
): Required<Pick<Transition, 'isUnanswered' | 'firstMs'>> {
  const { story, start, closes, hasMessages } = found;
  const heardTeam = story.messages.some(
    (m) => isPublic(m, 'human', 'bot') && second(m.at) <= second(close.at),
  );
  const hadSpoken = story.past !== null && (story.past.spoken.human || story.past.spoken.bot);
  const isUnanswered = hasMessages && !heardTeam && !hadSpoken;
  if (!start || story.past?.start) return { isUnanswered, firstMs: null };
  const isFirst = close === closes.find((one) => second(one.at) >= second(start.at));
  const { effectiveAt } = closureOf(found, close);
  return { isUnanswered, firstMs: isFirst ? Math.max(0, effectiveAt - start.at) : null };
}

/**
 * From S to the resolution: all of it, less holds, and since a person has it, if one answered by
 * then. What was said before S answers nobody, and a summary keeps only the first reply after it.
 */
function resolvedAmounts(
  found: Case,
  close: Change,
  holds: Holds,
): Required<Pick<Transition, 'ms' | 'activeMs' | 'humanMs'>> {
  const { start, story } = found;
  if (!start) return { ms: null, activeMs: null, humanMs: null };
  const { effectiveAt } = closureOf(found, close);
  const ms = Math.max(0, effectiveAt - start.at);
  const reply = story.past?.reply ?? firstReply(found);
  const isAnswered = reply !== undefined && second(reply.at) <= second(close.at);
  const humanFrom = aiHandedOffAt(found) ?? start.at;
  return {
    ms,
    activeMs: Math.max(0, ms - heldWithin(holds, start.at, effectiveAt)),
    humanMs: isAnswered ? Math.max(0, effectiveAt - humanFrom) : null,
  };
}
