/** A conversation as the rules see it: attributes dated and undone, S, what is live (metrics.md 1.3). */

import type { IssueObserved } from '@sapwood/core/facts';
import {
  type Attribute,
  attributeOf,
  type Change,
  scoresValue,
  second,
  textField,
  undone,
  type Value,
} from './attribute.ts';
import type { Case, Circumstances, Start, Story } from './conversation.ts';
import { lasted } from './lasted.ts';
import type { Message, Observation, Said } from './observed.ts';
import { accountOf, rowAt, rowOf, tagsValue } from './rows.ts';
import type { Transition } from './transition.ts';

export const DAY_MS = 86_400_000;

export const isPublic = (message: Message, ...authors: readonly Said[]): boolean =>
  !message.isPrivate && authors.includes(message.author);

/** Everything the rules look at, worked out once. */
export function openCase(story: Story, raw: RawAttributes, circumstances: Circumstances): Case {
  const { observations, messages } = story;
  const state = undone(datedState(raw.state, story), messages, true);
  const known = {
    ...circumstances,
    story,
    state,
    team: undone(raw.team, messages, false),
    assignee: undone(raw.assignee, messages, false),
    priority: undone(attributeOf(observations, textField('priority')), messages, false),
    account: attributeOf(observations, textField('accountId')),
    contact: attributeOf(observations, textField('requesterId')),
    category: attributeOf(observations, textField('category')),
    tags: attributeOf(observations, ({ tags }) => seen(tags, tagsValue)),
    fields: attributeOf(observations, ({ fieldsFilled }) => seen(fieldsFilled, tagsValue)),
    external: attributeOf(observations, ({ external }) =>
      seen(external, (ids) => (ids?.length ? 'linked' : null)),
    ),
    csat: attributeOf(observations, ({ csat }) => seen(csat, scoresValue)),
    closes: state.changes.filter((change) => change.to === 'closed'),
    createdAt: lastSeen([...observations].reverse(), 'createdAt'),
    source: lastSeen(observations, 'channel'),
  };
  return { ...known, start: startOf(known) };
}

const seen = <T>(list: T | undefined, asValue: (list: T) => Value): Value | undefined =>
  list === undefined ? undefined : asValue(list);

export interface RawAttributes {
  readonly state: Attribute;
  readonly team: Attribute;
  readonly assignee: Attribute;
}

/** Attributes as consecutive observations show them, before anything is dated or taken back. */
export const rawAttributes = ({ observations }: Story): RawAttributes => ({
  state: attributeOf(observations, (body) => body.stateCategory ?? undefined),
  team: attributeOf(observations, textField('teamId')),
  assignee: attributeOf(observations, textField('assigneeId')),
});

function lastSeen<F extends 'createdAt' | 'channel'>(
  observations: readonly Observation[],
  field: F,
): NonNullable<IssueObserved[F]> | null {
  for (const { body } of [...observations].reverse()) {
    const value = body[field];
    if (value !== undefined && value !== null) return value as NonNullable<IssueObserved[F]>;
  }
  return null;
}

/** Closes and reopens get the instants that the sources know better than two observations. */
function datedState(state: Attribute, { observations, messages, past }: Story): Attribute {
  const changes: Change[] = [];
  const { first } = state;
  if (first?.value === 'closed' && past === null) {
    const exact = observations[first.index]!.body.resolutionAt ?? null;
    const { u, index } = first;
    const at = exact ?? u;
    changes.push({
      from: null,
      to: 'closed',
      at,
      atMin: at,
      isExact: exact !== null,
      seenAt: u,
      index,
    });
  }
  for (const change of state.changes) {
    const before = lastIndexWith(observations, change.index);
    const u0 = observations[before]!.u;
    const exact =
      change.to === 'closed'
        ? resolvedWithin(observations[change.index]!, u0)
        : change.from === 'closed'
          ? firstAskedWithin(messages, changes.at(-1)?.at ?? past!.closedAt, u0, change.seenAt)
          : null;
    changes.push(exact === null ? change : { ...change, at: exact, atMin: exact, isExact: true });
  }
  const isBirth = first?.value === 'closed' && past === null;
  return { first: isBirth ? { ...first, value: null } : first, changes };
}

/** The newest observation before `index` that saw the state. */
function lastIndexWith(observations: readonly Observation[], index: number): number {
  let before = index - 1;
  while ((observations[before]!.body.stateCategory ?? null) === null) before -= 1;
  return before;
}

function resolvedWithin({ u, body }: Observation, u0: number): number | null {
  const at = body.resolutionAt ?? null;
  return at !== null && at > u0 && at <= u ? at : null;
}

/** The first customer message after the close, if it lies in (u0, u1]. */
function firstAskedWithin(
  messages: readonly Message[],
  closedAt: number,
  u0: number,
  u1: number,
): number | null {
  const asked = messages.find(
    (message) => isPublic(message, 'customer') && second(message.at) > second(closedAt),
  );
  if (!asked) return null;
  return second(asked.at) > second(u0) && second(asked.at) <= second(u1) ? asked.at : null;
}

/** S: the first customer message; without any, the creation where the customer may have spoken. */
function startOf(known: Omit<Case, 'start'>): Start | null {
  const { story, createdAt, source, hasMessages } = known;
  if (story.past?.start) return story.past.start;
  const asked = story.messages.find((message) => isPublic(message, 'customer'));
  if (asked) return { at: asked.at, message: asked, live: isMessageLive(asked) };
  if (createdAt === null) return null;
  const mayHaveAsked =
    !hasMessages || source === 'phone' || (!story.isThreadRead && source !== 'manual');
  return mayHaveAsked
    ? { at: createdAt, message: null, live: isCreationLive(known, createdAt) }
    : null;
}

export const isAfter = (
  message: Message,
  start: Pick<Start, 'at' | 'message'>,
  story: Story,
): boolean =>
  start.message
    ? story.messages.indexOf(message) > story.messages.indexOf(start.message)
    : message.at >= start.at;

export const isMessageLive = ({ at, recordings }: Message): boolean =>
  recordings.some((r) => r.isLiveOrigin && r.recordedAt <= at + DAY_MS);

export const isCreationLive = ({ story }: Pick<Case, 'story'>, createdAt: number): boolean =>
  story.observations.some((seen) => isObservedLive(seen) && seen.u - createdAt <= DAY_MS);

const isObservedLive = ({ u, recordings }: Observation): boolean =>
  recordings.some((r) => r.isLiveOrigin && r.recordedAt <= u + DAY_MS);

/** The observation that shows it is live, and near enough where the change is dated exactly. */
const isChangeLive = ({ story }: Pick<Case, 'story'>, change: Change): boolean =>
  isObservedLive(story.observations[change.index]!) &&
  (!change.isExact || change.seenAt - change.at <= DAY_MS);

/** `since`: where the duration began that it ends; null: it ends none. */
export function atMessage(
  found: Case,
  kind: string,
  message: Message,
  since: number | null,
): Transition {
  const { at } = message;
  const row = rowOf(found, message);
  const ended = since === null ? null : lasted(found, accountOf(row), since, at);
  return { kind, at, live: isMessageLive(message), row, lasted: ended, rank: 0 };
}

export function atChange(found: Case, kind: string, change: Change): Transition {
  return {
    kind,
    at: change.at,
    live: isChangeLive(found, change),
    row: rowAt(found, change.at),
    lasted: null,
    rank: 1,
  };
}

/** `to` comes at most so long after `from`: by whole seconds where either is a message. */
export function isWithin(
  from: Pick<Transition, 'at' | 'rank'>,
  to: Pick<Transition, 'at' | 'rank'>,
  ms: number,
): boolean {
  if (from.rank === 1 && to.rank === 1) return to.at - from.at <= ms;
  return (second(to.at) - second(from.at)) * 1_000 <= ms;
}

export const inOrder = (
  a: Pick<Transition, 'at' | 'rank'>,
  b: Pick<Transition, 'at' | 'rank'>,
): number => second(a.at) - second(b.at) || a.rank - b.rank || a.at - b.at;
