/** What a transition counts under: its values of each dimension (metrics.md 4). */

import {
  type Attribute,
  type Value,
  valueAt,
  valueAtMessage,
  valueBefore,
  valueNow,
} from './attribute.ts';
import type { Message } from './observed.ts';

export const DIMENSIONS = [
  'account',
  'account_tier',
  'assignee',
  'category',
  'channel',
  'handled_by',
  'priority',
  'tag',
  'team',
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Its values by dimension: one of each, but of tags as many as there are. */
export type FullRow = Readonly<Record<Dimension, readonly string[]>>;
/** Who handled it is a matter of the whole conversation, known only once that is derived. */
export type Row = Omit<FullRow, 'handled_by'>;

export const NONE = '__none__';

/** What of a conversation its values hang on. */
type Placed = Readonly<
  Record<'account' | 'assignee' | 'category' | 'priority' | 'tags' | 'team', Attribute>
> & {
  readonly start: { readonly message: Pick<Message, 'channel'> | null } | null;
  readonly source: Value;
  isNobody(userId: string): boolean;
  tierOver(accountId: string): Attribute;
};

const one = (value: Value): readonly string[] => [value ?? NONE];

/** Tags as one comparable value; none at all: null. */
export const tagsValue = (tags: readonly string[] | null): Value =>
  tags === null || tags.length === 0 ? null : JSON.stringify([...new Set(tags)].sort());

/** Whose it was; null: nobody's. */
export const accountOf = ({ account: [id] }: Pick<Row, 'account'>): Value =>
  id === undefined || id === NONE ? null : id;

const tagsOf = (value: Value): readonly string[] => (value === null ? [NONE] : JSON.parse(value));

/** Bots and automations own nothing. */
export const ownerOf = (found: Pick<Placed, 'isNobody'>, value: Value): Value =>
  value === null || found.isNobody(value) ? null : value;

export const channelOf = ({ start, source }: Pick<Placed, 'start' | 'source'>): string =>
  start?.message?.channel ?? source ?? NONE;

/** The issue's values, each read in the same way. */
function issueRow(found: Placed, read: (attribute: Attribute) => Value): Row {
  const account = read(found.account);
  return {
    account: one(account),
    account_tier: one(account === null ? null : read(found.tierOver(account))),
    assignee: one(ownerOf(found, read(found.assignee))),
    category: one(read(found.category)),
    channel: [channelOf(found)],
    priority: one(read(found.priority)),
    tag: tagsOf(read(found.tags)),
    team: one(read(found.team)),
  };
}

export const rowNow = (found: Placed): Row => issueRow(found, valueNow);

/** At an instant that an observation dates, changes of that instant included. */
export const rowAt = (found: Placed, instant: number): Row =>
  issueRow(found, (attribute) => valueAt(attribute, instant));

/** As a message met the issue, whoever wrote it. */
export const rowMet = (found: Placed, message: Message): Row =>
  issueRow(found, (attribute) => valueAtMessage(attribute, message));

/** Of what a message ends or does: the team's own, and a note, is its author's. */
export function rowOf(found: Placed, message: Message): Row {
  const row = rowMet(found, message);
  const isTeams = message.author === 'human' || message.author === 'bot';
  return isTeams ? { ...row, assignee: one(message.authorId) } : row;
}

/** Who had it before it was given away; null: nobody. */
export interface Giver {
  readonly assignee: Value;
  readonly team: Value;
}

export const ownerAt = (found: Placed, instant: number): Giver => ({
  assignee: ownerOf(found, valueAt(found.assignee, instant)),
  team: valueAt(found.team, instant),
});

/** Who had it just before an instant that an observation dates. */
export const giverBefore = (found: Placed, instant: number): Giver => ({
  assignee: ownerOf(found, valueBefore(found.assignee, instant)),
  team: valueBefore(found.team, instant),
});

export const given = (row: Row, { assignee, team }: Giver): Row => ({
  ...row,
  assignee: one(assignee),
  team: one(team),
});
