/** How long something took, on both clocks (metrics.md 1.6). */
import { type Attribute, type Value, valueAt } from './attribute.ts';
import { hasHours, lengthOf, openOf, type Stretch, type Version, without } from './hours.ts';

export interface Lasted {
  readonly wallMs: number;
  /** Open part of it; null: nobody who had it has a schedule. */
  readonly businessMs: number | null;
}

/** Who had it, and when which hours were declared. */
export interface Owned {
  readonly team: Attribute;
  readonly calendars: readonly Version[];
}

/**
 * From one instant to another, without some rests: each stretch by the hours of the account, which
 * is the one at the end, else of the team that had it then, else of the workspace. Of who has no
 * hours all time counts. What ends before it began took no time.
 */
export function lasted(
  { team, calendars }: Owned,
  account: Value,
  from: number,
  to: number,
  rests: readonly Stretch[] = [],
): Lasted {
  const turns = team.changes.map(({ at }) => at).filter((at) => at > from && at < to);
  const edges = [from, ...turns, Math.max(from, to)];
  const owners = edges.slice(1).map((end, i) => {
    const stretch = { from: edges[i]!, to: end };
    return { stretches: without(stretch, rests), account, team: valueAt(team, stretch.from) };
  });
  const wallMs = lengthOf(owners.flatMap(({ stretches }) => stretches));
  if (!owners.some((whose) => hasHours(calendars, whose))) return { wallMs, businessMs: null };
  const openMs = owners.map((whose) => {
    if (!hasHours(calendars, whose)) return lengthOf(whose.stretches);
    return lengthOf(whose.stretches.flatMap((one) => [...openOf(calendars, whose, one)]));
  });
  return { wallMs, businessMs: openMs.reduce((sum, ms) => sum + ms, 0) };
}
