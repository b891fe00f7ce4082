/**
 * The clocks of a conversation's targets (metrics.md 1.4, 2, 3.2): the first reply, each further one, the
 * resolution. A clock runs from its start to its stop, stands still in its pauses, and is breached at the
 * first instant by which it has counted what its target allows.
 */
import type { BusinessClock } from '../directory/calendar.ts';
import type { SlaKind, SlaPolicy, SlaTarget } from '../directory/config.ts';
import type { StateCategory } from '../facts/fact.ts';
import { second } from '../time/instant.ts';
import { ALWAYS, dueAt, openMs, type Schedule } from '../time/schedule.ts';
import type { Past, Start } from './chapter.ts';
import type { Closing } from './closing.ts';
import { coverOf } from './cover.ts';
import { type When, whenSaid } from './dims.ts';
import { between, type Interval, united, within } from './intervals.ts';
import type { SlaTerms } from './sla-terms.ts';
import type { SaidBreach, Timeline } from './timeline.ts';
import { type Change, type Track, valueNow } from './track.ts';
import type { Turn, Turns } from './turns.ts';

export interface Stop {
  readonly how: 'met' | 'cancelled';
  readonly at: number;
  readonly atMin: number | null;
  readonly live: boolean;
  readonly isMessage: boolean;
  readonly when: When;
}

export interface SlaClock {
  readonly kind: SlaKind;
  readonly live: boolean;
  /** null: it runs. */
  readonly stop: Stop | null;
  /** When it is breached, or will be if nothing happens; null: never, as far as is known. */
  readonly dueAt: number | null;
  /** Breached by then, whatever stops it later. */
  readonly isBreached: boolean;
}

/** What of a story the clocks are read from. */
interface Told {
  readonly timeline: Timeline;
  readonly past: Past | null;
  readonly start: Start | null;
  readonly closes: readonly Closing[];
  readonly turns: Turns;
}

/** A clock as its start, its stop and its pauses tell, before any target. */
interface Run {
  readonly kind: SlaKind;
  readonly from: number;
  readonly live: boolean;
  readonly stop: Stop | null;
  /** In order; they may overlap. */
  readonly pauses: readonly Interval[];
}

/** `T`: log time; `clock`: open hours, null where none are declared. */
export function slaClocksOf(
  told: Told,
  terms: SlaTerms,
  { T, clock }: { readonly T: number; readonly clock: BusinessClock | null },
): SlaClock[] {
  const { timeline } = told;
  const schedule = scheduleNow(timeline, clock);
  const resolution = resolutionOf(told);
  const replies = told.turns.all.map((turn) => replyOf(timeline, turn));
  return [...replies, ...(resolution ? [resolution] : [])].flatMap((run) => {
    const targets = targetsOver(run, timeline, terms);
    const due = dueOf(run, targets, timeline, schedule);
    const isBreached = due !== null && isOver(due, run.stop, T);
    if (!isBreached && !targets.at(-1)?.target) return [];
    const { kind, live, stop } = run;
    return [{ kind, live, stop, dueAt: due, isBreached }];
  });
}

function isOver(due: number, stop: Stop | null, T: number): boolean {
  if (!stop) return due <= T;
  return stop.how === 'met' ? due < stop.at : due <= stop.at;
}

/** One schedule for the whole clock: of the account and the team as known now. */
function scheduleNow({ account, team }: Timeline, clock: BusinessClock | null): Schedule {
  const whose = { account: valueNow(account) ?? null, team: valueNow(team) ?? null };
  return clock?.scheduleFor(whose) ?? ALWAYS;
}

function replyOf(timeline: Timeline, turn: Turn): Run {
  const { intervals, takenAt } = coverOf(timeline, turn);
  const { at: from, live } = turn.opened;
  return {
    kind: turn.number === 1 ? 'first' : 'next',
    from,
    live,
    stop: turn.end && stopOf(turn.end),
    pauses: within(intervals, from, takenAt ?? Number.POSITIVE_INFINITY),
  };
}

function stopOf(end: NonNullable<Turn['end']>): Stop {
  if (end.kind !== 'answered') return stopAt('cancelled', end.change);
  const { at, live } = end.message;
  return { how: 'met', at, atMin: null, live, isMessage: true, when: whenSaid(end.message) };
}

const stopAt = (how: Stop['how'], { at, atMin, live }: Change<unknown>): Stop => ({
  ...{ how, at, atMin, live, isMessage: false, when: { change: at } },
});

/** null: none runs, or what it counted before is forgotten; one that was breached then is over. */
function resolutionOf(told: Told): Run | null {
  const { timeline, past, start, closes } = told;
  if (!start || (past?.start && past.resolutionSla?.isBreached !== false)) return null;
  const isClosed = valueNow(timeline.state) === 'closed';
  const close = isClosed ? closes.at(-1) : undefined;
  // What a closed chapter came to stands until it is reopened.
  if (isClosed && !close) return null;
  return {
    kind: 'resolution',
    from: start.at,
    live: start.live,
    stop: close ? stopAt('met', close) : null,
    pauses: resolutionPauses(told, start.at),
  };
}

/** While it is closed, and while it rests as the policy says. */
export function resolutionPauses({ timeline, past }: Told, from: number): Interval[] {
  const { state, slaRest } = timeline;
  const held = slaRest?.holds.all.map(({ at, end }, i, all) => ({
    from: at,
    to: end?.at ?? (i === all.length - 1 ? slaRest.holds.dueAt : null) ?? Number.POSITIVE_INFINITY,
  }));
  const paused = [
    ...(past?.start ? (past.resolutionSla?.pauses ?? []) : []),
    ...stretchesOf(state, 'closed', past?.closedAt),
    ...(held ?? []),
    ...(slaRest?.onCustomer ? stretchesOf(state, 'waiting_on_customer') : []),
  ];
  return within(united(paused), from, Number.POSITIVE_INFINITY);
}

/** When the state was one; `firstFrom` is since when, if it was so from the first look on. */
function stretchesOf(
  { first, firstAt, changes }: Track<StateCategory>,
  state: StateCategory,
  firstFrom = firstAt,
): Interval[] {
  const starts = first === state ? [firstFrom] : [];
  const ends: number[] = [];
  for (const { from, to, at } of changes) {
    if (from === state) ends.push(at);
    if (to === state) starts.push(at);
  }
  return starts.map((from, i) => ({ from, to: ends[i] ?? Number.POSITIVE_INFINITY }));
}

/** The target of a priority, from when on it was in force; null: there is none for it. */
interface InForce {
  readonly from: number;
  readonly target: SlaTarget | null;
}

/** In order, up to the stop: a message comes before what changes in its second. */
function targetsOver(
  { kind, from, stop }: Run,
  { priority, account }: Timeline,
  { policy, tierOf }: SlaTerms,
): InForce[] {
  const accountId = valueNow(account) ?? null;
  const tier = accountId === null ? null : tierOf(accountId);
  const targetOf = (value: string | null | undefined): SlaTarget | null =>
    targetIn(policy, kind, tier, value ?? null);
  const isBeforeStop = (at: number): boolean =>
    !stop || (stop.isMessage ? second(at) < second(stop.at) : at <= stop.at);
  let found: InForce[] = [{ from, target: targetOf(priority.first) }];
  for (const { at, to } of priority.changes) {
    if (!isBeforeStop(at)) break;
    if (at <= from) found = [{ from, target: targetOf(to) }];
    else found.push({ from: at, target: targetOf(to) });
  }
  return found;
}

/** That of the account's tier, else that of everybody; of the priority, else of any other. */
export function targetIn(
  { targets, tiers = {} }: SlaPolicy,
  kind: SlaKind,
  tier: string | null,
  priority: string | null,
): SlaTarget | null {
  const own = tier !== null && Object.hasOwn(tiers, tier) ? tiers[tier] : undefined;
  for (const byPriority of [own?.[kind], targets[kind]]) {
    if (!byPriority) continue;
    if (priority !== null && Object.hasOwn(byPriority, priority)) return byPriority[priority]!;
    if (Object.hasOwn(byPriority, ANY)) return byPriority[ANY]!;
  }
  return null;
}

const ANY = '*';

/** Of each target the time in which it was in force; one that was over by then is breached at the change. */
function dueOf(
  run: Run,
  targets: readonly InForce[],
  timeline: Timeline,
  schedule: Schedule,
): number | null {
  const told = toldDue(run, timeline.breaches);
  if (told !== null) return targets.at(-1)?.target ? told : null;
  const gaps = between(run.pauses, run.from);
  for (const [i, { from, target }] of targets.entries()) {
    if (!target) continue;
    const until = targets[i + 1]?.from ?? Number.POSITIVE_INFINITY;
    const hours = target.clock === 'wall' ? ALWAYS : schedule;
    const due = countedAt(hours, gaps, target.ms, run.stop);
    // What replaced another in its very instant was never in force.
    if (due !== null && Math.max(due, from) < until) return Math.max(due, from);
  }
  return null;
}

/** The first instant by which so much was counted; null: not before the stop, or never. */
function countedAt(
  schedule: Schedule,
  gaps: readonly Interval[],
  ms: number,
  stop: Stop | null,
): number | null {
  let restMs = ms;
  for (const { from, to } of gaps) {
    const until = stop ? Math.min(to, stop.at) : to;
    if (!Number.isFinite(until)) return dueAt(schedule, from, restMs);
    const counted = openMs(schedule, from, until);
    if (counted >= restMs) return dueAt(schedule, from, restMs);
    restMs -= counted;
  }
  return null;
}

/** What Pylon said last while the clock ran (pylon.md 4.2): it knows schedules that we do not. */
function toldDue({ kind, from, stop }: Run, breaches: readonly SaidBreach[]): number | null {
  const last = breaches.findLast(({ at }) => {
    if (!stop) return true;
    return stop.isMessage ? second(at) < second(stop.at) : at < stop.at;
  });
  if (!last || second(last.at) < second(from)) return null;
  const due = last.breachAt?.[kind] ?? null;
  return due !== null && due > from ? due : null;
}
