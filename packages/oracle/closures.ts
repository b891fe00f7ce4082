/** Who closed it, and who opened it again (metrics.md 1.4, 1.5). */

import type { ClosedBy } from '@sapwood/core/facts';
import { type Change, second } from './attribute.ts';
import { DAY_MS, isPublic } from './case.ts';
import type { Case } from './conversation.ts';
import type { Message } from './observed.ts';

export interface Closure {
  readonly closedBy: ClosedBy;
  /** Where a duration that it ends, ends. */
  readonly effectiveAt: number;
}

const QUARTER_MS = 15 * 60_000;
const HOUR_S = 3_600;

/** metrics.md 1.5: what is said; else an AI, an automation after the declared silence, a human. */
export function closureOf(found: Case, close: Change): Closure {
  const heard = found.story.messages.filter(({ at }) => second(at) <= second(close.at));
  const said = saidOf(found, close);
  if (said) {
    const last = heard.findLast((message) => isPublic(message, 'human', 'bot'));
    const isSilence = said === 'automation_silence' && last !== undefined;
    return { closedBy: said, effectiveAt: isSilence ? last.at : close.at };
  }
  if (isAiAgents(found, close, heard)) return { closedBy: 'ai_agent', effectiveAt: close.at };
  const silent = silentSince(found, close, heard);
  if (silent) return { closedBy: 'automation_silence', effectiveAt: silent.at };
  const isHuman = heard.some(
    ({ author, at }) => author === 'human' && second(close.at) - second(at) <= HOUR_S,
  );
  return { closedBy: isHuman ? 'human' : 'unknown', effectiveAt: close.at };
}

/** The strongest word that speaks of this close: the last one that may lie before its instant. */
function saidOf({ closes, story }: Case, close: Change): ClosedBy | undefined {
  const mayLieBefore = (one: Change, instant: number): boolean => {
    const isKnown = one.isExact || one.from === null;
    return isKnown ? second(one.at) <= second(instant) : second(one.atMin) < second(instant);
  };
  const spoken = story.closers.filter(
    ({ at }) => closes.filter((one) => mayLieBefore(one, at)).at(-1) === close,
  );
  return spoken.at(-1)?.closedBy;
}

/** By then the newest look that says so says that an AI resolved it, and no person had ever spoken. */
function isAiAgents({ story }: Case, close: Change, heard: readonly Message[]): boolean {
  const looks = story.observations.filter(
    ({ u, body }, i) => (u <= close.at || i === close.index) && body.aiResolved !== undefined,
  );
  const isSaid = looks.at(-1)?.body.aiResolved === true;
  return isSaid && story.past?.spoken.human !== true && !heard.some((m) => isPublic(m, 'human'));
}

/** The team's last word, if an automation closed as long after it as it was declared to. */
function silentSince(
  { autoCloseAfterMs }: Case,
  close: Change,
  heard: readonly Message[],
): Message | undefined {
  if (autoCloseAfterMs === null || close.from !== 'waiting_on_customer') return undefined;
  const last = heard.findLast((message) => !message.isPrivate);
  if (!last || !isPublic(last, 'human', 'bot')) return undefined;
  const offMs = Math.abs(close.at - last.at - autoCloseAfterMs);
  return offMs <= Math.min(QUARTER_MS, autoCloseAfterMs / 10) ? last : undefined;
}

type Reopener = 'customer' | 'agent' | 'automation' | 'unknown';

interface Reopening {
  readonly change: Change;
  readonly by: Reopener;
}

export function reopenings(found: Case): Reopening[] {
  const reopened: Reopening[] = [];
  let closedAt = found.story.past?.closedAt ?? null;
  for (const change of found.state.changes) {
    if (change.to === 'closed') closedAt = change.at;
    else if (change.from === 'closed') {
      reopened.push({ change, by: reopener(found, closedAt!, change) });
    }
  }
  return reopened;
}

function reopener(
  { story, hasMessages }: Case,
  closedAt: number,
  { at, seenAt }: Change,
): Reopener {
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

/** Closed again within 24 h, no human having answered between: no more than a "thanks". */
export function isCourtesy({ state, story }: Case, reopen: Change): boolean {
  const later = state.changes.slice(state.changes.indexOf(reopen) + 1);
  const close = later.find(({ to }) => to === 'closed');
  if (!close || close.at - reopen.at > DAY_MS) return false;
  return !story.messages.some(
    (m) =>
      isPublic(m, 'human') && second(m.at) >= second(reopen.at) && second(m.at) <= second(close.at),
  );
}
