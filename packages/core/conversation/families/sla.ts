import type { RunningSla } from '../model.ts';
import type { SlaClock, Stop } from '../sla.ts';
import { valueNow } from '../track.ts';
import type { Transition } from '../transition.ts';
import type { Story } from './story.ts';

/** `sla_met`, `sla_breached`, `sla_cancelled` of each clock (metrics.md 1.4). */
export function sla(story: Story): Transition[] {
  const told = (story.sla ?? []).flatMap((clock) => outcomeOf(story, clock) ?? []);
  const met = metBefore(story);
  return met ? [...told, met] : told;
}

function outcomeOf(
  story: Story,
  { kind, live, stop, dueAt, isBreached }: SlaClock,
): Transition | null {
  if (isBreached) {
    const dims = story.dimsAt({ change: dueAt! });
    return { kind: `sla_breached.${kind}`, at: dueAt!, atMin: null, live, dims, ms: null };
  }
  return stop && stopped(story, kind, stop);
}

function stopped(
  { dimsAt }: Story,
  kind: SlaClock['kind'],
  { how, at, atMin, live, when }: Stop,
): Transition {
  return { kind: `sla_${how}.${kind}`, at, atMin, live, dims: dimsAt(when), ms: null };
}

/** A chapter that was closed in time, and is closed still: whatever is promised since. */
function metBefore({ past, closes, timeline }: Story): Transition | null {
  const isStill = closes.length === 0 && valueNow(timeline.state) === 'closed';
  return isStill ? (past?.resolutionSla?.met ?? null) : null;
}

/** The clocks that run now; null: none does. */
export function slaNow(story: Story): RunningSla | null {
  if (!story.sla) return null;
  const clocks = story.sla
    .filter(({ stop }) => stop === null)
    .map(({ dueAt, isBreached }) => ({ dueAt: isBreached ? null : dueAt, isBreached }));
  const { past, timeline } = story;
  const isOpen = valueNow(timeline.state) !== 'closed';
  if (isOpen && past?.resolutionSla?.isBreached) clocks.push({ dueAt: null, isBreached: true });
  return clocks.length === 0 ? null : { clocks, dims: story.dimsAt('now') };
}
