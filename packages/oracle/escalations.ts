/** Where a conversation goes up: a higher team, a manager, engineering, or as declared (metrics.md 1.4). */
import type { Change, Value } from './attribute.ts';
import type { Case, Transition } from './case.ts';
import { wordsOf } from './labels.ts';
import { givenAway, handovers, moves } from './owners.ts';
import { type Giver, giverBefore, ownerOf } from './rows.ts';

export interface Escalation {
  readonly kind: string;
  readonly change: Change;
  readonly giver: Giver;
  /** No change of owner: it is work of its own. */
  readonly isOwnWork: boolean;
}

export function escalationsOf(found: Case): Escalation[] {
  const { givers } = moves(found);
  const made = (kind: string, isOwnWork: boolean) => (change: Change) => ({
    kind: `escalated.${kind}`,
    change,
    // What is part of a transfer stands where that does.
    giver: (isOwnWork ? undefined : givers.get(change)) ?? giverBefore(found, change.at),
    isOwnWork,
  });
  return [
    ...tiersUp(found).map(made('tier_up', false)),
    ...toManagers(found).map(made('manager', false)),
    ...found.external.changes.filter(({ from }) => from === null).map(made('engineering', true)),
    ...declaredOnes(found).map(made('declared', true)),
  ];
}

export const escalations = (found: Case): Transition[] =>
  escalationsOf(found).map(({ kind, change, giver }) => givenAway(found, kind, change, giver));

function tiersUp({ team, story, declared: { ranks } }: Case): Change[] {
  const rankOf = (id: string): number => (Object.hasOwn(ranks, id) ? ranks[id]! : Number.NaN);
  return handovers('team', team, (value) => value, story.past?.lastTeam ?? null)
    .filter(({ from, to }) => rankOf(to) > rankOf(from))
    .map(({ change }) => change);
}

/** Bots are nobody, even where they are declared to be managers. */
function toManagers(found: Case): Change[] {
  const { assignee, declared } = found;
  const isManager = (id: Value): boolean => declared.managers.includes(ownerOf(found, id) ?? '');
  return assignee.changes.filter(({ from, to }) => isManager(to) && !isManager(from));
}

/** A tag and a field of one look are one. */
function declaredOnes({ tags, fields, declared }: Case): Change[] {
  const { escalationTags, escalationFields } = declared;
  const small = (value: Value): string[] => wordsOf(value).map((word) => word.toLowerCase());
  const byTag = tags.changes.filter(({ from, to }) =>
    small(to).some((tag) => escalationTags.includes(tag) && !small(from).includes(tag)),
  );
  const byField = fields.changes.filter(({ from, to }) =>
    wordsOf(to).some((slug) => escalationFields.includes(slug) && !wordsOf(from).includes(slug)),
  );
  const isAlsoTagged = ({ index }: Change): boolean => byTag.some((one) => one.index === index);
  return [...byTag, ...byField.filter((change) => !isAlsoTagged(change))];
}
