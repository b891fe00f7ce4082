/** Dimension values of a conversation as of an instant (metrics.md 4). */
import { isNote, isTeam } from './messages.ts';
import type { Message } from './model.ts';
import type { Timeline } from './timeline.ts';
import { type Course, valueAt, valueAtMessage, valueNow } from './track.ts';
import type { Dimensions } from './transition.ts';
import { DIMENSION_NAMES, NONE } from './transition.ts';

/** A message comes before what changes in its second. An author that is given had it, whoever owned it. */
export type When =
  | { readonly message: number; readonly author?: string | null }
  | { readonly change: number }
  | 'now';

export type DimsAt = (when: When) => Dimensions;

/** What the team wrote is its author's; what a customer wrote is the owner's. */
export const whenSaid = (m: Message): When =>
  isTeam(m) || isNote(m) ? { message: m.at, author: m.authorId } : { message: m.at };

/** Tiers of an account over time; null: it was never read. */
export type TiersOf = (account: string) => Course<string | null> | null;

export function dimsOver(timeline: Timeline, channel: string, tiersOf?: TiersOf): DimsAt {
  const { account, team, assignee, priority, category, tags } = timeline;
  // Most stops of a conversation share their values: they are one object, here and where it is stored.
  const known: Dimensions[] = [];
  return (when) => {
    const value = <V>(track: Course<V>): V | undefined => valueBy(track, when);
    const isAuthored = when !== 'now' && 'author' in when;
    const customer = value(account) ?? null;
    const tiers = customer === null ? null : (tiersOf?.(customer) ?? null);
    const fresh: Dimensions = {
      account: customer ?? NONE,
      account_tier: (tiers && value(tiers)) ?? NONE,
      channel,
      team: value(team) ?? NONE,
      assignee: (isAuthored ? when.author : value(assignee)) ?? NONE,
      priority: value(priority) ?? NONE,
      category: value(category) ?? NONE,
      tags: value(tags) ?? '',
    };
    const same = known.find((one) => sameDims(one, fresh));
    if (!same) known.push(fresh);
    return same ?? fresh;
  };
}

/** The value in force then. */
export function valueBy<V>(track: Course<V>, when: When): V | undefined {
  if (when === 'now') return valueNow(track);
  return 'message' in when ? valueAtMessage(track, when.message) : valueAt(track, when.change);
}

export const sameDims = (a: Dimensions, b: Dimensions): boolean =>
  a === b || DIMENSION_NAMES.every((name) => a[name] === b[name]);
