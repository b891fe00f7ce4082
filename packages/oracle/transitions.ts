/** Transitions of a conversation, one rule of metrics.md 1.4 after the other. */
import type { IssueObserved } from '@sapwood/core/facts';
import {
  type Attribute,
  attributeOf,
  type Change,
  second,
  textField,
  undone,
  type Value,
  valueAt,
  valueAtMessage,
  valueBefore,
  valueNow,
} from './attribute.ts';
import type { Message, Observation, Story } from './story.ts';

export interface Transition {
  readonly kind: string;
  readonly at: number;
  readonly live: boolean;
  readonly channel: string;
  readonly team: string;
  /** Duration it ends; null if none. */
  readonly ms: number | null;
  /** 0 for a message, 1 for what an observation dates: the order within a second. */
  readonly rank: 0 | 1;
}

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

export interface Circumstances {
  readonly hasMessages: boolean;
  /** Users that are bots or automations own nothing. */
  isNobody(userId: string): boolean;
}

const NONE = '__none__';
const DAY_MS = 86_400_000;
interface Start {
  readonly at: number;
  /** The customer's message; null: the issue's creation. */
  readonly message: Message | null;
  readonly live: boolean;
}

/** Everything the rules look at. */
interface Case extends Circumstances {
  readonly story: Story;
  readonly state: Attribute;
  readonly team: Attribute;
  readonly assignee: Attribute;
  readonly closes: readonly Change[];
  readonly createdAt: number | null;
  readonly source: Value;
  readonly start: Start | null;
}

type Said = Message['author'];
const isPublic = (message: Message, ...authors: readonly Said[]): boolean =>
  !message.isPrivate && authors.includes(message.author);

export function derive(story: Story, circumstances: Circumstances): Derived {
  const { observations, messages } = story;
  const raw = {
    state: attributeOf(observations, (body) => body.stateCategory ?? undefined),
    team: attributeOf(observations, textField('teamId')),
    assignee: attributeOf(observations, textField('assigneeId')),
  };
  const changes = {
    state: raw.state.changes.length,
    team: raw.team.changes.length,
    assignee: raw.assignee.changes.length,
  };
  if (isRemoved(story)) return { transitions: [], waiting: null, changes };
  const state = undone(datedState(raw.state, story), messages, true);
  const known = {
    ...circumstances,
    story,
    state,
    team: undone(raw.team, messages, false),
    assignee: undone(raw.assignee, messages, false),
    closes: state.changes.filter((change) => change.to === 'closed'),
    createdAt: lastSeen([...observations].reverse(), 'createdAt'),
    source: lastSeen(observations, 'channel'),
  };
  const found: Case = { ...known, start: startOf(known) };
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

/** Closes and reopens get the instants that the sources know better than two observations. */
function datedState(state: Attribute, { observations, messages }: Story): Attribute {
  const changes: Change[] = [];
  const { first } = state;
  if (first?.value === 'closed') {
    const exact = observations[first.index]!.body.resolutionAt ?? null;
    const { u, index } = first;
    const at = exact ?? u;
    changes.push({
      from: null,
      to: 'closed',
      at,
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
          ? firstAskedWithin(messages, changes.at(-1)!.at, u0, change.seenAt)
          : null;
    changes.push(exact === null ? change : { ...change, at: exact, isExact: true });
  }
  return { first: first?.value === 'closed' ? { ...first, value: null } : first, changes };
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
  const asked = story.messages.find((message) => isPublic(message, 'customer'));
  if (asked) return { at: asked.at, message: asked, live: isMessageLive(asked) };
  if (createdAt === null) return null;
  const mayHaveAsked =
    !hasMessages || source === 'phone' || (!story.isThreadRead && source !== 'manual');
  return mayHaveAsked
    ? { at: createdAt, message: null, live: isCreationLive(known, createdAt) }
    : null;
}

const isMessageLive = ({ at, recordings }: Message): boolean =>
  recordings.some((r) => r.isLiveOrigin && r.recordedAt <= at + DAY_MS);

const isCreationLive = ({ story }: Pick<Case, 'story'>, createdAt: number): boolean =>
  story.observations.some((seen) => isObservedLive(seen) && seen.u - createdAt <= DAY_MS);

const isObservedLive = ({ u, recordings }: Observation): boolean =>
  recordings.some((r) => r.isLiveOrigin && r.recordedAt <= u + DAY_MS);

/** The observation that shows it is live, and near enough where the change is dated exactly. */
const isChangeLive = ({ story }: Pick<Case, 'story'>, change: Change): boolean =>
  isObservedLive(story.observations[change.index]!) &&
  (!change.isExact || change.seenAt - change.at <= DAY_MS);

const channelOf = ({ start, source }: Case): string => start?.message?.channel ?? source ?? NONE;

function atMessage(found: Case, kind: string, message: Message, ms: number | null): Transition {
  return {
    kind,
    at: message.at,
    live: isMessageLive(message),
    channel: channelOf(found),
    team: valueAtMessage(found.team, message) ?? NONE,
    ms,
    rank: 0,
  };
}

function atChange(found: Case, kind: string, change: Change, team: Value): Transition {
  return {
    kind,
    at: change.at,
    live: isChangeLive(found, change),
    channel: channelOf(found),
    team: team ?? NONE,
    ms: null,
    rank: 1,
  };
}

/** `created` and `opened` stand in the row of now, until the first reply or close after them. */
function births(found: Case): Transition[] {
  const { createdAt, start, story } = found;
  const born: Transition[] = [];
  const rest = { channel: channelOf(found), ms: null };
  if (createdAt !== null && story.observations.length > 0) {
    const live = isCreationLive(found, createdAt);
    const team = settledTeam(found, createdAt, null);
    born.push({ kind: 'created', at: createdAt, live, team, rank: 1, ...rest });
  }
  if (start) {
    const team = settledTeam(found, start.at, start.message);
    const rank = start.message ? 0 : 1;
    born.push({ kind: 'opened', at: start.at, live: start.live, team, rank, ...rest });
  }
  return born;
}

const isAfter = (message: Message, start: Pick<Start, 'at' | 'message'>, story: Story): boolean =>
  start.message
    ? story.messages.indexOf(message) > story.messages.indexOf(start.message)
    : message.at >= start.at;

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
  if (!start || !hasMessages) return [];
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
  if (!start) return [];
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

export const inOrder = (
  a: Pick<Transition, 'at' | 'rank'>,
  b: Pick<Transition, 'at' | 'rank'>,
): number => second(a.at) - second(b.at) || a.rank - b.rank || a.at - b.at;

const ownerOf = (found: Case, value: Value): Value =>
  value === null || found.isNobody(value) ? null : value;

/** "No messages": a human owns it, or a team is set while it waits on the team. */
function firstOwned(found: Case): Change | undefined {
  const { state, team, assignee } = found;
  const marks: Change[] = [];
  for (const { first, changes } of [state, team, assignee]) {
    if (first) {
      const { value, u, index } = first;
      marks.push({ from: null, to: value, at: u, isExact: false, seenAt: u, index });
    }
    marks.push(...changes);
  }
  marks.sort((a, b) => a.at - b.at || a.index - b.index);
  const isOwned = (at: number): boolean => {
    const seen = (attribute: Attribute): Value =>
      attribute.first && attribute.first.u <= at ? valueAt(attribute, at) : null;
    const isTeams = seen(team) !== null && seen(state) === 'waiting_on_you';
    return isTeams || ownerOf(found, seen(assignee)) !== null;
  };
  return marks.find(({ at }) => isOwned(at));
}

interface Handover {
  readonly what: 'agent' | 'team';
  readonly from: string;
  readonly to: string;
  readonly change: Change;
}

/** Value to value; nothing between, however long, is skipped. */
function handovers(
  what: 'agent' | 'team',
  attribute: Attribute,
  owner: (value: Value) => Value,
): Handover[] {
  const found: Handover[] = [];
  let last = owner(attribute.first?.value ?? null);
  for (const change of attribute.changes) {
    const to = owner(change.to);
    if (to === null) continue;
    if (last !== null && last !== to) found.push({ what, from: last, to, change });
    last = to;
  }
  return found;
}

interface Moves {
  readonly transitions: readonly Transition[];
  /** Row of each change that is a handoff or a reroute: where it came from. */
  readonly rows: ReadonlyMap<Change, Value>;
}

function moves(found: Case): Moves {
  const { story, start, hasMessages } = found;
  const agents = handovers('agent', found.assignee, (value) => ownerOf(found, value));
  const teams = handovers('team', found.team, (value) => value);
  const owned = hasMessages ? undefined : firstOwned(found);
  const reply =
    start && story.messages.find((m) => isPublic(m, 'human') && isAfter(m, start, story));
  const counts = ({ change }: Handover): boolean => {
    if (!start) return false;
    if (!hasMessages) return owned !== undefined && change.at > owned.at;
    return reply !== undefined && reply !== null && second(change.at) >= second(reply.at);
  };
  const isSelf = ({ what, to, change }: Handover): boolean =>
    what === 'agent' && reply?.authorId === to && second(change.at) - second(reply.at) <= 60;
  const rows = new Map<Change, Value>();
  const transitions: Transition[] = [];
  for (const handover of teams.filter((team) => !counts(team))) {
    rows.set(handover.change, handover.from);
    transitions.push(atChange(found, 'rerouted', handover.change, handover.from));
  }
  const real = [...agents, ...teams]
    .filter((handover) => counts(handover) && !isSelf(handover))
    .sort((a, b) => a.change.at - b.change.at);
  const paired = new Set<Handover>();
  for (const handover of real) {
    if (paired.has(handover)) continue;
    const mate = real.find(
      (other) =>
        other.what !== handover.what &&
        !paired.has(other) &&
        other.change.at >= handover.change.at &&
        other.change.at - handover.change.at <= 5_000,
    );
    paired.add(handover);
    if (mate) paired.add(mate);
    const team = handover.what === 'team' ? handover : mate;
    const row = team ? team.from : valueBefore(found.team, handover.change.at);
    const kind = team ? 'handed_off.team' : 'handed_off.agent';
    rows.set(handover.change, row);
    if (mate) rows.set(mate.change, row);
    transitions.push(atChange(found, kind, (mate ?? handover).change, row));
  }
  return { transitions, rows };
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

function ownership(found: Case): Transition[] {
  const owners: Transition[] = [];
  for (const change of found.assignee.changes) {
    const from = ownerOf(found, change.from);
    const to = ownerOf(found, change.to);
    const kind =
      from === null && to !== null ? 'assigned' : from !== null && to === null ? 'unassigned' : '';
    if (kind) owners.push(atChange(found, kind, change, valueAt(found.team, change.at)));
  }
  return [...owners, ...moves(found).transitions];
}

function closures(found: Case): Transition[] {
  const ended: Transition[] = [];
  let closedAt: number | null = null;
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
  if (!start || !hasMessages) return null;
  const isAnswered = story.messages.some((m) => isPublic(m, 'human') && isAfter(m, start, story));
  if (isAnswered || closes.some(({ at }) => second(at) >= second(start.at))) return null;
  return { since: start.at, channel: channelOf(found), team: valueNow(found.team) ?? NONE };
}
