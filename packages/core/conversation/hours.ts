/** How long something took in open hours, by who owned the conversation meanwhile (metrics.md 1.6). */
import type { BusinessClock } from '../directory/calendar.ts';
import { businessMs, type Stretch } from './business.ts';
import { type Track, valueAt } from './track.ts';
import type { Dimensions } from './transition.ts';
import { NONE } from './transition.ts';

/** Open ms of [from, to); the account is that of the stop. null: no hours are declared for it. */
export type OpenMs = (from: number, to: number, stop: Dimensions) => number | null;

const NO_HOURS: OpenMs = () => null;

export function openMsOver(team: Track<string | null>, clock: BusinessClock | null): OpenMs {
  if (!clock) return NO_HOURS;
  return (from, to, { account }) =>
    businessMs(clock, account === NONE ? null : account, stretchesOf(team, from, to));
}

function stretchesOf(team: Track<string | null>, from: number, to: number): Stretch[] {
  const cuts = team.changes.map(({ at }) => at).filter((at) => at > from && at < to);
  const starts = [from, ...cuts];
  return starts.map((start, i) => ({
    from: start,
    to: starts[i + 1] ?? Math.max(from, to),
    team: valueAt(team, start) ?? null,
  }));
}
