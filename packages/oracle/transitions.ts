/** Transitions of a conversation, one rule of metrics.md 1.4 after the other. */
import type { IssueObserved } from '@sapwood/core/facts';
import { type Change, second, valueAt, valueAtMessage, valueNow } from './attribute.ts';
import {
  atChange,
  atMessage,
  type Case,
  type Circumstances,
  channelOf,
  inOrder,
  isAfter,
  isCreationLive,
  isPublic,
  NONE,
  openCase,
  rawAttributes,
  type Said,
  type Start,
  type Transition,
} from './case.ts';
import { firstOwned, moves, ownership } from './owners.ts';
import type { Message, Story } from './story.ts';

export interface Waiting {
  readonly since: number;
  readonly channel: string;
  readonly team: string;
}

export interface Derived {
  readonly transitions: readonly Transition[];
  readonly waiting: Waiting | null;
  /** Raw differences between consecutive observations. */
  readonly changes: { readonly state: number; readonly team: number; readonly assignee: number };
}

export function derive(story: Story, circumstances: Circumstances): Derived {
  const raw = rawAttributes(story);
  const changes = {
    state: raw.state.changes.length,
    team: raw.team.changes.length,
    assignee: raw.assignee.changes.length,
  };
  if (isRemoved(story)) return { transitions: [], waiting: null, changes };
  const found = openCase(story, raw, circumstances);
  return {
    transitions: [
      ...births(found),
      ...firstReplies(found),
      ...handled(found),
      ...worked(found),
      ...ownership(found),
      ...closures(found),
    ],
    waiting: waitingOf(found),
    changes,
  };
}

/** Spam, deleted or a group: retracted everywhere. */
function isRemoved({ observations, isGone }: Story): boolean {
  const newest = <F extends 'tags' | 'stateSlug' | 'isGroup'>(
    field: F,
  ): IssueObserved[F] | undefined =>
    [...observations].reverse().find(({ body }) => body[field] !== undefined)?.body[field];
  const isSpam = (word: string): boolean => word.toLowerCase() === 'spam';
  return (
    isGone ||
    newest('isGroup') === true ||
    (newest('tags') ?? []).some(isSpam) ||
    isSpam(newest('stateSlug') ?? '')
  );
}

/** `created` and `opened` stand in the row of now, until the first reply or close after them. */
function births(found: Case): Transition[] {
  const { createdAt, start, story } = found;
  const { past } = story;
  const born: Transition[] = [];
  const rest = { channel: channelOf(found), ms: null };
  if (createdAt !== null && past === null && story.observations.length > 0) {
    const live = isCreationLive(found, createdAt);
    const team = settledTeam(found, createdAt, null);
    born.push({ kind: 'created', at: createdAt, live, team, rank: 1, ...rest });
  }
  if (start && !past?.start) {
    const team = settledTeam(found, start.at, start.message);
    const rank = start.message ? 0 : 1;
    born.push({ kind: 'opened', at: start.at, live: start.live, team, rank, ...rest });
  }
  return born;
}

function settledTeam(found: Case, at: number, message: Message | null): string {
  const { story, closes, team } = found;
  const reply = story.messages.find(
    (m) => isPublic(m, 'human') && isAfter(m, { at, message }, story),
  );
  const close = closes.find((c) => second(c.at) >= second(at));
  if (reply && (!close || second(reply.at) <= second(close.at))) {
    return valueAtMessage(team, reply) ?? NONE;
  }
  // Without messages the first owned instant stands for that reply here too.
  const owned = found.hasMessages ? undefined : firstOwned(found);
  if (owned && (!close || owned.at <= close.at)) return valueAt(team, owned.at) ?? NONE;
  return (close ? valueAt(team, close.at) : valueNow(team)) ?? NONE;
}

function isClosedBetween({ closes }: Case, start: Start, message: Message): boolean {
  return closes.some(({ at }) => second(at) >= second(start.at) && second(at) < second(message.at));
}

function firstReplies(found: Case): Transition[] {
  const { start, story, hasMessages } = found;
  if (!start || story.past?.start || !hasMessages) return [];
  const after = story.messages.filter((message) => isAfter(message, start, story));
  const reply = (kind: string, ...authors: readonly Said[]): Transition[] => {
    const message = after.find((m) => isPublic(m, ...authors));
    if (!message || isClosedBetween(found, start, message)) return [];
    return [atMessage(found, kind, message, Math.max(0, message.at - start.at))];
  };
  const human = after.findIndex((m) => isPublic(m, 'human'));
  const bot = after.findIndex((m) => isPublic(m, 'bot'));
  const isBotFirst = bot >= 0 && (human < 0 || bot < human);
  return [
    ...reply('first_reply_human', 'human'),
    ...reply('first_reply_any', 'human', 'bot'),
    ...(isBotFirst ? reply('first_reply_ai', 'bot') : []),
  ];
}

/** Earliest of a message and a change; the message first within a second. */
function handled(found: Case): Transition[] {
  const { start, story, closes, hasMessages } = found;
  if (!start || story.past?.start) return [];
  const close = closes.find(({ at }) => second(at) >= second(start.at));
  const closed = close && atChange(found, 'handled', close, valueAt(found.team, close.at));
  const first = hasMessages ? undefined : firstOwned(found);
  const owned = first && atChange(found, 'handled', first, valueAt(found.team, first.at));
  const message = story.messages.find(
    (m) => isPublic(m, 'human', 'bot') && isAfter(m, start, story),
  );
  const said = message && atMessage(found, 'handled', message, null);
  const candidates = [said, owned, closed].filter((candidate) => candidate !== undefined);
  return candidates.sort(inOrder).slice(0, 1);
}

function worked(found: Case): Transition[] {
  const { story, team, assignee, closes } = found;
  const { rows } = moves(found);
  const done = story.messages
    .filter((m) => isPublic(m, 'human', 'bot') || (m.isPrivate && m.author === 'human'))
    .map((message) => atMessage(found, 'worked', message, null));
  for (const change of [...assignee.changes, ...team.changes]) {
    const row = rows.has(change) ? rows.get(change)! : valueAt(team, change.at);
    done.push(atChange(found, 'worked', change, row));
  }
  for (const close of closes) {
    done.push(atChange(found, 'worked', close, valueAt(team, close.at)));
  }
  return done.sort(inOrder);
}

function closures(found: Case): Transition[] {
  const ended: Transition[] = [];
  let closedAt = found.story.past?.closedAt ?? null;
  for (const change of found.state.changes) {
    if (change.to === 'closed') {
      closedAt = change.at;
      ended.push(atChange(found, 'closed', change, valueAt(found.team, change.at)));
    } else if (change.from === 'closed') {
      const kind = `reopened.${reopener(found, closedAt!, change)}`;
      ended.push(atChange(found, kind, change, valueAt(found.team, change.at)));
    }
  }
  return ended;
}

function reopener({ story, hasMessages }: Case, closedAt: number, { at, seenAt }: Change): string {
  if (!hasMessages) return 'unknown';
  const isAsked = story.messages.some(
    (m) =>
      isPublic(m, 'customer') && second(m.at) > second(closedAt) && second(m.at) <= second(seenAt),
  );
  if (isAsked) return 'customer';
  const isAgent = story.messages.some(
    (m) => m.author === 'human' && Math.abs(second(m.at) - second(at)) <= 60,
  );
  return isAgent ? 'agent' : 'automation';
}

/** Opened, no human reply yet, not closed before one: whatever reopens later is no first wait. */
function waitingOf(found: Case): Waiting | null {
  const { start, story, closes, hasMessages } = found;
  if (!start || story.past?.start || !hasMessages) return null;
  const isAnswered = story.messages.some((m) => isPublic(m, 'human') && isAfter(m, start, story));
  if (isAnswered || closes.some(({ at }) => second(at) >= second(start.at))) return null;
  return { since: start.at, channel: channelOf(found), team: valueNow(found.team) ?? NONE };
}
