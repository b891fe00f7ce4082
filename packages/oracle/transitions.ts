/** Transitions of a conversation, one rule of metrics.md 1.4 after the other. */

import type { SlaKind } from '@sapwood/core/config';
import { aiHandoffs } from './ai-handoff.ts';
import { aiOutcome } from './ai-outcome.ts';
import { second, valueNow } from './attribute.ts';
import { type Open, openNow } from './backlog.ts';
import {
  atChange,
  atMessage,
  inOrder,
  isAfter,
  isCreationLive,
  isPublic,
  openCase,
  rawAttributes,
} from './case.ts';
import { type FirstWait, firstWaitOf } from './censored.ts';
import type { Case, Circumstances, Start, Story } from './conversation.ts';
import { escalations, escalationsOf } from './escalations.ts';
import { endedByAi, isEscalatedSince, openMs } from './fates.ts';
import { handoffGaps } from './gap.ts';
import { episodesHandled, handled } from './handled.ts';
import { handledBy } from './handled-by.ts';
import { handlingMs } from './handling.ts';
import { holdsOf } from './holds.ts';
import { labels } from './labels.ts';
import type { Message, Said } from './observed.ts';
import { closures, resolved } from './outcomes.ts';
import { owedAt, type Waiting } from './owed.ts';
import { firstOwned, moves, ownership } from './owners.ts';
import { rated } from './rating.ts';
import { removalOf } from './removal.ts';
import { channelOf, NONE, type Row, rowAt, rowMet, rowNow } from './rows.ts';
import { type Running, type Slas, slasOf } from './sla.ts';
import type { HandledBy, Transition } from './transition.ts';
import { turnsOf } from './turns.ts';
import { vendorTook } from './vendor.ts';

export interface Derived {
  readonly transitions: readonly Transition[];
  /** The turn that is owed. */
  readonly waiting: Waiting | null;
  /** The wait for a first reply, over or not. */
  readonly firstWait: FirstWait | null;
  /** It is in the backlog. */
  readonly open: Open | null;
  /** Clocks of what was promised that run. */
  readonly clocks: readonly Running[];
  readonly handledBy: HandledBy;
  /** Spam, deleted or a group: retracted everywhere, but for the removal. */
  readonly isRemoved: boolean;
  /** Raw differences between consecutive observations. */
  readonly changes: { readonly state: number; readonly team: number; readonly assignee: number };
  /** How many turns there were, forgotten chapters included. */
  readonly turns: number;
  readonly isTurnRunning: boolean;
  /** Before this instant time alone changes nothing of all this. */
  readonly until: number;
}

/** As it is known at log time T. */
export function derive(story: Story, circumstances: Circumstances, T: number): Derived {
  const raw = rawAttributes(story);
  const changes = {
    state: raw.state.changes.length,
    team: raw.team.changes.length,
    assignee: raw.assignee.changes.length,
  };
  const found = openCase(story, raw, circumstances);
  const turns = turnsOf(found, T);
  const all = { changes, turns: turns.count, handledBy: handledBy(found) };
  const removal = removalOf(found);
  if (removal.isRemoved) {
    const until = Number.POSITIVE_INFINITY;
    const { transitions } = removal;
    const nothing = {
      waiting: null,
      firstWait: null,
      open: null,
      clocks: [],
      isTurnRunning: false,
      until,
    };
    return { ...all, ...nothing, isRemoved: true, transitions };
  }
  const holds = holdsOf(found, T);
  const slas = slasOf(found, turns, T);
  const wasLate = story.past?.isSlaBreached === true;
  const owed = owedAt(found, turns.running, T);
  const outcome = aiOutcome(found, T);
  const ending = { byAi: endedByAi(outcome.transitions), openMs: openMs(channelOf(found)) };
  return {
    ...all,
    isRemoved: false,
    transitions: [
      ...removal.transitions,
      ...births(found),
      ...firstReplies(found).map((one) =>
        one.kind === 'first_reply_human' ? { ...one, ...inTarget('first', slas) } : one,
      ),
      ...turns.transitions,
      ...handled(found).map((one) => ({ ...one, ...ending })),
      ...episodesHandled(found),
      ...worked(found),
      ...ownership(found),
      ...closures(found),
      ...resolved(found, holds).map((one) => ({
        ...one,
        ...inTarget('resolution', slas, wasLate),
      })),
      ...holds.transitions,
      ...aiHandoffs(found),
      ...handoffGaps(found),
      ...channelSwitches(found),
      ...escalations(found),
      ...labels(found),
      ...rated(found),
      ...slas.transitions,
      ...outcome.transitions,
    ],
    waiting: owed.waiting,
    firstWait: firstWaitOf(found, turns),
    open: openNow(found, holds),
    clocks: slas.running,
    isTurnRunning: turns.running !== null,
    until: Math.min(turns.until, owed.until, holds.until, slas.until, outcome.until),
  };
}

/** `created` and `opened` stand in the row of now, until the first reply or close after them. */
function births(found: Case): Transition[] {
  const { createdAt, start, story, source } = found;
  const { past } = story;
  const born: Transition[] = [];
  if (createdAt !== null && past === null && story.observations.length > 0) {
    const live = isCreationLive(found, createdAt);
    // No message starts a clock here: the channel is the origin's (metrics.md 4).
    const row = { ...settledRow(found, createdAt, null), channel: [source ?? NONE] };
    born.push({ kind: 'created', at: createdAt, live, row, lasted: null, rank: 1 });
  }
  if (start && !past?.start) {
    const { at, live, message } = start;
    const row = settledRow(found, at, message);
    const rank = message ? 0 : 1;
    const opened = { kind: 'opened', at, live, row, lasted: null, rank } as const;
    const isEscalated = isEscalatedSince(found, opened);
    born.push({ ...opened, contact: valueNow(found.contact), isEscalated });
  }
  return born;
}

function settledRow(found: Case, at: number, message: Message | null): Row {
  const { story, closes } = found;
  const reply = story.messages.find(
    (m) => isPublic(m, 'human') && isAfter(m, { at, message }, story),
  );
  const close = closes.find((c) => second(c.at) >= second(at));
  if (reply && (!close || second(reply.at) <= second(close.at))) {
    return rowMet(found, reply);
  }
  // Without messages the first owned instant stands for that reply here too.
  const owned = found.hasMessages ? undefined : firstOwned(found);
  if (owned && (!close || owned.at <= close.at)) return rowAt(found, owned.at);
  return close ? rowAt(found, close.at) : rowNow(found);
}

function isClosedBetween({ closes }: Case, start: Start, message: Message): boolean {
  return closes.some(({ at }) => second(at) >= second(start.at) && second(at) < second(message.at));
}

function firstReplies(found: Case): Transition[] {
  const { start, story, hasMessages } = found;
  if (!start || story.past?.start || !hasMessages) return [];
  const after = story.messages.filter((message) => isAfter(message, start, story));
  const vendor = vendorTook(found).firstReply;
  const reply = (kind: string, ...authors: readonly Said[]): Transition[] => {
    const message = after.find((m) => isPublic(m, ...authors));
    if (!message || isClosedBetween(found, start, message)) return [];
    return [atMessage(found, kind, message, start.at)];
  };
  const human = after.findIndex((m) => isPublic(m, 'human'));
  const bot = after.findIndex((m) => isPublic(m, 'bot'));
  const isBotFirst = bot >= 0 && (human < 0 || bot < human);
  return [
    ...reply('first_reply_human', 'human').map((one) => ({ ...one, vendor })),
    ...reply('first_reply_any', 'human', 'bot'),
    ...(isBotFirst ? reply('first_reply_ai', 'bot') : []),
  ];
}

/** Whether it met its target, or that was breached before it; what was late in a forgotten chapter stays so. */
function inTarget(
  kind: SlaKind,
  { transitions }: Slas,
  wasLate = false,
): Pick<Transition, 'target'> {
  const has = (outcome: string): boolean =>
    transitions.some((one) => one.kind === `${outcome}.${kind}`);
  if (wasLate || has('sla_breached')) return { target: 'late' };
  return has('sla_met') ? { target: 'met' } : {};
}

function worked(found: Case): Transition[] {
  const { story, team, assignee, closes } = found;
  const risen = escalationsOf(found);
  const rows = new Map([
    ...risen.map(({ change, row }) => [change, row] as const),
    ...moves(found).rows,
  ]);
  const done: Transition[] = story.messages
    .filter((m) => isPublic(m, 'human', 'bot') || (m.isPrivate && m.author === 'human'))
    .map((message) => ({
      ...atMessage(found, 'worked', message, null),
      handlingMs: handlingMs(found, message),
      author: message.author,
    }));
  for (const change of [...assignee.changes, ...team.changes]) {
    const own = atChange(found, 'worked', change);
    done.push({ ...own, row: rows.get(change) ?? own.row });
  }
  done.push(...closes.map((close) => atChange(found, 'worked', close)));
  // Of what one look shows an escalation comes last.
  for (const { change, row } of risen.filter(({ isOwnWork }) => isOwnWork)) {
    done.push({ ...atChange(found, 'worked', change), row });
  }
  return done.sort(inOrder);
}

/** Two of the customer's messages, one after the other, on channels that are known and differ. */
function channelSwitches(found: Case): Transition[] {
  const asked = found.story.messages.filter((m) => isPublic(m, 'customer'));
  return asked.flatMap((message, i) => {
    const from = asked[i - 1]?.channel ?? null;
    const isSwitch = from !== null && message.channel !== null && from !== message.channel;
    return isSwitch ? [atMessage(found, 'channel_switched', message, null)] : [];
  });
}
