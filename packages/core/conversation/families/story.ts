/** What several families need of a timeline, worked out once: S, the first reply, the closes. */
import type { StateCategory } from '../../facts/fact.ts';
import type { Message } from '../model.ts';
import type { Past } from '../past.ts';
import type { Change, Timeline, Track } from '../timeline.ts';
import { isCustomer, isHuman, second, valueAt, valueAtMessage, valueNow } from '../timeline.ts';
import type { Dimensions } from '../transition.ts';
import { NONE } from '../transition.ts';

/** The start of the conversation for the customer (metrics.md 1.4, `opened`). */
export interface Start {
  readonly at: number;
  readonly live: boolean;
  /** From `createdAt` while the thread is unread: counted, and the value is `partial`. */
  readonly provisional: boolean;
  readonly channel: string | null;
}

/** When a person first took part: the first `hum`, or what stands for it without messages. */
export interface FirstHuman {
  readonly at: number;
  readonly authorId: string | null;
  readonly live: boolean;
  /** A message, with which changes compare by second; or an instant of a look. */
  readonly isMessage: boolean;
}

export interface Story {
  readonly timeline: Timeline;
  /** A chapter that was closed and forgotten: what it counted is not counted again. */
  readonly past: Past | null;
  readonly noMessages: boolean;
  readonly start: Start | null;
  readonly firstHuman: FirstHuman | null;
  readonly closes: readonly Change<StateCategory>[];
  /** A close before the first human reply: it never had one, whatever reopens later. */
  readonly closedFirst: boolean;
}

export function tellStory(timeline: Timeline, past: Past | null, noMessages: boolean): Story {
  const start = past?.start ?? (noMessages ? startWithout(timeline) : startOf(timeline));
  const firstHuman =
    past?.firstHuman ?? (noMessages ? firstOwned(timeline) : firstHumanReply(timeline, start));
  const closes = timeline.state.changes.filter((c) => c.to === 'closed');
  const closedFirst =
    (past !== null && past.start !== null) ||
    (start !== null &&
      closes.some((c) => closesBefore(c, start.at, firstHuman?.at ?? Number.POSITIVE_INFINITY)));
  return { timeline, past, noMessages, start, firstHuman, closes, closedFirst };
}

/** Messages come first within a second; what looks date is compared as it is. */
export const isNoLaterThan = (
  taken: { readonly at: number; readonly isMessage: boolean },
  close: { readonly at: number },
): boolean => (taken.isMessage ? second(taken.at) <= second(close.at) : taken.at <= close.at);

/** A close in [S, reply): messages come first within a second. */
export function closesBefore(close: Change<StateCategory>, from: number, until: number): boolean {
  return second(close.at) >= second(from) && second(close.at) < second(until);
}

function startOf(timeline: Timeline): Start | null {
  const first = timeline.messages.find(isCustomer);
  if (first) {
    return {
      at: first.at,
      live: first.live,
      provisional: false,
      channel: first.channel ?? timeline.channel,
    };
  }
  if (timeline.createdAt === null) return null;
  const phone = timeline.channel === 'phone';
  const unread = !timeline.threadRead && timeline.channel !== 'manual';
  if (!phone && !unread) return null;
  return {
    at: timeline.createdAt,
    live: timeline.createdLive,
    provisional: !phone,
    channel: timeline.channel,
  };
}

function startWithout(timeline: Timeline): Start | null {
  if (timeline.createdAt === null) return null;
  return {
    at: timeline.createdAt,
    live: timeline.createdLive,
    provisional: false,
    channel: timeline.channel,
  };
}

function firstHumanReply(timeline: Timeline, start: Start | null): FirstHuman | null {
  if (!start) return null;
  const reply = timeline.messages.find((m) => isHuman(m) && isAfter(m, start.at));
  if (!reply) return null;
  return { at: reply.at, authorId: reply.authorId, live: reply.live, isMessage: true };
}

/** At or after: within one instant the customer's message comes first. */
export const isAfter = (m: Message, at: number): boolean => m.at >= at;

/** Without messages: first owned by a person, or with a team set while the team acts next. */
function firstOwned(timeline: Timeline): FirstHuman | null {
  const { assignee, team, state } = timeline;
  const instants = [...looksOf(assignee), ...looksOf(team), ...looksOf(state)];
  for (const { at, live } of instants.sort((a, b) => a.at - b.at)) {
    const owner = seenAt(assignee, at) ?? null;
    const inTeam = (seenAt(team, at) ?? null) !== null && seenAt(state, at) === 'waiting_on_you';
    if (owner !== null || inTeam) return { at, authorId: owner, live, isMessage: false };
  }
  return null;
}

function looksOf<V>(track: Track<V>): { at: number; live: boolean }[] {
  const first = { at: track.firstAt, live: track.firstLive };
  return [first, ...track.changes.map(({ at, live }) => ({ at, live }))];
}

/** The value at an instant; undefined before the attribute was first looked at. */
function seenAt<V>(track: Track<V>, at: number): V | undefined {
  return at < track.firstAt ? undefined : valueAt(track, at);
}

/** Dimension values with the team as of a stop: a message, a change, or now. */
export function dimsAt(
  story: Story,
  when: { readonly message: number } | { readonly change: number } | 'now',
): Dimensions {
  const { team } = story.timeline;
  const value =
    when === 'now'
      ? valueNow(team)
      : 'message' in when
        ? valueAtMessage(team, when.message)
        : valueAt(team, when.change);
  return { channel: channelOf(story), team: value ?? NONE };
}

export function channelOf(story: Story): string {
  return story.start?.channel ?? story.timeline.channel ?? NONE;
}
