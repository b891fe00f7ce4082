/**
 * Clocks of what was promised: of the first answer, of each later one, of the resolution
 * (metrics.md 1.4, 2). Each begins once and has one outcome: met, breached or cancelled.
 */

import type { SlaKind, SlaTarget } from '@sapwood/core/config';
import { type Change, second, type Value, valueAt, valueAtMessage, valueNow } from './attribute.ts';
import { atChange, atMessage, isAfter, isMessageLive, isPublic } from './case.ts';
import type { Case } from './conversation.ts';
import { hasHours, openOf, type Stretch, without } from './hours.ts';
import type { Message } from './observed.ts';
import { coverOf } from './owed.ts';
import { type Row, rowAt, rowNow } from './rows.ts';
import { targetOf } from './sla-policy.ts';
import { restsOf } from './sla-rests.ts';
import type { Transition } from './transition.ts';
import type { Turns } from './turns.ts';

/** A clock that was not stopped yet. */
export interface Running {
  readonly kind: SlaKind;
  /** When it breaches as things stand; null: never. */
  readonly due: number | null;
  readonly isBreached: boolean;
  readonly row: Row;
}

export interface Slas {
  readonly transitions: readonly Transition[];
  readonly running: readonly Running[];
  /** Before this instant time alone changes nothing of it. */
  readonly until: number;
}

/** What stops it: an answer or a resolution; or what ends it without either. */
interface End {
  readonly by: Message | Change;
  readonly isStop: boolean;
}

interface Clock {
  readonly kind: SlaKind;
  readonly start: number;
  /** Before this instant nothing is breached any more: that was told, or was not, when it was. */
  readonly from: number;
  readonly live: boolean;
  readonly pauses: readonly Stretch[];
  readonly end: End | null;
}

/** As they are known at log time T. */
export function slasOf(found: Case, turns: Turns, T: number): Slas {
  const before = metBefore(found);
  if (!found.sla || !found.start) return { transitions: before, running: [], until: EVER };
  const rests = restsOf(found, T);
  const clocks = [
    ...firstClock(found),
    ...nextClocks(found, turns),
    ...resolutionClock(found, rests.stretches),
  ];
  const judged = clocks.map((clock) => judge(found, clock, T));
  const running = judged.flatMap((one) => one.running ?? []);
  const dues = running.flatMap(({ due }) => (due !== null && due > T ? [due] : []));
  return {
    transitions: [...judged.flatMap((one) => one.outcome ?? []), ...before],
    running: [...running, ...breachedBefore(found)],
    until: Math.min(rests.until, ...dues),
  };
}

const EVER = Number.POSITIVE_INFINITY;

function firstClock(found: Case): Clock[] {
  const { story, hasMessages, closes } = found;
  const start = found.start!;
  if (story.past?.start || !hasMessages) return [];
  const reply = story.messages.find((m) => isPublic(m, 'human') && isAfter(m, start, story));
  const close = closes.find(
    ({ at }) => second(at) >= second(start.at) && (!reply || second(at) < second(reply.at)),
  );
  const pauses = coverOf(found, { since: start.at, opening: start.message });
  const by = close ?? reply;
  const end = by ? { by, isStop: !close } : null;
  const { at, live } = start;
  return [{ kind: 'first', start: at, from: at, live, pauses, end }];
}

function nextClocks(found: Case, { ended, running }: Turns): Clock[] {
  const all = [...ended, ...(running ? [{ turn: running, by: null }] : [])];
  return all
    .filter(({ turn }) => turn.number >= 2)
    .map(({ turn, by }) => ({
      kind: 'next',
      start: turn.since,
      from: turn.since,
      live: isMessageLive(turn.opening!),
      pauses: coverOf(found, turn),
      end: by ? { by, isStop: 'author' in by } : null,
    }));
}

/** Runs on from S after a reopening; the time in which it was closed does not count. */
function resolutionClock(found: Case, pauses: readonly Stretch[]): Clock[] {
  const { state, closes, story } = found;
  const { at, live } = found.start!;
  if (story.past?.isSlaBreached) return [];
  const isClosed = valueNow(state) === 'closed';
  const close = closes.at(-1);
  if (isClosed && !close) return [];
  const end = isClosed ? { by: close!, isStop: true } : null;
  const from = story.past?.start ? (state.changes[0]?.at ?? EVER) : at;
  return [{ kind: 'resolution', start: at, from, live, pauses, end }];
}

/** A resolution in time of a closed chapter, until something follows it. */
function metBefore({ state, closes, story }: Case): Transition[] {
  const isStill = valueNow(state) === 'closed' && closes.length === 0;
  return isStill && story.past?.slaMet ? [story.past.slaMet] : [];
}

/** A resolution that was late in a closed chapter, which was opened again. */
function breachedBefore(found: Case): Running[] {
  if (!found.story.past?.isSlaBreached || valueNow(found.state) === 'closed') return [];
  return [{ kind: 'resolution', due: null, isBreached: true, row: rowNow(found) }];
}

interface Judged {
  readonly outcome?: Transition;
  readonly running?: Running;
}

function judge(found: Case, clock: Clock, T: number): Judged {
  const { kind, end } = clock;
  const due = breachOf(found, clock);
  const isBreached = due !== null && isOver(due, end, T);
  const running = { kind, due, isBreached, row: rowNow(found) };
  if (isBreached) {
    const { live } = clock;
    const row = rowAt(found, due);
    const outcome: Transition = {
      ...{ kind: `sla_breached.${kind}`, at: due, live, row, lasted: null, rank: 1 },
    };
    return end ? { outcome } : { outcome, running };
  }
  if (!isPromised(found, clock)) return {};
  return end ? { outcome: endedBy(found, kind, end) } : { running };
}

/** What stops it in the very instant is in time; what ends it otherwise came too late. */
function isOver(due: number, end: End | null, T: number): boolean {
  if (!end) return due <= T;
  return end.isStop ? due < end.by.at : due <= end.by.at;
}

function endedBy(found: Case, kind: SlaKind, { by, isStop }: End): Transition {
  const name = `${isStop ? 'sla_met' : 'sla_cancelled'}.${kind}`;
  return 'author' in by ? atMessage(found, name, by, null) : atChange(found, name, by);
}

/** Whether there is a target as it ends, or now. */
function isPromised(found: Case, { kind, end }: Clock): boolean {
  const { priority } = found;
  if (!end) return targetFor(found, kind, valueNow(priority)) !== null;
  const { by } = end;
  const last = 'author' in by ? valueAtMessage(priority, by) : valueAt(priority, by.at);
  return targetFor(found, kind, last) !== null;
}

/** By the tier that the account has now. */
function targetFor(found: Case, kind: SlaKind, priority: Value): SlaTarget | null {
  const account = valueNow(found.account);
  const tier = account === null ? null : found.tierOf(account);
  return targetOf(found.sla!, kind, tier, priority);
}

/**
 * When it breaches, if nothing stops it: as Pylon said last while it ran, else once the target of
 * the priority then in force is used up; if that is over as the priority comes, with it.
 */
function breachOf(found: Case, clock: Clock): number | null {
  const said = saidByPylon(found, clock);
  if (said !== null) return isPromised(found, clock) ? said : null;
  const { first, changes } = found.priority;
  const terms = [{ at: Number.NEGATIVE_INFINITY, to: first?.value ?? null }, ...changes];
  for (const [i, { at, to }] of terms.entries()) {
    const target = targetFor(found, clock.kind, to);
    const usedUp = target && usedUpAt(found, clock, target);
    if (usedUp === null) continue;
    const due = Math.max(usedUp, at, clock.from);
    if (due < (terms[i + 1]?.at ?? EVER)) return due;
  }
  return null;
}

/** Of the newest look while it ran; null: nothing, or of an instant at which it had not begun. */
function saidByPylon({ story }: Case, { kind, start, end }: Clock): number | null {
  const isBefore = (u: number, { by }: End): boolean =>
    'author' in by ? second(u) < second(by.at) : u < by.at;
  const look = story.observations.findLast(
    ({ u, body }) =>
      body.breachAt !== undefined &&
      second(u) >= second(start) &&
      (end === null || isBefore(u, end)),
  );
  const due = look?.body.breachAt?.[kind] ?? null;
  return due !== null && due > start ? due : null;
}

/** Further away nothing is due in open hours. */
const TWO_YEARS_MS = 2 * 365 * 86_400_000;

/** The first instant by which so much was counted, by the hours of who has it now; null: never. */
function usedUpAt(found: Case, { start, pauses }: Clock, { ms, clock }: SlaTarget): number | null {
  const whose = { account: valueNow(found.account), team: valueNow(found.team) };
  const isOpenOnly = clock === 'business' && hasHours(found.calendars, whose);
  const to = isOpenOnly ? start + TWO_YEARS_MS : EVER;
  let left = ms;
  for (const stretch of without({ from: start, to }, pauses)) {
    const counted = isOpenOnly ? openOf(found.calendars, whose, stretch) : [stretch];
    for (const one of counted) {
      if (one.to - one.from >= left) return one.from + left;
      left -= one.to - one.from;
    }
  }
  return null;
}
