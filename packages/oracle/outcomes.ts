/** `closed`, `reopened` and `resolved`, and what they carry beside their instant (metrics.md 1.4, 3.1, 3.2). */

import { aiHandedOffAt } from './ai-handoff.ts';
import { type Change, second, type Value, valueAt, valueNow } from './attribute.ts';
import { atChange, isPublic } from './case.ts';
import { closureOf, isCourtesy, reopenings } from './closures.ts';
import type { Case } from './conversation.ts';
import { fateOf, openMs } from './fates.ts';
import { handledBy } from './handling.ts';
import { type Holds, heldOf } from './holds.ts';
import type { Stretch } from './hours.ts';
import { wordsOf } from './labels.ts';
import { type Lasted, lasted } from './lasted.ts';
import { firstReply } from './owners.ts';
import { accountOf, channelOf } from './rows.ts';
import type { Transition } from './transition.ts';
import { vendorTook } from './vendor.ts';

export function closures(found: Case): Transition[] {
  const closed = found.closes.map((close) => {
    const transition = atChange(found, 'closed', close);
    const amounts = closedAmounts(found, close, accountOf(transition.row));
    const isTagged = found.tags.first === null ? null : valueAt(found.tags, close.at) !== null;
    const filled = found.fields.first === null ? null : wordsOf(valueAt(found.fields, close.at));
    const isMerge = closureOf(found, close).closedBy === 'merge';
    return {
      ...{ ...transition, ...amounts, isTagged, filled, isMerge },
      ...{ fate: fateOf(found, close), openMs: openMs(channelOf(found)) },
    };
  });
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
  const transition = atChange(found, 'resolved', close);
  const amounts = resolvedAmounts(found, close, accountOf(transition.row), holds);
  const handlingMs = found.hasMessages && found.start ? handledBy(found, close.at) : null;
  const vendor = vendorTook(found).resolution;
  return [{ ...transition, ...amounts, handlingMs, vendor }];
}

/** Whether the team had said nothing by then; of the first close since S how long it took. */
function closedAmounts(
  found: Case,
  close: Change,
  account: Value,
): Required<Pick<Transition, 'isUnanswered' | 'first'>> {
  const { story, start, closes, hasMessages } = found;
  const heardTeam = story.messages.some(
    (m) => isPublic(m, 'human', 'bot') && second(m.at) <= second(close.at),
  );
  const hadSpoken = story.past !== null && (story.past.spoken.human || story.past.spoken.bot);
  const isUnanswered = hasMessages && !heardTeam && !hadSpoken;
  if (!start || story.past?.start) return { isUnanswered, first: null };
  const isFirst = close === closes.find((one) => second(one.at) >= second(start.at));
  const { effectiveAt } = closureOf(found, close);
  return { isUnanswered, first: isFirst ? lasted(found, account, start.at, effectiveAt) : null };
}

/**
 * From S to the resolution: all of it, less holds, and since a person has it, if one answered by
 * then. What was said before S answers nobody, and a summary keeps only the first reply after it.
 */
function resolvedAmounts(
  found: Case,
  close: Change,
  account: Value,
  holds: Holds,
): Required<Pick<Transition, 'lasted' | 'active' | 'human'>> {
  const { start, story } = found;
  if (!start) return { lasted: null, active: null, human: null };
  const { effectiveAt } = closureOf(found, close);
  const since = (from: number, rests: readonly Stretch[] = []): Lasted =>
    lasted(found, account, from, effectiveAt, rests);
  const reply = story.past?.reply ?? firstReply(found);
  const isAnswered = reply !== undefined && second(reply.at) <= second(close.at);
  const humanFrom = aiHandedOffAt(found) ?? start.at;
  return {
    lasted: since(start.at),
    active: since(start.at, heldOf(holds)),
    human: isAnswered ? since(humanFrom) : null,
  };
}
