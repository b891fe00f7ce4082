/** Where a conversation goes up: a higher team, a manager, engineering, or as declared (metrics.md 1.4). */

import type { Change, Value } from './attribute.ts';
import { atChange } from './case.ts';
import type { Case } from './conversation.ts';
import { wordsOf } from './labels.ts';
import { givenAway, handovers, moves } from './owners.ts';
import { giverBefore, ownerOf, type Row } from './rows.ts';
import type { Transition } from './transition.ts';

export interface Escalation {
  readonly kind: string;
  readonly change: Change;
  /** Where it stands: with those who gave it up. */
  readonly row: Row;
  /** No change of owner: it is work of its own. */
  readonly isOwnWork: boolean;
}

export function escalationsOf(found: Case): Escalation[] {
  const { rows } = moves(found);
  const made = (name: string, isOwnWork: boolean) => (change: Change) => {
    const kind = `escalated.${name}`;
    const own = givenAway(found, kind, change, giverBefore(found, change.at));
    // What is part of a transfer stands where that does.
    const row = (isOwnWork ? undefined : rows.get(change)) ?? own.row;
    return { kind, change, row, isOwnWork };
  };
  return [
    ...tiersUp(found).map(made('tier_up', false)),
    ...toManagers(found).map(made('manager', false)),
    ...found.external.changes.filter(({ from }) => from === null).map(made('engineering', true)),
    ...declaredOnes(found).map(made('declared', true)),
  ];
}

export const escalations = (found: Case): Transition[] =>
  escalationsOf(found).map(({ kind, change, row }) => ({ ...atChange(found, kind, change), row }));

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
