/** From the set of facts to the list of transitions: one timeline, then independent families. */
import { aiHandoff } from './families/ai-handoff.ts';
import { closure } from './families/closure.ts';
import { handoffGap } from './families/handoff-gap.ts';
import { holding } from './families/holding.ts';
import { opening } from './families/opening.ts';
import { ownership } from './families/ownership.ts';
import { replies } from './families/replies.ts';
import { openNow } from './families/standing.ts';
import { type Story, type StoryOptions, tellStory } from './families/story.ts';
import { switching } from './families/switching.ts';
import { turns } from './families/turns.ts';
import { owed } from './families/waiting.ts';
import { work } from './families/work.ts';
import {
  type ChangeCounts,
  type Conversation,
  isGone,
  latest,
  type Open,
  type Waiting,
} from './model.ts';
import { buildTimeline, type TimelineOptions } from './timeline.ts';
import type { HandledBy, Transition } from './transition.ts';

export interface DeriveContext extends TimelineOptions, StoryOptions {}

export interface Derived {
  readonly transitions: readonly Transition[];
  readonly waiting: Waiting | null;
  /** S rests on `createdAt` because the thread was not read yet. */
  readonly provisional: boolean;
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
];
const SPAM = 'spam';

export function derive(conversation: Conversation, context: DeriveContext): Derived {
  const story = storyOf(conversation, context);
  const { timeline, handledBy } = story;
  if (removalOf(conversation) !== null) {
    const changes = timeline.rawChanges;
    return { ...NOTHING, changes, handledBy };
  }
  const transitions = transitionsOf(story);
  const { waiting, dueAt } = owed(story, context.T);
  return {
    transitions,
    waiting,
    provisional: story.start?.provisional ?? false,
    changes: timeline.rawChanges,
    handledBy,
    open: openNow(story),
    dueAt: soonest(dueAt, story.turns.dueAt, timeline.holds.dueAt),
  };
}

/** Whatever has become of the conversation since. */
export const transitionsOf = (story: Story): Transition[] =>
  FAMILIES.flatMap((family) => family(story));

const NOTHING = {
  transitions: [],
  waiting: null,
  open: null,
  provisional: false,
  dueAt: null,
} as const;

function soonest(...instants: readonly (number | null)[]): number | null {
  const known = instants.filter((at) => at !== null);
  return known.length === 0 ? null : Math.min(...known);
}

export const storyOf = (conversation: Conversation, context: DeriveContext): Story =>
  tellStory(buildTimeline(conversation, context), conversation.past, context);

/** Why it is out of every number (metrics.md 1.4, `removed`); null: it is in them. */
export function removalOf(conversation: Conversation): 'deleted' | 'group' | 'spam' | null {
  if (isGone(conversation)) return 'deleted';
  if (latest(conversation, 'isGroup') === true) return 'group';
  const isSpam =
    latest(conversation, 'stateSlug')?.toLowerCase() === SPAM ||
    latest(conversation, 'tags')?.some((tag) => tag.toLowerCase() === SPAM);
  return isSpam ? 'spam' : null;
}
