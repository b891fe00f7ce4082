/** From the set of facts to the list of transitions: one timeline, then independent families. */
import { closure } from './families/closure.ts';
import { opening } from './families/opening.ts';
import { ownership } from './families/ownership.ts';
import { replies } from './families/replies.ts';
import { type Story, tellStory } from './families/story.ts';
import { work } from './families/work.ts';
import type { ChangeCounts, Conversation, Waiting } from './model.ts';
import { isGone, latest } from './model.ts';
import { buildTimeline, type TimelineOptions, valueNow } from './timeline.ts';
import { NONE, type Transition } from './transition.ts';

export interface DeriveContext extends TimelineOptions {
  readonly noMessages: boolean;
}

export interface Derived {
  readonly transitions: readonly Transition[];
  readonly waiting: Waiting | null;
  /** S rests on `createdAt` because the thread was not read yet. */
  readonly provisional: boolean;
  readonly changes: ChangeCounts;
}

const FAMILIES: readonly ((story: Story) => Transition[])[] = [
  opening,
  replies,
  work,
  ownership,
  closure,
];
const SPAM = 'spam';

export function derive(conversation: Conversation, context: DeriveContext): Derived {
  const story = storyOf(conversation, context);
  const { timeline } = story;
  if (isRemoved(conversation)) {
    return { transitions: [], waiting: null, provisional: false, changes: timeline.rawChanges };
  }
  const transitions = FAMILIES.flatMap((family) => family(story));
  return {
    transitions,
    waiting: waitingOf(story),
    provisional: story.start?.provisional ?? false,
    changes: timeline.rawChanges,
  };
}

export const storyOf = (conversation: Conversation, context: DeriveContext): Story =>
  tellStory(buildTimeline(conversation, context), conversation.past, context.noMessages);

/** Gone, an issue group, or spam: out of every number (metrics.md 1.4, `removed`). */
function isRemoved(conversation: Conversation): boolean {
  if (isGone(conversation) || latest(conversation, 'isGroup') === true) return true;
  if (latest(conversation, 'stateSlug')?.toLowerCase() === SPAM) return true;
  return latest(conversation, 'tags')?.some((tag) => tag.toLowerCase() === SPAM) ?? false;
}

function waitingOf(story: Story): Waiting | null {
  const { start, firstHuman, closedFirst, timeline } = story;
  if (!start || story.noMessages || firstHuman || closedFirst) return null;
  const team = valueNow(timeline.team) ?? NONE;
  return { since: start.at, dims: { channel: start.channel ?? NONE, team } };
}
