/** What an AI handed over, and what came back or went on (metrics.md 3.2, `escalation-bounce`). */
import { DAY_MS, second } from '../time/instant.ts';
import type { AiHandoff } from './ai-handoff.ts';
import type { Story } from './families/story.ts';
import { isWithin } from './joined.ts';

/** So long after the handover. */
export const BOUNCE_DAYS = 1;

/** Another team got it, or whoever is no person: by then, and after the handover itself. */
export function isBounced({ transfers, timeline, isPerson }: Story, handoff: AiHandoff): boolean {
  const others = transfers.filter(({ kind }) => kind !== 'handed_off.agent');
  const backs = timeline.owner.changes.filter(({ to }) => to !== null && !isPerson(to));
  return [...others, ...backs].some(({ at }) => isAfter(handoff, at) && isInTime(handoff, at));
}

/** A message comes before what changes in its second; a look shows at once all that it changed. */
function isAfter({ at, when }: AiHandoff, moved: number): boolean {
  return isSaid(when) ? second(moved) >= second(at) : moved > at;
}

const isInTime = ({ at, when }: AiHandoff, moved: number): boolean =>
  isWithin({ at, isMessage: isSaid(when) }, { at: moved, isMessage: false }, BOUNCE_DAYS * DAY_MS);

const isSaid = (when: AiHandoff['when']): boolean => when !== 'now' && 'message' in when;
