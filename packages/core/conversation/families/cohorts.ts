/**
 * What has become, as far as is known, of all that was opened, closed and handled (metrics.md 0, "COHORT"):
 * each stands at the instant of that, in its row, and is taken back and told anew when its outcome changes.
 */
import { DAY_MS, second } from '../../time/instant.ts';
import { isBounced } from '../bounces.ts';
import type { PastClose } from '../chapter.ts';
import type { Closing } from '../closing.ts';
import { customerOf, isWithin } from '../joined.ts';
import { isHuman, isTeam } from '../messages.ts';
import type { Reopen } from '../reopens.ts';
import { ESCALATION_DAYS, RETURN_DAYS, returnMs } from '../returning.ts';
import { type Amounts, NONE, type Transition, type TransitionKind } from '../transition.ts';
import { handledBefore, type Story } from './story.ts';

/** `told`: what the conversation's own families tell of it. */
export function cohorts(story: Story, told: readonly Transition[]): Transition[] {
  return [
    ...opened(story, told),
    ...closed(story, told),
    ...handled(told),
    ...handedOver(story, told),
  ];
}

type Cohort = Extract<TransitionKind, `cohort.${string}`>;

const judged = (kind: Cohort, anchor: Transition, amounts: Amounts): Transition => ({
  ...{ kind, at: anchor.at, atMin: anchor.atMin, live: anchor.live, dims: anchor.dims },
  ...{ ms: null, amounts, ...byOf(anchor) },
});

const byOf = ({ by }: Transition): Pick<Transition, 'by'> => (by ? { by } : {});

/** What was told in a chapter that is forgotten: whoever writes later had no hand in it. */
export const standingIn = ({ past, noMessages }: Story, told: Transition): Transition => ({
  ...told,
  by: told.by ?? handledBefore(past!, noMessages),
});

const flag = (isSo: boolean): 1 | 0 => (isSo ? 1 : 0);

/** Resolved within 7 days of the start, and still so; escalated within 28. */
function opened(story: Story, told: readonly Transition[]): Transition[] {
  const { past } = story;
  const anchor = past?.opened
    ? standingIn(story, past.opened)
    : told.find(({ kind }) => kind === 'opened');
  if (!anchor) return [];
  const begin = { at: anchor.at, isMessage: story.start?.isMessage === true };
  const isIn = (days: number, { at }: Transition): boolean =>
    isWithin(begin, { at, isMessage: false }, days * DAY_MS);
  const resolved = told.some((t) => t.kind === 'resolved' && isIn(RETURN_DAYS, t));
  const escalated =
    anchor.amounts?.escalated === 1 ||
    told.some((t) => t.kind.startsWith('escalated.') && isIn(ESCALATION_DAYS, t));
  const amounts = { resolved: flag(resolved), escalated: flag(escalated), ...joins(story, anchor) };
  const opened = judged('cohort.opened', anchor, amounts);
  if (amounts.repeated !== 1) return [opened];
  const { at, atMin, live, dims } = anchor;
  return [opened, { kind: 'repeated', at, atMin, live, dims, ms: null, ...byOf(anchor) }];
}

/** What others say of its start: where nobody knows who asked, or about what, there is nothing to say. */
function joins({ start, joined }: Story, { dims }: Transition): Amounts {
  const hasCustomer = customerOf({ contact: start?.contact ?? null }, dims.account) !== null;
  const hasTopic = dims.category !== NONE;
  return {
    ...(hasCustomer && hasTopic ? { repeated: flag(joined.repeated) } : {}),
    ...(hasCustomer ? { repeatedAny: flag(joined.repeatedAny) } : {}),
    ...(hasTopic ? { recurred: flag(joined.recurred) } : {}),
  };
}

function closed(story: Story, told: readonly Transition[]): Transition[] {
  const closes = told.filter(({ kind }) => kind === 'closed');
  const first = firstClose(story);
  const before = story.past?.closed;
  const now = closes.flatMap((anchor, i) => {
    const close = story.closes[i]!;
    const reopens = reopensAfter(story, close);
    const isReturned = reopens.some(isReturn);
    const amounts: Amounts = {
      ...(close.by === 'merge'
        ? {}
        : { returned: flag(isReturned), reopened: flag(reopens.length > 0) }),
      ...(close === first ? solvedAtOnce(story, close, isReturned) : {}),
    };
    return Object.keys(amounts).length > 0 ? [judged('cohort.closed', anchor, amounts)] : [];
  });
  return before ? [closedBefore(story, before), ...now] : now;
}

/** It stands as it was told, but for what others say of it by now. */
function closedBefore(story: Story, { told, isReturned }: PastClose): Transition {
  const noReturn = flag(!isReturned && story.joined.afterClose === null);
  return { ...standingIn(story, told), amounts: { ...told.amounts, noReturn } };
}

function reopensAfter({ reopens, start, timeline }: Story, close: Closing): Reopen[] {
  const until = close.at + returnMs(start?.channel ?? timeline.channel);
  return reopens.filter(({ change }) => change.place > close.place && change.at <= until);
}

const isReturn = ({ kind, isCourtesy }: Reopen): boolean =>
  kind === 'reopened.customer' && !isCourtesy;

/** The customer reopened what was closed first, for more than thanks. */
export function isReopenedSinceFirst(story: Story): boolean {
  const first = firstClose(story);
  return first
    ? reopensAfter(story, first).some(isReturn)
    : story.past?.closed?.isReturned === true;
}

/** Since the customer began; what was forgotten had its own. */
function firstClose({ start, past, closes }: Story): Closing | undefined {
  if (!start || past?.start) return undefined;
  return closes.find((close) => second(close.at) >= second(start.at));
}

/** By one person, with one message of the team, and the customer did not come back. */
function solvedAtOnce(
  { timeline, past, joined }: Story,
  close: Closing,
  isReturned: boolean,
): Amounts {
  const said = timeline.messages.filter((m) => isTeam(m) && second(m.at) <= second(close.at));
  const authors = new Set(said.filter(isHuman).map(({ authorId }) => authorId));
  if (past?.lastHumanBy) authors.add(past.lastHumanBy);
  const touches = said.length + Number(past?.spoken.human === true || past?.spoken.bot === true);
  return {
    oneOwner: flag(!isReturned && authors.size === 1),
    oneTouch: flag(!isReturned && touches === 1),
    noReturn: flag(!isReturned && joined.afterClose === null),
  };
}

/** By an AI to a person. */
function handedOver(story: Story, told: readonly Transition[]): Transition[] {
  const anchor = told.find(({ kind }) => kind === 'ai_handed_off');
  if (!anchor) return [];
  const bounced = flag(isBounced(story, story.aiHandoff!));
  return [judged('cohort.ai_handed_off', anchor, { bounced })];
}

/** By an AI alone, as long as nothing speaks against its claim (metrics.md 1.5). */
function handled(told: readonly Transition[]): Transition[] {
  const anchor = told.find(({ kind }) => kind === 'handled');
  if (!anchor) return [];
  const claim = told.find(({ kind }) => kind.startsWith('ai_outcome.'))?.kind;
  const isSure = claim === 'ai_outcome.confirmed' || claim === 'ai_outcome.assumed';
  const unaided = flag(isSure || claim === 'ai_outcome.pending');
  return [judged('cohort.handled', anchor, { unaided, unaidedSure: flag(isSure) })];
}
