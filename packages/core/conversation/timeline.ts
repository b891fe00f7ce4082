/**
 * A conversation in order: its messages, and the changes of its attributes with precedence,
 * dating and undo applied once (metrics.md 1.3). Families read this and nothing else.
 */
import type { StateCategory } from '../facts/fact.ts';
import { DAY_MS } from '../time/instant.ts';
import type { ChangeCounts, Conversation, Message, Observation } from './model.ts';
import { latest, messagesOf } from './model.ts';
import type { Past } from './past.ts';

/** A value that became another between two looks at the issue. */
export interface Change<V> {
  readonly from: V;
  readonly to: V;
  readonly at: number;
  /** The look before: it happened after this. null where `at` is exact or there was none. */
  readonly atMin: number | null;
  /** The look that showed it. */
  readonly seenAt: number;
  readonly live: boolean;
}

/** First known value, when it was first seen, and the changes that stand after undo. */
export interface Track<V> {
  readonly first: V | undefined;
  readonly firstAt: number;
  readonly firstLive: boolean;
  /** Whoever had it last in a chapter that is closed. */
  readonly held?: V;
  readonly changes: readonly Change<V>[];
}

export interface Timeline {
  readonly createdAt: number | null;
  readonly createdLive: boolean;
  readonly channel: string | null;
  readonly messages: readonly Message[];
  /** The whole thread was read: else S is provisional where no customer's message is known. */
  readonly threadRead: boolean;
  readonly state: Track<StateCategory>;
  /** Owners as observed; and persons alone, bots and automations being nobody. */
  readonly owner: Track<string | null>;
  readonly assignee: Track<string | null>;
  readonly team: Track<string | null>;
  readonly rawChanges: ChangeCounts;
  /** Instant of the newest look. */
  readonly lookAt: number;
}

/** Messages and changes compare by whole second, the message first. */
export const second = (at: number): number => Math.floor(at / 1000);

const UNDO_MS = 60_000;

export interface TimelineOptions {
  /** Users whose ownership counts as none: bots and automations (metrics.md 1.4, `assigned`). */
  readonly isPerson: (userId: string) => boolean;
}

export function buildTimeline(conversation: Conversation, options: TimelineOptions): Timeline {
  const { past } = conversation;
  const looks = orderLooks(conversation.observations);
  const messages = messagesOf(conversation);
  const person = (id: string | null): string | null =>
    id !== null && options.isPerson(id) ? id : null;
  const state = track(looks, (o) => o.fields.stateCategory ?? undefined, same, noDate);
  const closes = past ? state : withFirstClose(state, looks);
  const dated = dateStates(closes, looks, messages, past);
  const team = track(looks, (o) => o.fields.teamId, same, noDate);
  const owner = track(looks, (o) => o.fields.assigneeId, same, noDate);
  const owned = { ...owner, changes: undo(owner.changes, messages, returns) };
  const createdAt = firstCreatedAt(looks);
  return {
    createdAt,
    createdLive: looks.some((l) => l.observation.live && l.at - (createdAt ?? l.at) <= DAY_MS),
    channel: latest(conversation, 'channel') ?? null,
    messages,
    threadRead: conversation.threadRead,
    state: { ...dated, changes: undo(dated.changes, messages, leavesClosed) },
    owner: owned,
    assignee: { ...masked(owned, person), ...heldIn(past?.lastOwner) },
    team: { ...team, changes: undo(team.changes, messages, returns), ...heldIn(past?.lastTeam) },
    rawChanges: {
      state: state.changes.length,
      team: team.changes.length,
      assignee: owner.changes.length,
    },
    lookAt: looks.at(-1)?.at ?? 0,
  };
}

const heldIn = (held: string | null | undefined): { held?: string } => (held ? { held } : {});

interface Look {
  readonly observation: Observation;
  readonly at: number;
}

/** A body's instant is its arrival, but never before what REST has already shown. */
function orderLooks(observations: readonly Observation[]): Look[] {
  let newest = Number.NEGATIVE_INFINITY;
  return observations.map((observation) => {
    const at =
      observation.via === 'rest' ? observation.updatedAt : Math.max(observation.updatedAt, newest);
    newest = Math.max(newest, at);
    return { observation, at };
  });
}

const same = <V>(a: V, b: V): boolean => a === b;
const noDate = (): number | null => null;

function track<V>(
  looks: readonly Look[],
  value: (observation: Observation) => V | undefined,
  equal: (a: V, b: V) => boolean,
  exact: (from: V, to: V, look: Look) => number | null,
): Track<V> {
  let first: V | undefined;
  let firstAt = 0;
  let firstLive = false;
  let before: { value: V; at: number } | null = null;
  const changes: Change<V>[] = [];
  for (const look of looks) {
    const seen = value(look.observation);
    if (seen === undefined) continue;
    if (before === null) {
      first = seen;
      firstAt = look.at;
      firstLive = look.observation.live;
    } else if (!equal(before.value, seen)) {
      changes.push({
        from: before.value,
        to: seen,
        at: exact(before.value, seen, look) ?? look.at,
        atMin: before.at,
        seenAt: look.at,
        live: look.observation.live,
      });
    }
    before = { value: seen, at: look.at };
  }
  return { first, firstAt, firstLive, changes };
}

/** The same changes seen through `mask`; those that it hides are none. */
function masked<V>(track: Track<V>, mask: (value: V) => V): Track<V> {
  const changes = track.changes.flatMap((change) => {
    const [from, to] = [mask(change.from), mask(change.to)];
    if (from === to) return [];
    // Where nothing is hidden the very change stays: work is matched with its transfer by it.
    return from === change.from && to === change.to ? [change] : [{ ...change, from, to }];
  });
  return { ...track, first: track.first === undefined ? undefined : mask(track.first), changes };
}

function firstCreatedAt(looks: readonly Look[]): number | null {
  for (const look of looks) {
    const createdAt = look.observation.fields.createdAt;
    if (typeof createdAt === 'number') return createdAt;
  }
  return null;
}

/** A first look that finds the issue closed shows a close, dated by `resolutionAt`. */
function withFirstClose(state: Track<StateCategory>, looks: readonly Look[]): Track<StateCategory> {
  if (state.first !== 'closed') return state;
  const look = looks.find((l) => l.observation.fields.stateCategory !== undefined)!;
  const resolutionAt = look.observation.fields.resolutionAt ?? null;
  const at = resolutionAt !== null && resolutionAt <= look.at ? resolutionAt : look.at;
  const close: Change<StateCategory> = {
    from: 'unknown',
    to: 'closed',
    at,
    atMin: null,
    seenAt: look.at,
    live: look.observation.live && look.at - at <= DAY_MS,
  };
  return { ...state, first: 'unknown', changes: [close, ...state.changes] };
}

/** A close is dated by `resolutionAt`, a reopen by the customer's message, if seen in between. */
function dateStates(
  state: Track<StateCategory>,
  looks: readonly Look[],
  messages: readonly Message[],
  past: Past | null,
): Track<StateCategory> {
  let closeAt = past?.closedAt ?? Number.NEGATIVE_INFINITY;
  const changes = state.changes.map((change): Change<StateCategory> => {
    const from = change.atMin ?? Number.NEGATIVE_INFINITY;
    if (change.to === 'closed') {
      const look = looks.find(
        (l) => l.at === change.seenAt && l.observation.fields.stateCategory === 'closed',
      );
      const at = look?.observation.fields.resolutionAt ?? null;
      const exact = at !== null && at > from && at <= change.seenAt;
      closeAt = exact ? at : change.at;
      return exact ? dateExactly(change, at) : change;
    }
    if (change.from !== 'closed') return change;
    const message = messages.find(
      (m) =>
        isCustomer(m) && second(m.at) > second(closeAt) && second(m.at) <= second(change.seenAt),
    );
    const inside = message && second(message.at) > second(from);
    return inside ? dateExactly(change, message.at) : change;
  });
  return { ...state, changes };
}

const dateExactly = <V>(change: Change<V>, at: number): Change<V> => ({
  ...change,
  at,
  atMin: null,
  live: change.live && change.seenAt - at <= DAY_MS,
});

export const isCustomer = (m: Message): boolean => m.author === 'customer' && !m.private;
export const isHuman = (m: Message): boolean => m.author === 'human' && !m.private;
export const isBot = (m: Message): boolean => m.author === 'bot' && !m.private;
export const isNote = (m: Message): boolean => m.author === 'human' && m.private;
export const isTeam = (m: Message): boolean => isHuman(m) || isBot(m);

type Reverses<V> = (away: Change<V>, back: Change<V>) => boolean;
const returns = <V>(away: Change<V>, back: Change<V>): boolean => back.to === away.from;
const leavesClosed: Reverses<StateCategory> = (away, back) =>
  away.to === 'closed' ? back.to !== 'closed' : back.to === away.from;

/**
 * Drops a change that was taken back within a minute, with all in between, unless somebody wrote
 * publicly meanwhile. What a reversed close left changed stays as one change.
 */
function undo<V>(
  changes: readonly Change<V>[],
  messages: readonly Message[],
  reverses: Reverses<V>,
): Change<V>[] {
  const kept: Change<V>[] = [];
  let rest = [...changes];
  while (rest.length > 0) {
    const away = rest[0]!;
    const index = rest.findIndex(
      (back, i) => i > 0 && back.at <= away.at + UNDO_MS && reverses(away, back),
    );
    const back = rest[index];
    if (!back || wroteBetween(messages, away, back)) {
      kept.push(away);
      rest = rest.slice(1);
      continue;
    }
    rest = rest.slice(index + 1);
    if (back.to !== away.from) rest.unshift({ ...back, from: away.from });
  }
  return kept;
}

function wroteBetween<V>(messages: readonly Message[], away: Change<V>, back: Change<V>): boolean {
  const low = second(away.at) + (away.to === 'closed' ? 1 : 0);
  return messages.some((m) => !m.private && second(m.at) >= low && second(m.at) <= second(back.at));
}

/** The value in force at an instant: after changes up to it; before the first look, the first value. */
export function valueAt<V>(track: Track<V>, at: number): V | undefined {
  let value = track.first;
  for (const change of track.changes) {
    if (change.at > at) break;
    value = change.to;
  }
  return value;
}

/** The value when a message was written: a change in the same second comes after it. */
export function valueAtMessage<V>(track: Track<V>, at: number): V | undefined {
  let value = track.first;
  for (const change of track.changes) {
    if (second(change.at) >= second(at)) break;
    value = change.to;
  }
  return value;
}

/** The value now. */
export function valueNow<V>(track: Track<V>): V | undefined {
  return track.changes.length > 0 ? track.changes.at(-1)!.to : track.first;
}
