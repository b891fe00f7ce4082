import type { StateCategory } from '../../facts/fact.ts';
import { DAY_MS } from '../../time/instant.ts';
import type { Change } from '../timeline.ts';
import { isCustomer, isHuman, isNote, second } from '../timeline.ts';
import type { Transition, TransitionKind } from '../transition.ts';
import { dimsAt, type Story } from './story.ts';

/** An agent's message or note this near a reopen says that the agent reopened it. */
const AGENT_NEAR_S = 60;

/** `closed` and `reopened{customer, agent, automation, unknown}` (metrics.md 1.4). */
export function closure(story: Story): Transition[] {
  const transitions: Transition[] = [];
  let closedAt = story.past?.closedAt ?? Number.NEGATIVE_INFINITY;
  for (const change of story.timeline.state.changes) {
    if (change.to === 'closed') {
      transitions.push(stop(story, 'closed', change));
      closedAt = change.at;
    } else if (change.from === 'closed') {
      const kind = reopenedBy(story, closedAt, change);
      const courtesy = isCourtesy(story, change);
      transitions.push({
        ...stop(story, kind, change),
        ...(courtesy ? { courtesy: true as const } : {}),
      });
    }
  }
  return transitions;
}

function stop(story: Story, kind: TransitionKind, change: Change<StateCategory>): Transition {
  return {
    kind,
    at: change.at,
    atMin: change.atMin,
    live: change.live,
    dims: dimsAt(story, { change: change.at }),
    ms: null,
  };
}

function reopenedBy(story: Story, closeAt: number, reopen: Change<StateCategory>): TransitionKind {
  if (story.noMessages) return 'reopened.unknown';
  const closedAt = second(closeAt);
  const seenAt = second(reopen.seenAt);
  const { messages } = story.timeline;
  if (messages.some((m) => isCustomer(m) && second(m.at) > closedAt && second(m.at) <= seenAt)) {
    return 'reopened.customer';
  }
  const near = messages.some(
    (m) => (isHuman(m) || isNote(m)) && Math.abs(second(m.at) - second(reopen.at)) <= AGENT_NEAR_S,
  );
  return near ? 'reopened.agent' : 'reopened.automation';
}

/** Closed again within 24 h with no human reply between. */
function isCourtesy(story: Story, reopen: Change<StateCategory>): boolean {
  const again = story.closes.find((c) => c.at > reopen.at);
  if (!again || again.at - reopen.at > DAY_MS) return false;
  return !story.timeline.messages.some(
    (m) => isHuman(m) && second(m.at) >= second(reopen.at) && second(m.at) <= second(again.at),
  );
}
