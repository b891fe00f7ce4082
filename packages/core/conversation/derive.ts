/** From the set of facts to the list of transitions: one timeline, then independent families. */
import { type Amendments, NO_AMENDMENTS } from './amendments.ts';
import { aiHandoff } from './families/ai-handoff.ts';
import { aiOutcome, claimOf, outcomeOf } from './families/ai-outcome.ts';
import { closure } from './families/closure.ts';
import { cohorts, standingIn } from './families/cohorts.ts';
import { escalation } from './families/escalation.ts';
import { handoffGap } from './families/handoff-gap.ts';
import { holding } from './families/holding.ts';
import { labels } from './families/labels.ts';
import { opening } from './families/opening.ts';
import { ownership } from './families/ownership.ts';
import { rating } from './families/rating.ts';
import { removal } from './families/removal.ts';
import { replies } from './families/replies.ts';
import { sla, slaNow } from './families/sla.ts';
import { openNow } from './families/standing.ts';
import { type Story, type StoryOptions, tellStory } from './families/story.ts';
import { switching } from './families/switching.ts';
import { turns } from './families/turns.ts';
import { owed } from './families/waiting.ts';
import { work } from './families/work.ts';
import { type FirstWait, firstWaitOf } from './first-wait.ts';
import type { Asked } from './joined.ts';
import type { ChangeCounts, Conversation, Open, RunningSla, Waiting } from './model.ts';
import { buildTimeline, type TimelineOptions } from './timeline.ts';
import type { HandledBy, Transition } from './transition.ts';

export interface DeriveContext extends TimelineOptions, StoryOptions {}

export interface Derived {
  readonly transitions: readonly Transition[];
  readonly waiting: Waiting | null;
  /** Not stored: its story tells it. */
  readonly firstWait: FirstWait | null;
  readonly sla: RunningSla | null;
  /** S rests on `createdAt` because the thread was not read yet. */
  readonly provisional: boolean;
  /** null: no customer opened it, or it is out of every number. */
  readonly asked: Asked | null;
  readonly changes: ChangeCounts;
  /** Of the whole conversation, as known now. */
  readonly handledBy: HandledBy;
  /** null: it is not in the backlog. */
  readonly open: Open | null;
  /** When it is to be derived again though nothing new is known; null: not of itself. */
  readonly dueAt: number | null;
}

const FAMILIES: readonly ((story: Story) => Transition[])[] = [
  opening,
  replies,
  work,
  ownership,
  closure,
  turns,
  switching,
  holding,
  aiHandoff,
  handoffGap,
  escalation,
  labels,
  rating,
  removal,
  sla,
  aiOutcome,
];

export function derive(
  conversation: Conversation,
  context: DeriveContext,
  amendments: Amendments = NO_AMENDMENTS,
): Derived {
  const story = storyOf(conversation, context, amendments);
  const { timeline, handledBy } = story;
  // What is out of every number has its removal alone, but for what a closed chapter counted.
  if (timeline.removal?.restored === null) {
    const changes = timeline.rawChanges;
    const closed = story.past?.closed ? [standingIn(story, story.past.closed.told)] : [];
    return { ...NOTHING, transitions: [...removal(story), ...closed], changes, handledBy };
  }
  const transitions = transitionsOf(story);
  const { waiting, dueAt } = owed(story, context.T);
  const running = slaNow(story);
  return {
    transitions,
    waiting,
    firstWait: firstWaitOf(story),
    sla: running,
    provisional: story.start?.provisional ?? false,
    asked: askedIn(story),
    changes: timeline.rawChanges,
    handledBy,
    open: openNow(story),
    dueAt: soonest(
      dueAt,
      outcomeOf(story).dueAt,
      story.turns.dueAt,
      timeline.holds.dueAt,
      ...slaDues(story),
    ),
  };
}

function askedIn(story: Story): Asked | null {
  if (!story.start) return null;
  const { contact, isMessage } = story.start;
  return { contact, isMessage, claimedAt: claimOf(story)?.at ?? null };
}

/** Whatever has become of the conversation since. */
export function transitionsOf(story: Story): Transition[] {
  const told = FAMILIES.flatMap((family) => family(story));
  return [...told, ...cohorts(story, told)];
}

const NOTHING = {
  ...{ waiting: null, firstWait: null, sla: null, open: null, asked: null },
  ...{ provisional: false, dueAt: null },
} as const;

function soonest(...instants: readonly (number | null)[]): number | null {
  const known = instants.filter((at) => at !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** When a clock that runs is breached, and when its pause by a snooze is over. */
function slaDues({ sla, timeline }: Story): (number | null)[] {
  if (!sla) return [];
  const running = sla.filter(({ stop, isBreached }) => !stop && !isBreached);
  return [timeline.slaRest?.holds.dueAt ?? null, ...running.map((clock) => clock.dueAt)];
}

export const storyOf = (
  conversation: Conversation,
  context: DeriveContext,
  amendments: Amendments = NO_AMENDMENTS,
): Story => tellStory(buildTimeline(conversation, context, amendments), conversation, context);
