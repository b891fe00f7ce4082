/** Reopenings: who did it, and whether it was a mere courtesy (metrics.md 1.4). */
import type { StateCategory } from '../facts/fact.ts';
import { DAY_MS, second } from '../time/instant.ts';
import type { Past } from './chapter.ts';
import { isCustomer, isHuman, isNote } from './messages.ts';
import type { Timeline } from './timeline.ts';
import type { Change } from './track.ts';
import type { TransitionKind } from './transition.ts';

/** An agent's message or note this near a reopen says that the agent reopened it. */
const AGENT_NEAR_S = 60;

export interface Reopen {
  readonly kind: Extract<TransitionKind, `reopened.${string}`>;
  readonly change: Change<StateCategory>;
  readonly isCourtesy: boolean;
}

export function reopensOf(timeline: Timeline, past: Past | null, noMessages: boolean): Reopen[] {
  const reopens: Reopen[] = [];
  let closedAt = past?.closedAt ?? Number.NEGATIVE_INFINITY;
  const { changes } = timeline.state;
  for (const [i, change] of changes.entries()) {
    if (change.to === 'closed') closedAt = change.at;
    else if (change.from === 'closed') {
      const kind = noMessages ? 'reopened.unknown' : reopenedBy(timeline, closedAt, change);
      const again = changes.slice(i + 1).find(({ to }) => to === 'closed');
      reopens.push({ kind, change, isCourtesy: isCourtesy(timeline, change, again) });
    }
  }
  return reopens;
}

function reopenedBy(
  { messages }: Timeline,
  closeAt: number,
  reopen: Change<StateCategory>,
): Reopen['kind'] {
  const closedAt = second(closeAt);
  const seenAt = second(reopen.seenAt);
  if (messages.some((m) => isCustomer(m) && second(m.at) > closedAt && second(m.at) <= seenAt)) {
    return 'reopened.customer';
  }
  const near = messages.some(
    (m) => (isHuman(m) || isNote(m)) && Math.abs(second(m.at) - second(reopen.at)) <= AGENT_NEAR_S,
  );
  return near ? 'reopened.agent' : 'reopened.automation';
}

/** Closed again within 24 h with no human reply between. */
function isCourtesy(
  { messages }: Timeline,
  reopen: Change<StateCategory>,
  again: Change<StateCategory> | undefined,
): boolean {
  if (!again || again.at - reopen.at > DAY_MS) return false;
  return !messages.some(
    (m) => isHuman(m) && second(m.at) >= second(reopen.at) && second(m.at) <= second(again.at),
  );
}
