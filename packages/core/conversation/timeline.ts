/**
 * A conversation in order: its messages, and the changes of its attributes with precedence,
 * dating and undo applied once (metrics.md 1.3). Families read this and nothing else.
 */
import type { BreachAt, StateCategory, VendorSeconds } from '../facts/fact.ts';
import { DAY_MS, second } from '../time/instant.ts';
import { type Amendments, NO_AMENDMENTS } from './amendments.ts';
import type { Past } from './chapter.ts';
import type { Closer } from './closer.ts';
import type { Declared } from './declared.ts';
import { type Holds, holdsOf } from './holds.ts';
import { type Look, orderLooks } from './looks.ts';
import { type AuthorKinds, isCustomer, messagesOf, standing } from './messages.ts';
import { type ChangeCounts, type Conversation, latest, type Message } from './model.ts';
import { type Removal, removalOf } from './removals.ts';
import type { SlaTerms } from './sla-terms.ts';
import {
  type Change,
  masked,
  ofFields,
  type Reverses,
  returns,
  type Track,
  track,
  undo,
} from './track.ts';
import { tagSet } from './transition.ts';
import { vendorSecondsIn } from './vendor-seconds.ts';

export interface Timeline {
  readonly createdAt: number | null;
  readonly createdLive: boolean;
  readonly channel: string | null;
  readonly messages: readonly Message[];
  /** The whole thread was read: else S is provisional where no customer's message is known. */
  readonly threadRead: boolean;
  /** Every message that the issue speaks of is known (metrics.md 1.3, "Complete"). */
  readonly isComplete: boolean;
  readonly state: Track<StateCategory>;
  /** Owners as observed; and persons alone, bots and automations being nobody. */
  readonly owner: Track<string | null>;
  readonly assignee: Track<string | null>;
  readonly team: Track<string | null>;
  readonly account: Track<string | null>;
  readonly contact: Track<string | null>;
  readonly priority: Track<string | null>;
  readonly category: Track<string | null>;
  /** Sets of tags, and of custom fields that have a value, as one value each. */
  readonly tags: Track<string>;
  readonly fieldsFilled: Track<string>;
  /** Linked to an issue of an engineering tool. */
  readonly isLinked: Track<boolean>;
  /** Lists of scores as they came, as one value each. */
  readonly ratings: Track<string>;
  readonly aiResolved: Track<boolean>;
  readonly holds: Holds;
  /** What somebody says of who closed it. */
  readonly closers: readonly Closer[];
  /** Out of every number, or was. */
  readonly removal: Removal | null;
  /** What pauses a resolution's target, and when Pylon says that targets are breached; null, none: no policy. */
  readonly slaRest: { readonly holds: Holds; readonly onCustomer: boolean } | null;
  readonly breaches: readonly SaidBreach[];
  readonly vendorSeconds: VendorSeconds | null | undefined;
  readonly rawChanges: ChangeCounts;
  /** Instant of the newest look. */
  readonly lookAt: number;
}

/** What a look says of when targets are breached. */
export interface SaidBreach {
  readonly at: number;
  readonly breachAt: BreachAt | null;
}

export interface TimelineOptions {
  /** Users whose ownership counts as none: bots and automations (metrics.md 1.4, `assigned`). */
  readonly isPerson: (userId: string) => boolean;
  readonly declared: Declared;
  /** Log time: what has lasted until then. */
  readonly T: number;
  readonly sla?: SlaTerms | null;
  /** Left out: nobody's kind was corrected. */
  readonly authorKinds?: AuthorKinds;
}

const AS_THEY_ARE: AuthorKinds = new Map();

export function buildTimeline(
  conversation: Conversation,
  options: TimelineOptions,
  amendments: Amendments = NO_AMENDMENTS,
): Timeline {
  const { past } = conversation;
  const looks = orderLooks(conversation.observations);
  const messages = messagesOf(conversation, amendments, options.authorKinds ?? AS_THEY_ARE);
  const person = (id: string | null): string | null =>
    id !== null && options.isPerson(id) ? id : null;
  const state = track(looks, (o) => o.fields.stateCategory ?? undefined);
  const closes = past ? state : withFirstClose(state, looks);
  const dated = dateStates(closes, looks, messages, past);
  const states = { ...dated, changes: undo(dated.changes, messages, leavesClosed) };
  const team = track(looks, (o) => o.fields.teamId);
  const owner = track(looks, (o) => o.fields.assigneeId);
  const owned = { ...owner, changes: undo(owner.changes, messages, returns) };
  const priority = track(looks, (o) => o.fields.priority);
  const createdAt = firstCreatedAt(looks);
  return {
    createdAt,
    createdLive: looks.some((l) => l.observation.live && l.at - (createdAt ?? l.at) <= DAY_MS),
    channel: latest(conversation, 'channel') ?? null,
    messages,
    threadRead: conversation.threadRead,
    isComplete: isComplete(conversation),
    state: states,
    owner: owned,
    assignee: { ...masked(owned, person), ...heldIn(past?.lastOwner) },
    team: { ...team, changes: undo(team.changes, messages, returns), ...heldIn(past?.lastTeam) },
    account: track(looks, (o) => o.fields.accountId),
    contact: track(looks, (o) => o.fields.requesterId),
    priority: { ...priority, changes: undo(priority.changes, messages, returns) },
    category: track(looks, (o) => o.fields.category),
    tags: track(
      looks,
      ofFields(({ tags }) => setSeen(tags)),
    ),
    fieldsFilled: track(
      looks,
      ofFields(({ fieldsFilled }) => setSeen(fieldsFilled)),
    ),
    isLinked: track(looks, ({ fields: { external } }) =>
      external === undefined ? undefined : (external ?? []).length > 0,
    ),
    ratings: track(
      looks,
      ofFields(({ csat }) => (csat === undefined ? csat : String(csat ?? ''))),
    ),
    aiResolved: track(looks, ({ fields: { aiResolved } }) =>
      aiResolved === undefined ? undefined : aiResolved === true,
    ),
    holds: holdsOf(looks, messages, options.T),
    closers: [...conversation.closers, ...amendments.closers],
    removal: removalOf(conversation, looks, {
      ...{ declared: options.declared, amendments },
      closedAt: states.changes.findLast(({ to }) => to === 'closed')?.at ?? null,
    }),
    ...slaOf(looks, messages, options),
    vendorSeconds: vendorSecondsIn(conversation.observations),
    rawChanges: {
      state: state.changes.length,
      team: team.changes.length,
      assignee: owner.changes.length,
    },
    lookAt: looks.at(-1)?.at ?? 0,
  };
}

const setSeen = (values: readonly string[] | null | undefined): string | undefined =>
  values === undefined ? undefined : tagSet(values ?? []);

function slaOf(
  looks: readonly Look[],
  messages: readonly Message[],
  { sla, T }: TimelineOptions,
): Pick<Timeline, 'slaRest' | 'breaches'> {
  if (!sla) return { slaRest: null, breaches: [] };
  const { pauseOn } = sla.policy;
  const rests = pauseOn.filter((one) => one !== 'waiting_on_customer');
  return {
    slaRest: {
      holds: holdsOf(looks, messages, T, rests),
      onCustomer: pauseOn.includes('waiting_on_customer'),
    },
    breaches: looks.flatMap(({ at, observation: { fields } }) =>
      fields.breachAt === undefined ? [] : [{ at, breachAt: fields.breachAt }],
    ),
  };
}

const COMPLETE_MS = 1_000;

/** Of its own thread, whatever was merged into it. */
function isComplete(conversation: Conversation): boolean {
  const { latestMessage, past } = conversation;
  if (!latestMessage) return false;
  const said = standing(conversation).map(({ at }) => at);
  const known = Math.max(past?.through ?? Number.NEGATIVE_INFINITY, 0, ...said);
  return latestMessage.at === null || latestMessage.at <= known + COMPLETE_MS;
}

const heldIn = (held: string | null | undefined): { held?: string } => (held ? { held } : {});

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
    place: looks.indexOf(look),
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

const leavesClosed: Reverses<StateCategory> = (away, back) =>
  away.to === 'closed' ? back.to !== 'closed' : back.to === away.from;
