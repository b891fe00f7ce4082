/** Why a conversation was closed, by what is said of it, else by what its facts show (metrics.md 1.5). */
import type { ClosedBy, StateCategory } from '../facts/fact.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS, second } from '../time/instant.ts';
import { closersOf } from './amendments.ts';
import type { Past } from './chapter.ts';
import { isHuman, isNote, isTeam } from './messages.ts';
import type { Timeline } from './timeline.ts';
import { type Change, valueSeen } from './track.ts';

/** A close, by whom, and when the work had ended: by then durations are measured. */
export interface Closing extends Change<StateCategory> {
  readonly by: ClosedBy;
  readonly effectiveAt: number;
}

const HUMAN_NEAR_S: number = HOUR_MS / SECOND_MS;
const SILENCE_SLACK_MS: number = 15 * MINUTE_MS;

/** `autoCloseAfterMs`: after how much silence the workspace says its automation closes. */
export function closingsOf(
  timeline: Timeline,
  past: Past | null,
  autoCloseAfterMs: number | undefined,
): Closing[] {
  const closes = timeline.state.changes.filter(({ to }) => to === 'closed');
  const said = closersOf(closes, timeline.closers);
  return closes.map((close) => {
    const by = said.get(close);
    if (by !== undefined) return { ...close, by, effectiveAt: endOfWork(timeline, close, by) };
    if (isByAi(timeline, past, close)) return { ...close, by: 'ai_agent', effectiveAt: close.at };
    const silentFrom = autoCloseAfterMs ? silenceOf(timeline, close, autoCloseAfterMs) : null;
    if (silentFrom !== null) {
      return { ...close, by: 'automation_silence', effectiveAt: silentFrom };
    }
    const near = isNearHuman(timeline, close) ? 'human' : 'unknown';
    return { ...close, by: near, effectiveAt: close.at };
  });
}

/** A silence has lasted since the team's last word, whoever says that it was one. */
function endOfWork({ messages }: Timeline, close: Change<StateCategory>, by: ClosedBy): number {
  if (by !== 'automation_silence') return close.at;
  return messages.findLast((m) => isTeam(m) && second(m.at) <= second(close.at))?.at ?? close.at;
}

/** The vendor says that its AI resolved it, and no person ever wrote before. */
function isByAi(timeline: Timeline, past: Past | null, close: Change<StateCategory>): boolean {
  if (past?.spoken.human || valueSeen(timeline.aiResolved, close.place) !== true) return false;
  return !timeline.messages.some((m) => isHuman(m) && second(m.at) <= second(close.at));
}

/** The team's last word, if the close came as long after it as an automation waits; else null. */
function silenceOf(
  timeline: Timeline,
  close: Change<StateCategory>,
  afterMs: number,
): number | null {
  if (close.from !== 'waiting_on_customer') return null;
  const last = timeline.messages.findLast((m) => !m.private && second(m.at) <= second(close.at));
  if (!last || !isTeam(last)) return null;
  const slackMs = Math.min(SILENCE_SLACK_MS, afterMs / 10);
  return Math.abs(close.at - last.at - afterMs) <= slackMs ? last.at : null;
}

function isNearHuman({ messages }: Timeline, close: Change<StateCategory>): boolean {
  return messages.some((m) => {
    const beforeS = second(close.at) - second(m.at);
    return (isHuman(m) || isNote(m)) && beforeS >= 0 && beforeS <= HUMAN_NEAR_S;
  });
}
