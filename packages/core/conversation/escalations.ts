/** Where a conversation went further up (metrics.md 1.4, `escalated`). */
import type { Declared } from './declared.ts';
import type { Timeline } from './timeline.ts';
import type { Change } from './track.ts';
import { betweenValues, type Move } from './transfers.ts';
import { tagsOf } from './transition.ts';

export type EscalationKind = 'tier_up' | 'engineering' | 'manager' | 'declared';

/** Declared to be one, or of a role that is. */
export type IsManager = (userId: string) => boolean;

export interface Escalation {
  readonly kind: EscalationKind;
  /** As it was observed. */
  readonly change: Change<unknown>;
  /** The change of owner is the work: it is not counted twice. */
  readonly isOwning: boolean;
  /** The team that had it, whatever lay between. */
  readonly from: { readonly team?: string };
}

export function escalationsOf(
  timeline: Timeline,
  declared: Declared,
  isManager: IsManager,
): Escalation[] {
  return [
    ...tierUps(timeline, declared),
    ...timeline.isLinked.changes.filter(({ to }) => to).map(found('engineering')),
    ...toManagers(timeline, isManager).map((change) => ({
      ...found('manager')(change),
      isOwning: true,
    })),
    ...declaredOnes(timeline, declared).map(found('declared')),
  ];
}

const found =
  (kind: EscalationKind) =>
  (change: Change<unknown>): Escalation => ({ kind, change, isOwning: false, from: {} });

/** To a team that ranks above the last that had it. */
function tierUps({ team }: Timeline, { ranks }: Declared): Escalation[] {
  if (ranks.size === 0) return [];
  const isUp = ({ from, to }: Move): boolean => {
    const [before, after] = [ranks.get(from), ranks.get(to)];
    return before !== undefined && after !== undefined && after > before;
  };
  return betweenValues(team)
    .filter(isUp)
    .map(({ seen, from }) => ({
      kind: 'tier_up',
      change: seen,
      isOwning: true,
      from: { team: from },
    }));
}

function toManagers({ assignee }: Timeline, isManager: IsManager): Change<string | null>[] {
  const isOne = (id: string | null): boolean => id !== null && isManager(id);
  return assignee.changes.filter(({ from, to }) => isOne(to) && !isOne(from));
}

/** A declared tag or field appears; both in one look are one. */
function declaredOnes(
  { tags, fieldsFilled }: Timeline,
  { escalationTags, escalationFields }: Declared,
): Change<string>[] {
  const tagged = tags.changes.filter((change) => shows(change, escalationTags, lower));
  const places = new Set(tagged.map(({ place }) => place));
  const filled = fieldsFilled.changes.filter(
    (change) => !places.has(change.place) && shows(change, escalationFields, same),
  );
  return [...tagged, ...filled];
}

const lower = (value: string): string => value.toLowerCase();
const same = (value: string): string => value;

function shows(
  { from, to }: Change<string>,
  wanted: ReadonlySet<string>,
  spelt: (value: string) => string,
): boolean {
  if (wanted.size === 0) return false;
  const before = new Set(tagsOf(from).map(spelt));
  return tagsOf(to).some((value) => wanted.has(spelt(value)) && !before.has(spelt(value)));
}
