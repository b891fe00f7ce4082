import { second } from '../../time/instant.ts';
import type { Declared } from '../declared.ts';
import { isHuman } from '../messages.ts';
import { type Dimensions, NONE, type Transition } from '../transition.ts';
import type { Story } from './story.ts';

/**
 * `rated` (metrics.md 1.4): the last score of the newest list that ends within the declared scale; one
 * per conversation. In the row of whoever had the conversation at the last close before it.
 */
export function rating(story: Story): Transition[] {
  const { declared, past } = story;
  if (!declared.csatScale) return [];
  const newest = looksOf(story).findLast(({ score }) => isOnScale(score, declared.csatScale!));
  if (!newest) return past?.rated ? [past.rated] : [];
  const { at, atMin, live, score } = newest;
  const positive = score >= declared.csatScale.positiveFrom ? 1 : 0;
  const dims = dimsOfRating(story, at);
  return [{ kind: 'rated', at, atMin, live, dims, ms: null, amounts: { score, positive } }];
}

interface Rated {
  readonly at: number;
  readonly atMin: number | null;
  readonly live: boolean;
  /** Not a number: the list is empty. */
  readonly score: number;
}

function looksOf({ timeline: { ratings }, past }: Story): Rated[] {
  const changes = ratings.changes.map((change) => ({ ...change, score: lastOf(change.to) }));
  const { first, firstAt, firstLive, firstPlace } = ratings;
  // The first look of a later chapter is the last one of the chapter before.
  if (first === undefined || (past && firstPlace === 0)) return changes;
  return [{ at: firstAt, atMin: null, live: firstLive, score: lastOf(first) }, ...changes];
}

const lastOf = (list: string): number =>
  list === '' ? Number.NaN : Number(list.slice(list.lastIndexOf(',') + 1));

const isOnScale = (score: number, { min, max }: NonNullable<Declared['csatScale']>): boolean =>
  Number.isInteger(score) && score >= min && score <= max;

function dimsOfRating(story: Story, at: number): Dimensions {
  const { closes, past } = story;
  const close = closes.findLast((one) => one.at <= at);
  const { team, assignee } = close
    ? story.dimsAt({ change: close.at })
    : (past?.closedOwners ?? story.dimsAt({ change: past?.closedAt ?? at }));
  const owner = assignee === NONE ? (lastHuman(story, at) ?? NONE) : assignee;
  return { ...story.dimsAt({ change: at }), team, assignee: owner };
}

function lastHuman({ timeline: { messages }, past }: Story, at: number): string | null {
  const last = messages.findLast((m) => isHuman(m) && second(m.at) <= second(at));
  return last ? last.authorId : (past?.lastHumanBy ?? null);
}
